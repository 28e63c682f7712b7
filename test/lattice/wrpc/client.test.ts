import { createCompletionScanner } from '#washi/wit/codec/completion-scanner.js'
import { defaultProtocolLimits } from '#washi/bus/protocol/protocol-limits.js'
import type { WrpcClient } from '#washi/lattice/wrpc/client.js'
import type { WrpcLimits } from '#washi/lattice/wrpc/limits.js'
import type { WrpcRequest } from '#washi/lattice/wrpc/exchange.js'
import { describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { startRealNatsServer } from '../../support/real-nats-server.js'
import { startTestBroker } from '../../support/test-broker.js'
import { ObservedCall } from '../../support/wrpc/observed-call.js'
import { connectRawPeer, type RawFrame, type RawPeer } from '../../support/wrpc/raw-peer.js'
import { requestOf, startClient } from '../../support/wrpc/wrpc-parties.js'

const prefix = 'default.svr'
const hi = Buffer.from('\u0002hi')

describe('a call', () => {
  it('says that nobody answers', async () => {
    await using kit = await startKit()
    const observed = kit.call(requestOf('echo', hi))
    expect((await observed.outcome).failure).toEqual({
      kind: 'unavailable',
      message:
        'nobody on the lattice answers to test:demo/api@0.1.0.echo of "svr": it does not run, or exports no such function in that version',
    })
    expect(kit.client.size).toBe(0)
  })

  it.each([
    { status: '408 Request Timeout', kind: 'deadline' },
    { status: '409 Request Terminated', kind: 'unavailable' },
  ])('fails with the status that the bus answers ($status)', async ({ status, kind }) => {
    await using kit = await startKit()
    const { observed, first } = await kit.begin(requestOf('echo', hi))
    kit.peer.publish({ subject: first.reply, headers: `NATS/1.0 ${status}\r\n\r\n` })
    expect((await observed.outcome).failure).toMatchObject({ kind })
  })

  it('is not waited for without end where somebody listens who never accepts', async () => {
    await using kit = await startKit({ acceptMs: 20 })
    const { observed, first } = await kit.begin(requestOf('write', hi, { asyncParams: ['1'] }))
    expect((await observed.outcome).failure).toEqual({
      kind: 'unavailable',
      message: '"svr" did not accept the call in time',
    })
    // Whoever accepts it later is told that there are no parameters, and need not wait for them.
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.late' })
    expect((await kit.peer.next()).subject).toBe('_INBOX.late.params')
    expect((await kit.peer.next()).subject).toBe('_INBOX.late.params.1')
  })

  it('is not waited for without end where its acceptor never answers', async () => {
    await using kit = await startKit({ deadlineMs: 20 })
    const { observed, first } = await kit.begin(requestOf('echo', hi))
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.silent' })
    expect((await observed.outcome).failure).toMatchObject({ kind: 'deadline' })
    expect(kit.client.size).toBe(0)
  })

  it('needs an acceptor that says where parameters go', async () => {
    await using kit = await startKit()
    const { observed, first } = await kit.begin(requestOf('echo', hi))
    kit.peer.publish({ subject: first.reply })
    expect((await observed.outcome).failure?.message).toBe('"svr" accepted the call without a reply subject')
  })

  it('takes results that come before it was accepted', async () => {
    await using kit = await startKit()
    const { observed, first } = await kit.begin(requestOf('echo', hi, { asyncResults: ['0'] }))
    kit.peer.publish({ subject: `${first.reply}.results.0`, payload: hi })
    kit.peer.publish({ subject: `${first.reply}.results`, payload: hi })
    kit.peer.publish({ subject: `${first.reply}.results` })
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    kit.peer.publish({ subject: `${first.reply}.results.0` })
    expect(await observed.outcome).toMatchObject({ results: hi, streams: { 0: hi }, failure: undefined })
  })

  it('ignores what it did not ask for, and what comes after an end', async () => {
    await using kit = await startKit()
    const { observed, first } = await kit.begin(requestOf('list', hi, { asyncResults: ['0.0'] }))
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    for (const [path, payload] of [
      ['.results.7', hi],
      ['.results.0', Buffer.alloc(0)],
      ['.params', hi],
      ['.error', hi],
      ['.results', hi],
      ['.results', Buffer.alloc(0)],
      ['.results', hi],
      ['.results', Buffer.alloc(0)],
      ['.results.0.0.0', hi],
      ['.results.0.0', hi],
      ['.results.0.0', Buffer.alloc(0)],
      ['.results.0.0', hi],
    ] as const) {
      kit.peer.publish({ subject: `${first.reply}${path}`, payload })
    }
    expect(await observed.outcome).toEqual({
      ...{ results: hi, streams: { '0.0': hi }, ended: ['0.0'], failure: undefined },
    })
  })

  it('fails where its answer has nothing in it and is not void', async () => {
    await using kit = await startKit()
    for (const isVoid of [true, false]) {
      const { observed, first } = await kit.begin(requestOf('void', hi, { isVoid }))
      kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
      kit.peer.publish({ subject: `${first.reply}.results` })
      await kit.peer.next()
      expect((await observed.outcome).failure?.kind).toBe(isVoid ? undefined : 'trap')
    }
  })

  it('with a scanner takes results without their end, and tells those that are incomplete', async () => {
    await using kit = await startKit()
    for (const payload of [hi, hi.subarray(0, 2)]) {
      const { observed, first } = await kit.begin(requestOf('echo', hi), true)
      kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
      kit.peer.publish({ subject: `${first.reply}.results`, payload })
      await kit.peer.next()
      if (payload !== hi) kit.peer.publish({ subject: `${first.reply}.results` })
      expect(await observed.outcome).toMatchObject(
        payload === hi ? { results: hi, failure: undefined } : { failure: { kind: 'trap' } },
      )
    }
  })

  it('that is given up ends what it has not sent, and hears nothing more', async () => {
    await using kit = await startKit()
    const request = requestOf('write', hi, { asyncParams: ['1', '2'], asyncResults: ['0'] })
    const { call, first } = await kit.begin(request)
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    expect((await kit.peer.next()).subject).toBe('_INBOX.server.params')
    call.end('2')
    call.cancel()
    expect((await kit.peer.next()).subject).toBe('_INBOX.server.params.2')
    expect(await kit.peer.next()).toMatchObject({
      subject: '_INBOX.server.params.1',
      payload: Buffer.alloc(0),
    })
    expect(kit.client.size).toBe(0)
  })

  it('fails rather than keep without limit what its caller does not read', async () => {
    await using kit = await startKit({ maxCallBytes: 100_000 })
    const { observed, first } = await kit.begin(requestOf('list', hi, { asyncResults: ['0'] }))
    observed.isSlow = true
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    for (let sent = 0; sent < 12; sent++) {
      kit.peer.publish({ subject: `${first.reply}.results.0`, payload: Buffer.alloc(10_000) })
    }
    expect((await observed.outcome).failure).toMatchObject({ kind: 'cancelled' })
    expect(kit.client.budget.used).toBe(0)
  })

  it('delivers what waited once its caller reads again', async () => {
    await using kit = await startKit()
    const { call, observed, first } = await kit.begin(requestOf('list', hi, { asyncResults: ['0'] }))
    observed.isSlow = true
    const paused = new Promise<void>((resolve) => (observed.onPaused = resolve))
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    for (const part of ['.results', '.results.0']) {
      for (const payload of [hi, hi, Buffer.alloc(0)])
        kit.peer.publish({ subject: `${first.reply}${part}`, payload })
    }
    await paused
    observed.isSlow = false
    await kit.flush()
    call.resume('0')
    expect(await observed.outcome).toMatchObject({ streams: { 0: Buffer.concat([hi, hi]) }, ended: ['0'] })
    expect(kit.client.budget.used).toBe(0)
  })

  it('refuses results beyond its limit', async () => {
    await using kit = await startKit({ maxCallBytes: 1_000 })
    const { observed, first } = await kit.begin(requestOf('echo', hi))
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    kit.peer.publish({ subject: `${first.reply}.results`, payload: Buffer.alloc(1_001) })
    expect((await observed.outcome).failure?.message).toBe('The answer of "svr" exceeds 1000 bytes')
  })

  it('fails when the connection to the bus is lost: its answer may have a hole', async () => {
    await using bus = await startEmbeddedBus()
    await using client = await startClient(bus.url)
    await using peer = await connectRawPeer(bus.port)
    await peer.subscribe(`${prefix}.wrpc.>`)
    const observed = new ObservedCall()
    client.party.invoke(requestOf('echo', hi), { prefix }, observed)
    peer.publish({ subject: (await peer.next()).reply, reply: '_INBOX.server' })
    await bus.stop()
    expect((await observed.outcome).failure).toEqual({
      kind: 'unavailable',
      message: 'the connection to the bus was lost while test:demo/api@0.1.0.echo of "svr" was called',
    })
    const late = new ObservedCall()
    client.party.invoke(requestOf('echo', hi), { prefix }, late)
    expect((await late.outcome).failure?.message).toContain('the connection to the bus at nats://')
    await bus.restart()
  })

  it('asks its caller to wait until it is accepted, and again while the bus is slow', async () => {
    await using kit = await startKit({ maxUnsentBytes: 10_000 })
    const { call, observed, first } = await kit.begin(requestOf('write', hi, { asyncParams: ['1'] }))
    const drained = (): Promise<void> => new Promise((resolve) => (observed.onDrained = resolve))
    const accepted = drained()
    expect(call.write('1', new Uint8Array(300_000))).toBe(false)
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.server' })
    await accepted
    const flushed = drained()
    expect(call.write('1', new Uint8Array(20_000))).toBe(false)
    await flushed
    call.end('1')
    const sent = await kit.peer.until(
      ({ subject, payload }) => subject.endsWith('.params.1') && payload.length === 0,
    )
    expect(sent.reduce((sum, { payload }) => sum + payload.length, 0)).toBe(320_000)
  })
})

const smallBuses = [
  {
    name: 'the embedded bus',
    start: async () => {
      const broker = await startTestBroker({ limits: { ...defaultProtocolLimits, maxPayloadBytes: 64 } })
      return { port: broker.port, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() }
    },
  },
  { name: 'nats-server', start: () => startRealNatsServer({ maxPayloadBytes: 64 }) },
]

describe.each(smallBuses)('where messages have 64 bytes at most, over $name', ({ start }) => {
  it('a call is cut as a Rust client cuts it', async () => {
    await using bus = await start()
    await using kit = await startKit({}, bus.port)
    const params = Buffer.from(`d${'A'.repeat(100)}`)
    const { observed, first } = await kit.begin(requestOf('echo', params))
    kit.peer.publish({ subject: first.reply, reply: '_INBOX.s' })
    const rest = await kit.peer.until(({ payload }) => payload.length === 0)
    const room = 64 - first.reply.length
    expect(first.payload).toEqual(params.subarray(0, room))
    expect(rest.map(({ payload }) => payload)).toEqual([
      params.subarray(room, room + 64),
      ...(room + 64 < params.length ? [params.subarray(room + 64)] : []),
      Buffer.alloc(0),
    ])
    kit.peer.publish({ subject: `${first.reply}.results`, payload: hi })
    kit.peer.publish({ subject: `${first.reply}.results` })
    expect((await observed.outcome).results).toEqual(hi)
  })

  it('headers leave less room, and those that fit into no message fail the call alone', async () => {
    await using bus = await start()
    await using kit = await startKit({}, bus.port)
    const { first } = await kit.begin(requestOf('echo', hi, { sourceId: 'a', linkName: 'default' }))
    expect(first).toMatchObject({
      headers: 'NATS/1.0\r\nsource-id: a\r\nlink-name: default\r\n\r\n',
      payload: Buffer.alloc(0),
    })
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const failed = kit.call(requestOf('echo', hi, { traceparent }))
    expect((await failed.outcome).failure?.kind).toBe('bad-value')
    expect((await kit.begin(requestOf('echo', hi))).first.payload.length).toBeGreaterThan(0)
  })
})

interface ClientKit extends AsyncDisposable {
  readonly client: WrpcClient
  readonly peer: RawPeer
  call(request: WrpcRequest): ObservedCall
  /** Calls, and returns what the peer got of it. */
  begin(
    request: WrpcRequest,
    isScanned?: boolean,
  ): Promise<{ call: ReturnType<WrpcClient['invoke']>; observed: ObservedCall; first: RawFrame }>
  /** Resolves once the client has heard everything that the peer has said. */
  flush(): Promise<void>
}

/** A client, and a peer that hears its calls once it is asked to begin one. */
async function startKit(limits: Partial<WrpcLimits> = {}, port?: number): Promise<ClientKit> {
  const bus = port === undefined ? await startEmbeddedBus() : undefined
  const at = port ?? bus?.port ?? 0
  const client = await startClient(`nats://127.0.0.1:${at}`, { sweepMs: 5, ...limits })
  const peer = await connectRawPeer(at)
  let isListening = false
  const invoke: ClientKit['begin'] = async (request, isScanned = false) => {
    if (!isListening) await peer.subscribe(`${prefix}.wrpc.>`, '_INBOX.>')
    isListening = true
    const observed = new ObservedCall()
    const scanner = isScanned ? createCompletionScanner([{ kind: 'string' }]) : undefined
    const call = client.party.invoke(request, { prefix, scanner }, observed)
    return { call, observed, first: await peer.next() }
  }
  return {
    ...{ client: client.party, peer, begin: invoke },
    call: (request) => {
      const observed = new ObservedCall()
      client.party.invoke(request, { prefix }, observed)
      return observed
    },
    flush: async () => {
      await peer.subscribe('test.flush')
      await client.connection.flush()
    },
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
      await bus?.[Symbol.asyncDispose]()
    },
  }
}
