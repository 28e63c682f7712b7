import { ControlClient } from '#washi/lattice/control/client.js'
import { jsonOf } from '#washi/lattice/message.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'
import { readEffects, readExchanges, readStep, recordedSteps } from '../support/recorded-lattice.js'
import type { RecordedExchange, RecordedMessage } from '../support/recorded-lattice.js'

/** Steps whose requests are replayed; the others need what this host does not have (external providers, wRPC). */
const replayed = /^(01|02|03|04|05|06|07|09|10|11|12|14)-/

/** What the recorded host runs before each step that the recording leaves out. */
const before: Readonly<Record<string, (kit: HostKit) => Promise<void>>> = {
  '09-update.jsonl': async (kit) => {
    const request = { component_id: 'hello', component_ref: 'file:///app/pong.wasm' }
    await kit.client.scaleComponent(kit.host.id, { ...request, count: 0 })
    await kit.client.scaleComponent(kit.host.id, { ...request, count: 2 })
    await kit.events.next('component_scaled', ({ data }) => data.image_ref === 'file:///app/pong.wasm')
  },
}

describe('the recorded session of a real host', () => {
  let bus: EmbeddedBus
  let kit: HostKit
  beforeAll(async () => {
    bus = await startEmbeddedBus()
    kit = await startHostKit({
      url: bus.url,
      labels: { zone: 'a' },
      machine: { arch: 'x64', platform: 'linux' },
    })
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  it.each(recordedSteps().filter((step) => replayed.test(step)))(
    'has the same answers, events and effects with our host: %s',
    async (step) => {
      await before[step]?.(kit)
      const effects = collect(kit)
      for (const exchange of readExchanges(step)) await replay(kit, exchange)
      expect(readEffects(await effects())).toEqual(readEffects(readStep(step)))
    },
  )

  it('leaves a host that is understood by our client', async () => {
    expect(await new ControlClient(kit.connection).pingHosts({ expected: 1 })).toHaveLength(1)
  })
})

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

async function replay(kit: HostKit, { request, answer, events }: RecordedExchange): Promise<void> {
  const seen = kit.events.all.length
  const normal = normalizer(kit)
  const subject = request.subject.replace(/\.N[A-Z2-7]{55}$/, `.${kit.host.id}`)
  if (!answer) {
    const got = await kit.connection.gather(subject, payloadOf(request, kit), { timeoutMs: 100 })
    return expect(got, request.subject).toEqual([])
  }
  const reply = await kit.connection.request(subject, payloadOf(request, kit))
  expect(normal.answer(jsonOf(reply)), request.subject).toEqual(normal.answer(answer.json))
  for (const wanted of events.map(({ json }) => normal.event(json)).filter((event) => event !== undefined)) {
    await expect
      .poll(() =>
        kit.events.all.slice(seen).map((event) => normal.event({ type: event.kind, data: event.data })),
      )
      .toContainEqual(wanted)
  }
}

function payloadOf({ json, text }: RecordedMessage, kit: HostKit): string | undefined {
  if (json === undefined) return text
  return JSON.stringify(json).replace(/"host_id":"N[A-Z2-7]{55}"/, `"host_id":"${kit.host.id}"`)
}

/**
 * The one normalisation: ids, names, times, addresses and versions become `*`, and so does the text of failures that
 * come from files (the words are ours); links are listed by source, as the real host's order of sources is chance.
 * Deliberate differences:
 * - an auction's answer names the component by its id, where the real host repeats the reference;
 * - events name this host, where the real one repeats what the request said;
 * - an update is told by one component_scaled for the new code; the real host adds one with max_instances 0.
 */
function normalizer(kit: HostKit) {
  const hide = (value: unknown, key = ''): unknown => {
    if (hidden.has(key)) return '*'
    if (typeof value === 'string') return value.replaceAll(kit.host.id, '*').replace(/N[A-Z2-7]{55}/g, '*')
    if (Array.isArray(value)) return value.map((item) => hide(item))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item, name)]))
  }
  return {
    answer: (json: unknown): unknown => {
      const response = (json as { response?: Record<string, unknown> }).response
      const isAck = response !== undefined && 'constraints' in response
      if (Array.isArray(response)) return hide({ ...(json as object), response: sortBySource(response) })
      return hide(isAck ? { ...(json as object), response: { ...response, component_id: '*' } } : json)
    },
    event: (json: unknown): unknown => {
      const { type, data } = json as { type: string; data: Record<string, unknown> }
      const kind = type.split('.').at(-1)
      if (kind === 'host_heartbeat') return undefined
      const isEndOfUpdate =
        data['max_instances'] === 0 &&
        data['image_ref'] !== '' &&
        kit.runtime.pools.get('hello')?.isStopped === false
      if (isEndOfUpdate && data['component_id'] === 'hello') return undefined
      return hide({ kind, data: fromFile.test(String(data['error'])) ? { ...data, error: '*' } : data })
    },
  }
}

function sortBySource(links: readonly { readonly source_id?: string }[]) {
  return links.toSorted((a, b) => (a.source_id ?? '').localeCompare(b.source_id ?? ''))
}

const fromFile =
  /failed to fetch|failed to extract|Cannot read|Cannot start the provider|Cannot use the reference/
const hidden = new Set([
  ...['friendly_name', 'version', 'uptime_human', 'uptime_seconds', 'rpc_host', 'ctl_host'],
  ...['host_id'],
])
