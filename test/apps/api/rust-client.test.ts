import { execa } from 'execa'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { helloYaml, startAppKit } from '../../support/app-kit.js'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { startHostKit } from '../../support/host-kit.js'
import { buildRustProgram, buildsRustSdks } from '../../support/rust-program.js'
import { makeTempFolder } from '../../support/temp-folder.js'

/** One line of test/programs/rust-wadm: what a call of the crate wadm-client gave. */
interface Line {
  readonly call: string
  readonly ok?: unknown
  readonly error?: string
}

describe.runIf(buildsRustSdks)('the application API, asked by the client crate of wadm', () => {
  let program: string
  beforeAll(async () => {
    program = await buildRustProgram('rust-wadm')
  }, 600_000)

  it('answers every call in a form that the crate reads', async () => {
    await using bus = await startEmbeddedBus()
    await using _host = await startHostKit({ url: bus.url })
    await using _apps = await startAppKit({ url: bus.url, latticeName: 'default' })
    await using folder = await makeTempFolder()
    const manifest = join(folder.path, 'wadm.yaml')
    await writeFile(manifest, helloYaml())
    const { stdout } = await execa(program, [bus.url, 'default', manifest])
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as Line)
    const of = (call: string): unknown => {
      const { ok, error } = lines.find((line) => line.call === call) ?? {}
      return error ?? ok
    }
    expect(of('list-empty')).toBe(0)
    expect(of('put')).toEqual(['hello', 'v0.0.1'])
    expect(of('put-again')).toMatch(/Manifest version v0.0.1 already exists/)
    expect(of('deploy')).toEqual(['hello', 'v0.0.1'])
    expect(of('deploy-unknown')).toMatch(/nosuch/)
    expect(of('deploy-version')).toMatch(/does not have a version 'v9' to deploy/)
    expect(of('published')).toEqual({ type: 'deployed' })
    expect(of('status')).toMatchObject({ status: { type: 'deployed' } })
    expect(of('list')).toMatchObject([{ name: 'hello', deployed_version: 'v0.0.1', status: 'deployed' }])
    expect(of('versions')).toEqual([{ version: 'v0.0.1', deployed: true }])
    expect(of('versions-unknown')).toMatch(/nosuch/)
    expect(of('get')).toMatchObject({ metadata: { name: 'hello' } })
    expect(of('get-unknown')).toMatch(/nosuch/)
    expect(of('undeploy')).toBe('hello')
    expect(of('delete')).toBe(true)
    expect(of('delete-again')).toBe(false)
  })
})
