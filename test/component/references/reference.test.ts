import { parseReference } from '#washi/component/references/reference.js'
import { AppError } from '#washi/core/errors.js'
import { describe, expect, it } from 'vitest'

const digest = `sha256:${'0a'.repeat(32)}`

describe('parseReference()', () => {
  it.each<[string, string]>([
    ['file:///srv/app/hello.wasm', '/srv/app/hello.wasm'],
    ['file://./build/hello.wasm', './build/hello.wasm'],
    ['file://build/hello.wasm', 'build/hello.wasm'],
    ['/srv/app/hello', '/srv/app/hello'],
    ['./hello', './hello'],
    ['../hello.wasm', '../hello.wasm'],
    ['hello.wasm', 'hello.wasm'],
    ['build/hello.wasm', 'build/hello.wasm'],
    ['my.folder/hello.wasm', 'my.folder/hello.wasm'],
    ['hello', 'hello'],
    ['provider.par.gz', 'provider.par.gz'],
    ['C:\\app\\hello.wasm', 'C:\\app\\hello.wasm'],
  ])('reads %s as a file', (text, path) => {
    expect(parseReference(text)).toEqual({ kind: 'file', text, path })
  })

  it.each<[string, string, string, string?, string?]>([
    ['ghcr.io/wasmcloud/http-server:0.28.0', 'ghcr.io', 'wasmcloud/http-server', '0.28.0'],
    ['ghcr.io/wasmcloud/http-server', 'ghcr.io', 'wasmcloud/http-server'],
    ['localhost:5000/hello:1', 'localhost:5000', 'hello', '1'],
    ['localhost/hello', 'localhost', 'hello'],
    ['wasmcloud/hello:1', 'docker.io', 'wasmcloud/hello', '1'],
    ['oci://ghcr.io/a/b:1', 'ghcr.io', 'a/b', '1'],
    ['http://localhost:5000/a:1', 'localhost:5000', 'a', '1'],
    [`ghcr.io/a/b@${digest}`, 'ghcr.io', 'a/b', undefined, digest],
    [`ghcr.io/a/b:1@${digest}`, 'ghcr.io', 'a/b', '1', digest],
    ['GHCR.io/A/b.wasm:1', 'ghcr.io', 'a/b.wasm', '1'],
  ])('reads %s as an image', (text, registry, repository, tag, withDigest) => {
    expect(parseReference(text)).toEqual({
      kind: 'oci',
      text,
      registry,
      repository,
      tag,
      digest: withDigest,
    })
  })

  it('reads built-in providers', () => {
    const text = 'wasmcloud+builtin://http-server'
    expect(parseReference(text)).toEqual({ kind: 'builtin', text, name: 'http-server' })
  })

  it.each<[string, string]>([
    ['', 'it is empty'],
    ['file://', 'it names no file'],
    ['file://a\0b', 'it contains a NUL character'],
    ['ftp://a/b', '"ftp" is no scheme of references'],
    ['wasmcloud+builtin://', 'it names no built-in provider'],
    ['ghcr.io/a b:1', '"a b" is no name of an image'],
    ['ghcr.io/a//b:1', '"a//b" is no name of an image'],
    ['ghcr.io/a/b:', '"" is no tag'],
    ['ghcr.io/a/b@sha256:12', '"sha256:12" is no digest'],
    [`ghcr.io/a@${digest}@${digest}`, 'it has more than one digest'],
    ['-.io/a:1', '"-.io" is no registry'],
  ])('refuses %j', (text, why) => {
    try {
      parseReference(text)
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(AppError)
      expect(thrown).toMatchObject({
        code: 'COMPONENT_REFERENCE_INVALID',
        message: `Cannot use the reference ${JSON.stringify(text)}: ${why}`,
      })
    }
  })
})
