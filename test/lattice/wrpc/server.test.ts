import type { WrpcLimits } from '#washi/lattice/wrpc/limits.js'
import type { WrpcServer } from '#washi/lattice/wrpc/server.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { ManualTarget } from '../../support/wrpc/manual-target.js'
import { connectRawPeer, type RawPeer } from '../../support/wrpc/raw-peer.js'
import { servedFunctions } from '../../support/wrpc/recorded-functions.js'
import { startServer } from '../../support/wrpc/wrpc-parties.js'

const instance = 'test:demo/api@0.1.0'
const hi = Buffer.from('\u0002hi')
const nothing = Buffer.alloc(0)

describe('a server', () => {
  it('drops a call that has no reply subject, and answers the next', async () => {
    await using kit = await startKit()
    kit.peer.publish({ subject: subjectOf('echo'), payload: hi })
    await kit.accept('echo', hi)
    expect((await kit.target.next()).request).toMatchObject({ sourceId: '<unknown>', linkName: 'default' })
    expect(kit.target.size).toBe(0)
  })

  it('tells who called, over which link, in which trace', async () => {
    await using kit = await startKit()
    const headers =
      'NATS/1.0\r\nsource-id: abc\r\nlink-name: two\r\ntraceparent: 00-1-2-01\r\ntracestate: a=b\r\n\r\n'
    kit.peer.publish({ subject: subjectOf('echo'), reply: '_INBOX.c.0', headers, payload: hi })
    expect((await kit.target.next()).request).toEqual({
      ...{ sourceId: 'abc', linkName: 'two', traceparent: '00-1-2-01', tracestate: 'a=b' },
      ...{ instance, function: 'echo', params: new Uint8Array(hi), asyncParams: [], asyncResults: [] },
    })
  })

  it('begins once the values are there, without their end and without what follows them', async () => {
    await using kit = await startKit()
    await kit.accept('echo', Buffer.concat([hi, hi]))
    expect((await kit.target.next()).request.params).toEqual(new Uint8Array(hi))
    await kit.accept('zero', nothing)
    expect((await kit.target.next()).request.function).toBe('zero')
  })

  it('does not let a caller that never completes its parameters keep others waiting', async () => {
    await using kit = await startKit()
    await kit.accept('echo', hi.subarray(0, 1))
    const next = await kit.accept('echo', hi)
    const call = await kit.target.next()
    call.sink.onResult(hi)
    call.sink.onEnd()
    const sent = [await kit.peer.next(), await kit.peer.next()]
    expect(sent.map(({ subject, payload }) => [subject, payload.length])).toEqual([
      [`${next.client}.results`, 3],
      [`${next.client}.results`, 0],
    ])
    expect(kit.server.size).toBe(1)
  })

  it('gives a caller up that never completes its parameters', async () => {
    await using kit = await startKit({ paramsMs: 20 })
    const { client } = await kit.accept('echo', hi.subarray(0, 1))
    expect(await kit.peer.next()).toMatchObject({ subject: `${client}.results`, payload: nothing })
    expect(kit.server.size).toBe(0)
  })

  it.each([
    { why: 'end too early', name: 'echo', first: hi.subarray(0, 2), more: nothing },
    { why: 'cannot be read', name: 'http', first: Buffer.of(0, 7), more: undefined },
    { why: 'are too large', name: 'echo', first: Buffer.of(255, 255, 3), more: Buffer.alloc(1_001) },
  ])('fails a call whose parameters $why, without calling anybody', async ({ name, first, more }) => {
    await using kit = await startKit({ maxCallBytes: 1_000 })
    const { client, server } = await kit.accept(name, first)
    if (more) kit.peer.publish({ subject: `${server}.params`, payload: more })
    expect(await kit.peer.next()).toMatchObject({ subject: `${client}.results`, payload: nothing })
    expect(kit.target.size).toBe(0)
    expect(kit.server).toMatchObject({ size: 0, budget: { used: 0 } })
  })

  it('refuses calls while too many have not sent their parameters', async () => {
    await using kit = await startKit({ maxHalfOpenCalls: 2 })
    const [first] = [await kit.accept('echo', nothing), await kit.accept('echo', nothing)]
    const refused = await kit.accept('list', nothing)
    expect(await kit.peer.next()).toMatchObject({ subject: `${refused.client}.results`, payload: nothing })
    expect(await kit.peer.next()).toMatchObject({ subject: `${refused.client}.results.0`, payload: nothing })
    kit.peer.publish({ subject: `${first.server}.params`, payload: hi })
    await kit.target.next()
    await kit.accept('echo', hi)
    await kit.target.next()
  })

  it('fails a call that its target fails, with the end of every stream', async () => {
    await using kit = await startKit()
    const { client } = await kit.accept('getdata', Buffer.of(1, 99, 0, 1))
    const { sink } = await kit.target.next()
    sink.onFailure({ kind: 'trap', message: 'unreachable' })
    const sent = [await kit.peer.next(), await kit.peer.next(), await kit.peer.next()]
    expect(sent.map(({ subject }) => subject)).toEqual(
      ['', '.0.0', '.0.1'].map((path) => `${client}.results${path}`),
    )
  })

  it('passes asynchronous parameters on, those too that came early, as fast as they are taken', async () => {
    await using kit = await startKit()
    kit.target.isSlow = true
    const { server } = await kit.accept('write', nothing)
    for (const payload of [hi, hi]) kit.peer.publish({ subject: `${server}.params.1`, payload })
    kit.peer.publish({ subject: `${server}.params`, payload: Buffer.of(1, 99, 1, 111, 0) })
    kit.peer.publish({ subject: `${server}.params.1` })
    kit.peer.publish({ subject: `${server}.params.1`, payload: hi })
    const call = await kit.target.next()
    await kit.flush()
    expect(call.events).toEqual(['write 1: 3'])
    call.isSlow = false
    call.sink.onDrain('1')
    expect(call.events).toEqual(['write 1: 3', 'write 1: 3', 'end 1'])
    expect(kit.server.budget.used).toBe(0)
  })

  it('gives up a call whose target leaves too much of its parameters lying', async () => {
    await using kit = await startKit({ maxCallBytes: 1_000 })
    kit.target.isSlow = true
    const { client, server } = await kit.accept('write', Buffer.of(1, 99, 1, 111, 0))
    const call = await kit.target.next()
    for (let sent = 0; sent < 3; sent++) {
      kit.peer.publish({ subject: `${server}.params.1`, payload: Buffer.alloc(600) })
    }
    expect(await kit.peer.next()).toMatchObject({ subject: `${client}.results`, payload: nothing })
    expect(call.events).toEqual(['write 1: 600', 'cancel'])
    expect(kit.server.budget.used).toBe(0)
  })

  it('lets its target wait while the bus is slow', async () => {
    await using kit = await startKit({ maxUnsentBytes: 10_000 })
    await kit.accept('list', hi)
    const { sink, events } = await kit.target.next()
    sink.onResult(Buffer.of(0, 0))
    expect(sink.onData('0', new Uint8Array(20_000))).toBe(false)
    await kit.flush()
    expect(events).toEqual(['resume 0'])
    expect(sink.onData('0', hi)).toBe(true)
    sink.onEnd()
    expect(kit.server.size).toBe(0)
  })

  it('takes no call after close(), and answers those it has', async () => {
    await using kit = await startKit()
    const { client } = await kit.accept('echo', hi)
    const { sink } = await kit.target.next()
    // The bus has given it to this server when the server ends its subscription: nobody else would answer it.
    kit.peer.publish({ subject: subjectOf('echo'), reply: '_INBOX.c.late', payload: hi })
    await kit.peer.subscribe('test.flush')
    const closed = kit.server.close()
    const late = await kit.target.next()
    for (const each of [sink, late.sink]) {
      each.onResult(hi)
      each.onEnd()
    }
    await closed
    const sent = await kit.peer.until(
      ({ subject, payload }) => subject === '_INBOX.c.late.results' && payload.length === 0,
    )
    expect(sent.filter(({ subject }) => subject === `${client}.results`)).toHaveLength(2)
    kit.peer.publish({ subject: subjectOf('echo'), reply: '_INBOX.c.later', payload: hi })
    expect(await kit.peer.next()).toMatchObject({
      subject: '_INBOX.c.later',
      headers: 'NATS/1.0 503\r\n\r\n',
    })
  })

  it('ends calls that are not answered in time when it closes', async () => {
    await using kit = await startKit()
    const { client } = await kit.accept('echo', hi)
    const { events } = await kit.target.next()
    await kit.server.close(1)
    expect(await kit.peer.next()).toMatchObject({ subject: `${client}.results`, payload: nothing })
    expect(events).toEqual(['cancel'])
  })

  it('gives up calls whose parameters may have a hole since the connection was lost, and keeps the others', async () => {
    await using bus = await startEmbeddedBus()
    const target = new ManualTarget()
    await using server = await startServer(bus.url, { functions: servedFunctions(instance), target })
    await using peer = await connectRawPeer(bus.port)
    peer.publish({ subject: subjectOf('write'), reply: '_INBOX.c.1', payload: Buffer.of(1, 99, 1, 111, 0) })
    const open = await target.next()
    peer.publish({ subject: subjectOf('echo'), reply: '_INBOX.c.2', payload: hi })
    const whole = await target.next()
    const lost = new Promise<void>((resolve) => server.connection.onDisconnect(resolve))
    await bus.stop()
    await lost
    expect([open.events, whole.events]).toEqual([['cancel'], []])
    whole.sink.onResult(hi)
    whole.sink.onEnd()
    expect(server.party.size).toBe(0)
    await bus.restart()
  })
})

function subjectOf(name: string): string {
  return `default.svr.wrpc.0.0.1.${instance}.${name}`
}

interface ServerKit extends AsyncDisposable {
  readonly server: WrpcServer
  readonly connection: LatticeConnection
  readonly target: ManualTarget
  readonly peer: RawPeer
  /** Calls a function and returns where its results come and its parameters go. */
  accept(name: string, payload: Uint8Array): Promise<{ readonly client: string; readonly server: string }>
  /** Resolves once the server has heard everything that the peer has said. */
  flush(): Promise<void>
}

/** A server, and a peer that calls it. */
async function startKit(limits: Partial<WrpcLimits> = {}): Promise<ServerKit> {
  const bus = await startEmbeddedBus()
  const target = new ManualTarget()
  const options = { functions: servedFunctions(instance), target, limits: { sweepMs: 5, ...limits } }
  const server = await startServer(bus.url, options)
  const peer = await connectRawPeer(bus.port)
  await peer.subscribe('_INBOX.c.>')
  let last = 0
  return {
    ...{ server: server.party, connection: server.connection, target, peer },
    accept: async (name, payload) => {
      const client = `_INBOX.c.${++last}`
      peer.publish({ subject: subjectOf(name), reply: client, payload })
      const accepted = await peer.next()
      expect(accepted).toMatchObject({ subject: client, payload: nothing })
      return { client, server: accepted.reply }
    },
    flush: async () => {
      await peer.subscribe('test.flush')
      await server.connection.flush()
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
      await bus[Symbol.asyncDispose]()
    },
  }
}
