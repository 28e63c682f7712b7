import { readFileSync } from 'node:fs'
import { startLattice } from 'washi/testing'
import { CallFailedError, ComponentError, loadComponent } from 'washi/testing'
import { expect, test } from 'vitest'

test('adds', async () => {
  await using pong = await loadComponent(new URL('../fixtures/components/pong.wasm', import.meta.url))
  expect(await pong.call('test:pingpong/pingpong', 'add', 40, 2)).toBe(42)
})

test('adds, with types', async () => {
  type Exports = {
    'test:pingpong/pingpong': { ping(): string; add(a: number, b: number): number }
  }
  await using pong = await loadComponent<Exports>(
    new URL('../fixtures/components/pong.wasm', import.meta.url),
  )
  const sum: number = await pong.exports['test:pingpong/pingpong'].add(40, 2)
  expect(sum).toBe(42)
})

test('answers requests', async () => {
  await using hello = await loadComponent(new URL('../fixtures/components/http-hello.wasm', import.meta.url))
  const response = await hello.fetch('/echo', { method: 'POST', body: 'hello' })
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('hello')
})

test('calls what it imports', async () => {
  await using ping = await loadComponent(new URL('../fixtures/components/ping.wasm', import.meta.url), {
    imports: {
      'test:pingpong/pingpong': {
        ping: () => 'a fake',
        add: async (a: number, b: number) => a + b,
      },
    },
  })
  expect(await (await ping.fetch('/')).text()).toBe('ping a fake\n')
})

test('runs with another component', async () => {
  await using pong = await loadComponent(new URL('../fixtures/components/pong.wasm', import.meta.url))
  await using ping = await loadComponent(new URL('../fixtures/components/ping.wasm', import.meta.url), {
    imports: { 'test:pingpong/pingpong': pong },
  })
  expect(await (await ping.fetch('/add/40/2')).text()).toBe('42\n')
})

test('counts in a store', async () => {
  const counts = new Map<string, bigint>()
  await using counter = await loadComponent(
    new URL('../fixtures/components/kv-counter.wasm', import.meta.url),
    {
      imports: {
        'wasi:keyvalue/store': {},
        'wasi:keyvalue/batch': {},
        'wasi:keyvalue/atomics': {
          increment: (bucket: string, key: string, delta: bigint) => {
            if (bucket !== 'default') throw { tag: 'no-such-store' }
            counts.set(key, (counts.get(key) ?? 0n) + delta)
            return counts.get(key)
          },
        },
      },
    },
  )
  expect(await (await counter.fetch('/incr/hits')).text()).toBe('1\n')
  expect(counts.get('hits')).toBe(1n)
})

test('asks a server', async () => {
  await using outgoing = await loadComponent(
    new URL('../fixtures/components/outgoing.wasm', import.meta.url),
    {
      imports: {
        'wasi:http/outgoing-handler': {
          handle: async (request: Request) => {
            if (request.url === 'http://down.test/') throw { tag: 'connection-refused' }
            return new Response(`you asked for ${request.url}`)
          },
        },
      },
    },
  )
  const response = await outgoing.fetch('/fetch?url=http://up.test/a')
  expect(await response.text()).toBe('you asked for http://up.test/a')
})

test('writes to its log', async () => {
  await using trouble = await loadComponent(new URL('../fixtures/components/trouble.wasm', import.meta.url))
  await trouble.fetch('/log/warn?text=careful')
  const line = await trouble.nextLog('careful')
  expect(line.level).toBe('warn')
  expect(trouble.logs).toHaveLength(1)
})

test('fails as it should', async () => {
  await using types = await loadComponent(new URL('../fixtures/components/echo-types.wasm', import.meta.url))
  const failing = types.call('test:types/echo', 'echo-result', { tag: 'err', val: 'no luck' })
  await expect(failing).rejects.toThrow(ComponentError)
  await expect(failing).rejects.toMatchObject({ payload: 'no luck' })

  await using trouble = await loadComponent(new URL('../fixtures/components/trouble.wasm', import.meta.url))
  await expect(trouble.fetch('/trap')).rejects.toThrow(CallFailedError)
})

test('runs on a lattice', async () => {
  await using lattice = await startLattice()
  await lattice.startComponent({
    id: 'ping',
    file: new URL('../fixtures/components/ping.wasm', import.meta.url),
  })
  await lattice.startComponent({
    id: 'pong',
    file: new URL('../fixtures/components/pong.wasm', import.meta.url),
  })
  await lattice.link({ source: 'ping', target: 'pong', interfaces: ['test:pingpong/pingpong'] })
  expect(await lattice.call('pong', 'test:pingpong/pingpong', 'add', 40, 2)).toBe(42)
  expect(await (await lattice.fetch('ping', '/add/40/2')).text()).toBe('42\n')
})

test('the code of the guide is that of this file', () => {
  const here = withoutLayout(readFileSync(new URL(import.meta.url), 'utf8'))
  const guide = readFileSync(new URL('../../docs/guides/testing-components.md', import.meta.url), 'utf8')
  const blocks = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => withoutLayout(code))
  expect(blocks).toHaveLength(11)
  expect(blocks.filter((block) => !here.includes(block))).toEqual([])
})

/** Code with the files of a project instead of those of this checkout, and no line breaks of the formatter. */
function withoutLayout(code: string): string {
  return code
    .replaceAll(/new URL\('\.\.\/fixtures\/components\/([\w-]+\.wasm)', import\.meta\.url\)/g, "'build/$1'")
    .replaceAll(/,?\s*([()[\]{}])\s*/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
