import { createHostSeed } from '#washi/lattice/identity/host-key.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'

let bus: EmbeddedBus
let count = 0
beforeAll(async () => {
  bus = await startEmbeddedBus()
})
afterAll(() => bus[Symbol.asyncDispose]())

const machine = { arch: 'x64', platform: 'linux' }

/** Starts a host, hands it over, and takes it away. */
async function withHost(
  options: { readonly seed?: string; readonly labels: Readonly<Record<string, string>> },
  use: (kit: HostKit) => Promise<unknown> = () => Promise.resolve(),
): Promise<Readonly<Record<string, string>>> {
  await using kit = await startHostKit({ url: bus.url, latticeName: `labels${count}`, machine, ...options })
  await use(kit)
  const { labels } = await kit.client.getInventory(kit.host.id)
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !key.startsWith('hostcore.')))
}

/** Puts rack, changes zone and deletes tier. */
async function change({ client, host }: HostKit): Promise<void> {
  await client.putLabel(host.id, 'rack', '7')
  await client.putLabel(host.id, 'zone', 'b')
  await client.deleteLabel(host.id, 'tier')
}

describe('the labels of a host', () => {
  const labels = { zone: 'a', tier: 'gold' }

  it('are there again, as they were changed, when the same host starts again', async () => {
    count += 1
    const seed = createHostSeed()
    expect(await withHost({ seed, labels }, change)).toEqual({ zone: 'b', rack: '7' })
    expect(await withHost({ seed, labels })).toEqual({ zone: 'b', rack: '7' })
  })

  it('are those that the host is started with where these say something else than before', async () => {
    count += 1
    const seed = createHostSeed()
    await withHost({ seed, labels }, change)
    expect(await withHost({ seed, labels: { zone: 'c', tier: 'gold' } })).toEqual({ zone: 'c', rack: '7' })
    expect(await withHost({ seed, labels })).toEqual({ zone: 'a', rack: '7' })
  })

  it('go with a host that is another one each time', async () => {
    count += 1
    await withHost({ labels }, change)
    expect(await withHost({ labels })).toEqual(labels)
  })

  it('are those of one host and not of another', async () => {
    count += 1
    await withHost({ seed: createHostSeed(), labels }, change)
    expect(await withHost({ seed: createHostSeed(), labels })).toEqual(labels)
  })
})
