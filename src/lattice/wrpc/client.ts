import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection, RawMessage } from '../connection.js'
import { ClientCall, type ClientCallOptions } from './client-call.js'
import type { WrpcCall, WrpcRequest, WrpcSink } from './exchange.js'
import { parseInboxSubject } from './subjects.js'

/** Calls are looked after that often; what took too long ends then. */
const sweepMs = 100
/** A party that listens accepts a call within this time, or is too busy to. */
const defaultAcceptMs = 10_000
/** No call takes longer: the greatest execution time of real hosts. */
const defaultDeadlineMs = 600_000

/** Whom to call, and how long to wait. */
export interface InvokeOptions {
  /** `{lattice}.{id}` */
  readonly prefix: string
  readonly acceptMs?: number | undefined
  readonly deadlineMs?: number | undefined
}

/**
 * Calls functions over wRPC. One subscription takes all answers, so a call costs its messages and an entry in a table.
 * Whoever creates it closes it; the connection stays its owner's.
 */
export class WrpcClient {
  readonly #connection: LatticeConnection
  readonly #log: Logger
  readonly #root: string
  readonly #calls = new Map<string, ClientCall>()
  #endListening: (() => void) | undefined
  #sweepTimer: NodeJS.Timeout | undefined
  #lastId = 0
  #isClosed = false

  constructor(connection: LatticeConnection, log: Logger) {
    this.#connection = connection
    this.#log = log
    this.#root = connection.createInbox()
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#calls.size
  }

  /** Starts a call. Never throws: failures go to the sink, and never before this has returned. */
  invoke(request: WrpcRequest, options: InvokeOptions, sink: WrpcSink): WrpcCall {
    this.#lastId += 1
    const id = this.#lastId.toString(36)
    const { acceptMs = defaultAcceptMs, deadlineMs = defaultDeadlineMs } = options
    const now = performance.now()
    const whole: ClientCallOptions = {
      request,
      sink,
      prefix: options.prefix,
      inbox: `${this.#root}.${id}`,
      connection: this.#connection,
      acceptBy: now + acceptMs,
      endBy: now + deadlineMs,
      onOver: () => this.#calls.delete(id),
    }
    const call = new ClientCall(whole)
    this.#calls.set(id, call)
    try {
      if (this.#isClosed) throw new Error('the host stops')
      this.#listen()
      call.begin()
    } catch (thrown) {
      queueMicrotask(() =>
        call.fail({ kind: 'unavailable', message: `Cannot send the call: ${messageOf(thrown)}` }),
      )
    }
    this.#armSweep()
    return call
  }

  /** Fails what still runs. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#sweepTimer)
    this.#endListening?.()
    for (const call of [...this.#calls.values()]) {
      call.fail({ kind: 'cancelled', message: 'The host stops' })
    }
    return Promise.resolve()
  }

  #listen(): void {
    this.#endListening ??= this.#connection.listen(`${this.#root}.>`, (message) => this.#onMessage(message))
  }

  #onMessage(message: RawMessage): void {
    const part = parseInboxSubject(message.subject, this.#root)
    const call = part && this.#calls.get(part.id)
    if (!call || part.stream === 'params') return
    try {
      if (part.stream === undefined) call.onHandshake(message)
      else call.onResults(part.path, message.payload)
    } catch (thrown) {
      this.#log.warn('cannot handle an answer', { subject: message.subject, reason: messageOf(thrown) })
    }
  }

  #armSweep(): void {
    if (this.#sweepTimer !== undefined || this.#isClosed) return
    this.#sweepTimer = setTimeout(() => this.#sweep(), sweepMs)
    this.#sweepTimer.unref()
  }

  #sweep(): void {
    this.#sweepTimer = undefined
    const now = performance.now()
    for (const call of [...this.#calls.values()]) call.endIfLate(now)
    if (this.#calls.size > 0) this.#armSweep()
  }
}
