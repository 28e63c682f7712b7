import { ControlClient } from '#washi/lattice/control/client.js'
import type { LatticeEvent } from '#washi/lattice/events/schemas.js'
import { jsonOf } from '#washi/lattice/message.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { FakeProvider, startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'
import { createNormalizer, providerReference } from '../support/normalize-recorded.js'
import type { RecordedNormalizer } from '../support/normalize-recorded.js'
import { createManualClock } from '../support/manual-clock.js'
import { readExchanges, readStep, recordedEvents, recordedSteps } from '../support/recorded-lattice.js'
import type { RecordedExchange, RecordedMessage } from '../support/recorded-lattice.js'

/** The recorded session, step by step; the start-up has its own test. */
const steps = recordedSteps().filter((step) => /^(?!00)\d\d-/.test(step))

/** What the recorded host runs before each step that the recording leaves out. */
const before: Readonly<Record<string, (kit: HostKit) => Promise<void>>> = {
  '09-update.jsonl': async (kit) => {
    const request = { component_id: 'hello', component_ref: 'file:///app/pong.wasm' }
    await kit.client.scaleComponent(kit.host.id, { ...request, count: 0 })
    await kit.client.scaleComponent(kit.host.id, { ...request, count: 2 })
    await kit.events.next('component_scaled', ({ data }) => data.image_ref === 'file:///app/pong.wasm')
  },
  '28-stop-a-provider.jsonl': async (kit) => {
    const request = { provider_id: 'kvnats', provider_ref: providerReference('keyvalue-nats') }
    await kit.client.startProvider(kit.host.id, request)
    await kit.events.next('provider_started', ({ data }) => data.provider_id === 'kvnats')
  },
}

const providers = [
  new FakeProvider(),
  new FakeProvider('keyvalue-redis', { serves: storeInterfaces() }),
  new FakeProvider('keyvalue-nats', { serves: storeInterfaces() }),
  new FakeProvider('messaging-nats', {
    serves: ['wasmcloud:messaging/consumer'],
    calls: ['wasmcloud:messaging/handler'],
  }),
]

describe('the recorded session of a real host', () => {
  const clock = createManualClock()
  let bus: EmbeddedBus
  let kit: HostKit
  let ours: RecordedNormalizer
  let theirs: RecordedNormalizer
  beforeAll(async () => {
    bus = await startEmbeddedBus()
    kit = await startHostKit({
      ...{ url: bus.url, labels: { zone: 'a' }, machine: { arch: 'x64', platform: 'linux' } },
      ...{ providers: providers.map(({ definition }) => definition), clock },
    })
    ours = createNormalizer(kit.host.id)
    theirs = createNormalizer(kit.host.id)
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  it('begins with the word that the host has started', async () => {
    const { data } = await kit.events.next('host_started')
    expect(data).toMatchObject({ uptime_seconds: 0, labels: { zone: 'a' } })
    expect(await new ControlClient(kit.connection).pingHosts({ expected: 1 })).toHaveLength(1)
  })

  it.each(steps)('has the same answers, events and effects with our host: %s', async (step) => {
    await before[step]?.(kit)
    const effects = collect(kit)
    for (const exchange of readExchanges(step)) await replay(kit, ours, exchange)
    expect(ours.effects(await effects())).toEqual(theirs.effects(readStep(step)))
  })

  it('has events of the same shape, of every kind', async () => {
    clock.advance(30_000)
    await kit.events.next('host_heartbeat')
    await kit.host.stop()
    await kit.events.next('host_stopped')
    const recorded = recordedEvents().map(({ json }) => json as RecordedEvent)
    const fields = (kind: string, events: readonly { readonly data: unknown }[]): readonly string[] =>
      [...new Set(events.flatMap(({ data }) => ours.fields(kind, data)))].sort()
    for (const kind of new Set(recorded.map(({ type }) => type.split('.').at(-1) ?? ''))) {
      const expected = recorded.filter(({ type }) => type.endsWith(`.${kind}`))
      const said = kit.events.all.filter((event) => event.kind === kind)
      expect(fields(kind, said), kind).toEqual(fields(kind, expected))
    }
  })
})

function storeInterfaces(): string[] {
  return ['store', 'atomics', 'batch'].map((name) => `wasi:keyvalue/${name}`)
}

/** Listens to everything; the returned function gives what was heard up to its call. */
function collect(kit: HostKit): () => Promise<RecordedMessage[]> {
  const heard: RecordedMessage[] = []
  const done = new AbortController()
  const subjects = ['$KV.>', 'wasmbus.rpc.>'].map((subject) =>
    kit.connection.subscribe(subject, { signal: done.signal }),
  )
  const loops = subjects.map(async (messages) => {
    for await (const message of messages) {
      heard.push({ subject: message.subject, json: jsonOf(message) ?? undefined })
    }
  })
  return async () => {
    // Heard over the same connection, so what the host sent before its last answer is there.
    await kit.connection.flush()
    done.abort()
    await Promise.all(loops)
    return heard
  }
}

async function replay(
  kit: HostKit,
  normal: RecordedNormalizer,
  { request, answer, events }: RecordedExchange,
): Promise<void> {
  const seen = kit.events.all.length
  const { subject, payload } = normal.request(request)
  if (!answer) {
    const got = await kit.connection.gather(subject, payload, { timeoutMs: 100 })
    return expect(got, request.subject).toEqual([])
  }
  const reply = await kit.connection.request(subject, payload)
  expect(normal.answer(jsonOf(reply)), request.subject).toEqual(normal.answer(answer.json))
  const toNormal = (event: LatticeEvent): unknown =>
    normal.event({ type: event.kind, data: event.data }, request)
  for (const { json } of events) {
    const wanted = normal.event(json, request)
    if (wanted === undefined) continue
    await expect.poll(() => kit.events.all.slice(seen).map(toNormal)).toContainEqual(wanted)
  }
}

interface RecordedEvent {
  readonly type: string
  readonly data: unknown
}
