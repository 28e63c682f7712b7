import { loadComponent } from '#washi/testing/index.js'
import { describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.js'
import { readRustGuest } from '../../support/foreign-guests.js'
import { guestFile } from '../../support/guests.js'

describe.each(engines)('what components import under $kind', (engine) => {
  it('has key-value stores', async () => {
    const values = new Map<string, Uint8Array>()
    await using counter = await loadComponent(guestFile('kv-counter'), {
      engine,
      imports: {
        'wasi:keyvalue/store': {
          get: (_bucket: string, key: string) => values.get(key),
          set: (_bucket: string, key: string, value: Uint8Array) => void values.set(key, value),
          exists: () => {
            throw { tag: 'access-denied' }
          },
        },
        'wasi:keyvalue/atomics': { increment: (_bucket: string, _key: string, delta: bigint) => delta + 40n },
        'wasi:keyvalue/batch': {
          getMany: (_bucket: string, keys: string[]) => keys.map((key) => [key, Buffer.from(`${key}!`)]),
        },
      },
    })
    expect((await counter.fetch('/set/a', { method: 'PUT', body: 'one' })).status).toBe(204)
    expect(await (await counter.fetch('/get/a')).text()).toBe('one')
    expect((await counter.fetch('/get/b')).status).toBe(404)
    expect(await (await counter.fetch('/incr/a?by=2')).text()).toBe('42\n')
    expect(await (await counter.fetch('/many?keys=a,b')).text()).toBe('a=a!\nb=b!\n')
    expect(await (await counter.fetch('/exists/a')).text()).toBe('access denied\n')
  })

  it('has blobstores', async () => {
    const objects = new Map<string, Uint8Array>()
    await using blob = await loadComponent(guestFile('blob'), {
      engine,
      imports: {
        'wasi:blobstore/blobstore': {
          containerExists: () => true,
          getContainerInfo: () => ({ createdAt: 0n }),
          hasObject: ({ object }: { object: string }) => objects.has(object),
          getObjectInfo: ({ object }: { object: string }) => ({
            createdAt: 0n,
            size: BigInt(objects.get(object)?.length ?? 0),
          }),
          listContainerObjects: () => objects.keys(),
          getContainerData: ({ object }: { object: string }) => objects.get(object),
          writeContainerData: async ({ object }: { object: string }, data: AsyncIterable<Uint8Array>) => {
            const pieces = []
            for await (const piece of data) pieces.push(piece)
            objects.set(object, Buffer.concat(pieces))
          },
        },
      },
    })
    const body = 'x'.repeat(200_000)
    expect((await blob.fetch('/c/box/a', { method: 'PUT', body })).status).toBe(201)
    expect(await (await blob.fetch('/c/box')).text()).toBe('a\n')
    expect(await (await blob.fetch('/c/box/a')).text()).toBe(body)
    expect(await (await blob.fetch('/c/box/a?sync')).text()).toBe(body)
  })

  it('has servers to ask, configuration and secrets', async () => {
    await using outgoing = await loadComponent(guestFile('outgoing'), {
      engine,
      imports: {
        'wasi:http/outgoing-handler': {
          handle: async (request: Request) => new Response(`${request.url} ${await request.text()}`),
        },
      },
    })
    const asked = await outgoing.fetch('/fetch?url=http://a.test/', { method: 'POST', body: 'hello' })
    expect(await asked.text()).toBe('http://a.test/ hello')
    await using secrets = await loadComponent(guestFile('secrets-config'), {
      engine,
      config: { greeting: 'hello' },
      secrets: { key: 'hush' },
    })
    expect(await (await secrets.fetch('/config/greeting')).text()).toContain('hello')
  })

  it('has streams that are spliced and polled', { timeout: 60_000 }, async () => {
    await using wstd = await loadComponent(readRustGuest('wstd'), { engine })
    const body = 'x'.repeat(300_000)
    expect(await (await wstd.fetch('/echo', { method: 'POST', body })).text()).toBe(body)
    expect(await (await wstd.fetch('/sleep')).text()).toBe('slept\n')
  })
})
