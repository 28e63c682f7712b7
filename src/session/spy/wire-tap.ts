import type { LatticeConnection } from '../../lattice/connection.js'
import type { Listening, RawMessage } from '../../lattice/raw-message.js'
import { invocationPattern, parseInvocationSubject, parseReplySubject } from '../../lattice/wrpc/subjects.js'
import type { RawCall, SpySink } from './spied-message.js'

/** Bytes of one call's values that are kept. */
const maxBytes = 8 * 1024 * 1024
/** Calls that have not ended; the oldest are forgotten. */
const maxOpen = 10_000

interface OpenCall {
  readonly call: Omit<RawCall, 'params' | 'size'>
  readonly startedAt: number
  readonly params: Uint8Array[]
  readonly result: Uint8Array[]
  readonly streams: Record<string, number>
  /** Async results that have not ended; known once one has begun. */
  isTold: boolean
}

/**
 * Overhears the calls of components and providers on other hosts than washi's: what is on the bus. It listens to those that
 * run only, as the bus takes a listener for somebody who answers.
 */
export class WireTap {
  readonly #connection: LatticeConnection
  readonly #sink: SpySink
  readonly #taps = new Map<string, Listening>()
  readonly #open = new Map<string, OpenCall>()
  /** Inboxes of servers, by that of the caller. */
  readonly #servers = new Map<string, string>()
  #replies: Listening | undefined
  #calls = 0

  constructor(connection: LatticeConnection, sink: SpySink) {
    this.#connection = connection
    this.#sink = sink
  }

  /** Listens to the calls of these, and of no others. */
  watch(ids: ReadonlySet<string>): void {
    for (const [id, tap] of this.#taps) {
      if (ids.has(id)) continue
      tap.end()
      this.#taps.delete(id)
    }
    if (ids.size > 0) this.#replies ??= this.#connection.listen('_INBOX.>', (each) => this.#onReply(each))
    for (const id of ids) {
      if (this.#taps.has(id)) continue
      const pattern = invocationPattern(this.#connection.lattice, id)
      this.#taps.set(
        id,
        this.#connection.listen(pattern, (message) => this.#onInvocation(id, message)),
      )
    }
  }

  /** Stops listening. */
  close(): void {
    this.watch(new Set())
    this.#replies?.end()
  }

  #onInvocation(target: string, message: RawMessage): void {
    const called = parseInvocationSubject(message.subject, `${this.#connection.lattice}.${target}`)
    if (!called || message.reply === '') return
    this.#calls += 1
    this.#open.set(message.reply, {
      call: {
        id: `wire/${this.#calls}`,
        time: Date.now(),
        source: message.header('source-id') ?? '<unknown>',
        target,
        link: message.header('link-name') ?? 'default',
        interface: called.instance,
        function: called.name,
      },
      startedAt: performance.now(),
      params: [new Uint8Array(message.payload)],
      result: [],
      streams: {},
      isTold: false,
    })
    const [oldest] = this.#open.keys()
    if (this.#open.size > maxOpen && oldest !== undefined) this.#forget(oldest)
  }

  #onReply(message: RawMessage): void {
    const { inbox, stream, path } = parseReplySubject(message.subject)
    if (stream === undefined) {
      if (this.#open.has(inbox) && message.reply !== '') this.#servers.set(message.reply, inbox)
      return
    }
    const caller = stream === 'results' ? inbox : this.#servers.get(inbox)
    const open = caller === undefined ? undefined : this.#open.get(caller)
    if (caller === undefined || !open) return
    if (path !== '') {
      const key = `${stream}.${path}`
      open.streams[key] = (open.streams[key] ?? 0) + message.payload.length
    } else if (stream === 'params') this.#onParams(open, message.payload)
    else this.#onResults(caller, open, message.payload)
  }

  #onParams(open: OpenCall, payload: Uint8Array): void {
    if (payload.length > 0) return keep(open.params, payload)
    this.#tellCall(open)
  }

  #onResults(caller: string, open: OpenCall, payload: Uint8Array): void {
    if (payload.length > 0) return keep(open.result, payload)
    this.#tellCall(open) // the answer may overtake the end of the parameters
    const result = Buffer.concat(open.result)
    const durationMs = performance.now() - open.startedAt
    const { streams } = open
    const answer = { id: open.call.id, time: Date.now(), durationMs, streams }
    this.#sink.onAnswer({ ...answer, result, size: result.length, failure: undefined })
    this.#forget(caller)
  }

  #tellCall(open: OpenCall): void {
    if (open.isTold) return
    open.isTold = true
    const params = Buffer.concat(open.params)
    this.#sink.onCall({ ...open.call, params, size: params.length })
  }

  #forget(caller: string): void {
    this.#open.delete(caller)
    for (const [server, of] of this.#servers) if (of === caller) this.#servers.delete(server)
  }
}

function keep(pile: Uint8Array[], bytes: Uint8Array): void {
  const kept = pile.reduce((sum, { length }) => sum + length, 0)
  if (kept + bytes.length <= maxBytes) pile.push(new Uint8Array(bytes))
}
