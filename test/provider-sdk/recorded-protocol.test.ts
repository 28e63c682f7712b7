import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { textOf } from '#washi/lattice/message.js'
import { encodeHeaders } from '#washi/lattice/raw-message.js'
import { encodeHostData, hostDataSchema } from '#washi/lattice/provider-protocol/host-data.js'
import { createXkey } from '#washi/lattice/secrets/xkey.js'
import { runProvider } from '#washi/provider-sdk/index.js'
import { keyValueRedis } from '#washi/providers/keyvalue-redis/index.js'
import { startEmbeddedBus, type EmbeddedBus } from '../support/embedded-bus.js'
import { startRealRedisServer, whyNoRedis, type RealRedisServer } from '../support/real-redis-server.js'
import { readStep } from '../support/recorded-lattice.js'

interface RecordedCall {
  readonly subject: string
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly base64: string
  readonly results: string
}

const calls = readFileSync(
  new URL('../fixtures/lattice/provider/keyvalue-redis-calls.jsonl', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as RecordedCall)

const noRedis = whyNoRedis()
const title = 'a provider of washi/provider under a recorded host'

describe.skipIf(noRedis)(noRedis ? `${title} (${noRedis})` : title, () => {
  let bus: EmbeddedBus
  let redis: RealRedisServer
  let host: LatticeConnection
  let ended: Promise<string>
  const hostKey = createXkey()
  const providerKey = createXkey()
  const shutdown = readStep('28-stop-a-provider.jsonl').find(({ subject }) => subject.endsWith('.shutdown'))
  const { host_id: hostId } = shutdown?.json as { host_id: string }
  const linkMessages = readStep('25-keyvalue-redis-with-link-names.jsonl').filter(
    ({ subject, json }) =>
      /^wasmbus\.rpc\.default\.X[A-Z2-7]{55}\.linkdefs\.put$/.test(subject) &&
      (json as { target: string }).target === 'kvredis',
  )
  const log: string[] = []

  beforeAll(async () => {
    bus = await startEmbeddedBus()
    redis = await startRealRedisServer()
    host = await connectLattice({ url: bus.url, lattice: parseLatticeName('default'), name: 'host' })
    const data = hostDataSchema.parse({
      ...{
        host_id: hostId,
        lattice_rpc_url: bus.url,
        provider_key: 'kvredis',
        env_values: {},
        link_definitions: [],
      },
      host_xkey_public_key: hostKey.publicKey,
      provider_xkey_private_key: providerKey.seed,
    })
    ended = runProvider(keyValueRedis, {
      input: Readable.from([encodeHostData(data)]),
      write: (line) => void log.push(line),
    })
  })
  afterAll(async () => {
    await host.close()
    await redis[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  it('answers for its health', async () => {
    const ask = async () => textOf(await host.request('wasmbus.rpc.default.kvredis.health', ''))
    await expect.poll(() => ask().catch(() => '{}')).toContain('"healthy":true')
  })

  it('takes the links that the host sent, and its configuration', async () => {
    host.publish('wasmbus.rpc.default.kvredis.config.update', '{}')
    expect(linkMessages).toHaveLength(2)
    for (const { json } of linkMessages) {
      const text = JSON.stringify(json).replace(/redis:\/\/127\.0\.0\.1:6399/, redis.url.replace(/\/$/, ''))
      host.publish(`wasmbus.rpc.default.${providerKey.publicKey}.linkdefs.put`, text)
    }
    await host.flush()
    // Behind the links in the provider's queue.
    await host.request('wasmbus.rpc.default.kvredis.health', '')
    expect(log.filter((line) => line.includes('refuses'))).toEqual([])
  })

  it.each(calls.map((call, index) => [index, call.subject.split('.').at(-1), call] as const))(
    'answers call %i, of %s, byte for byte',
    async (_index, _name, { subject, headers, base64, results }) => {
      expect(await invoke(subject, headers, Buffer.from(base64, 'base64'))).toBe(results)
    },
  )

  it('lets go of a link that the host deletes', async () => {
    const [first] = linkMessages
    const emptied = { ...(first?.json as object), source_config: {}, target_config: {} }
    host.publish('wasmbus.rpc.default.kvredis.linkdefs.del', JSON.stringify(emptied))
    await host.flush()
    await host.request('wasmbus.rpc.default.kvredis.health', '')
    const { subject = '', headers = {}, base64 = '' } = calls[0] ?? {}
    const answer = Buffer.from(await invoke(subject, headers, Buffer.from(base64, 'base64')), 'base64')
    // The error `other` of wasi:keyvalue.
    expect([...answer.subarray(0, 2)]).toEqual([1, 2])
  })

  it('ignores the shutdown of another host, and answers that of its own as it was recorded', async () => {
    const subject = shutdown?.subject ?? ''
    await expect(host.request(subject, '{"host_id":"NOTHER"}', { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'LATTICE_TIMEOUT',
    })
    expect(textOf(await host.request(subject, JSON.stringify(shutdown?.json)))).toBe('shutting down')
    expect(await ended).toBe('the host has ended it')
  })

  /** Calls as a host does, and resolves with the bytes of the results, in base64. */
  async function invoke(
    subject: string,
    headers: RecordedCall['headers'],
    params: Uint8Array,
  ): Promise<string> {
    const inbox = host.createInbox()
    return await new Promise<string>((resolve) => {
      const parts: Uint8Array[] = []
      const listening = host.listen(`${inbox}.results`, ({ payload }) => {
        if (payload.length > 0) return void parts.push(Uint8Array.from(payload))
        listening.end()
        accepted.end()
        resolve(Buffer.concat(parts).toString('base64'))
      })
      // The provider's inbox: where further parameters would go, and their end goes.
      const accepted = host.listen(inbox, ({ reply }) => host.publish(`${reply}.params`, ''))
      host.send(subject, params, { reply: inbox, headers: encodeHeaders(flat(headers)) })
    })
  }
})

function flat(headers: RecordedCall['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values[0] ?? '']))
}
