import type { LinkInput } from '#washi/lattice/control/schemas.js'
import { jsonOf } from '#washi/lattice/message.js'
import { keyValueMemory } from '#washi/providers/keyvalue-memory/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { ManualClock, startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'

const sources = 100
const linksPerSource = 80
const count = sources * linksPerSource

/** More than a message of 1 MiB holds. */
describe(`a lattice with ${count} links`, () => {
  let bus: EmbeddedBus
  let kit: HostKit
  const clock = new ManualClock()
  beforeAll(async () => {
    bus = await startEmbeddedBus()
    kit = await startHostKit({ url: bus.url, clock, providers: [keyValueMemory] })
    const bucket = await kit.connection.bucket('LATTICEDATA_default')
    for (let source = 0; source < sources; source += 1) {
      const links = Array.from({ length: linksPerSource }, (_, index) => toLink(source, index))
      await bucket.put(`COMPONENT_source-${source}`, JSON.stringify({ url: '', links }))
    }
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  it('refuses to list them in a message that the bus would not take', async () => {
    const ask = async (): Promise<unknown> =>
      jsonOf(await kit.connection.request(kit.connection.subjects.linkGet, ''))
    const message = expect.stringMatching(
      /^the answer has \d+ bytes, and the bus takes 1048576 in a message$/,
    ) as string
    await expect.poll(ask).toEqual({ success: false, message })
  })

  it('is listed by our client all the same', async () => {
    const links = await kit.client.getLinks()
    expect(links).toHaveLength(count)
    expect(links[0]).toEqual(toLink(0, 0))
  })

  it('leaves a host that beats and tells its inventory, though one provider has all links', async () => {
    const provider = { provider_id: 'kv', provider_ref: 'wasmcloud+builtin://keyvalue-memory' }
    await kit.client.startProvider(kit.host.id, provider)
    await expect.poll(() => kit.events.count('linkdef_established'), { timeout: 20_000 }).toBe(count)
    const { providers } = await kit.client.getInventory(kit.host.id)
    expect(providers).toEqual([expect.objectContaining({ id: 'kv' })])
    clock.advance(30_000)
    const beat = await kit.events.next('host_heartbeat')
    expect(beat.data.providers).toEqual(providers)
  })
})

function toLink(source: number, index: number): LinkInput {
  return {
    ...{ source_id: `source-${source}`, target: 'kv', name: `link-${index}`, wit_namespace: 'wasi' },
    ...{ wit_package: 'keyvalue', interfaces: ['store'], source_config: [], target_config: [] },
  }
}
