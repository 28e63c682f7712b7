import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../connection.js'
import type { Listening, RawMessage } from '../raw-message.js'
import { ByteBudget } from './byte-budget.js'
import { CallHeaders } from './call-headers.js'
import { ClientCall, type ClientCallOwner } from './client-call.js'
import type { CompletionScanner, WrpcCall, WrpcFailure, WrpcRequest, WrpcSink } from './exchange.js'
import { resolveWrpcLimits, type WrpcLimits } from './limits.js'
import { Outlet } from './outlet.js'
import { paramSubject, parseInboxSubject } from './subjects.js'

/** Calls that ended before they were accepted and whose asynchronous parameters are ended if they still are. */
const maxAbandoned = 1_000

/** Whom to call, and how long to wait. */
export interface InvokeOptions {
  /** `{lattice}.{id}` */
  readonly prefix: string
  readonly acceptMs?: number | undefined
  readonly deadlineMs?: number | undefined
  /** Takes results as complete before the end of their stream, and tells those that are not complete at it. */
  readonly scanner?: CompletionScanner | undefined
}

/**
 * Calls functions over wRPC. One subscription takes all answers, so a call costs its messages and an entry in a table.
 * Whoever creates it closes it; the connection stays its owner's.
 */
export class WrpcClient implements ClientCallOwner {
  readonly connection: LatticeConnection
  readonly outlet: Outlet
  readonly budget: ByteBudget
  readonly limits: WrpcLimits
  readonly #log: Logger
  readonly #root: string
  readonly #headers = new CallHeaders()
  readonly #calls = new Map<string, ClientCall>()
  readonly #abandoned = new Map<string, readonly string[]>()
  #listening: Listening | undefined
  #unwatch: (() => void) | undefined
  #sweepTimer: NodeJS.Timeout | undefined
  #lastId = 0
  #isLost = false
  #isClosed = false

  constructor(connection: LatticeConnection, log: Logger, limits?: Partial<WrpcLimits>) {
    this.connection = connection
    this.limits = resolveWrpcLimits(limits)
    this.outlet = new Outlet(connection, this.limits.maxUnsentBytes)
    this.budget = new ByteBudget(this.limits.maxTotalBytes)
    this.#log = log
    this.#root = connection.createInbox()
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#calls.size
  }

  /** Starts a call. Never throws: failures go to the sink, and never before this has returned. */
  invoke(request: WrpcRequest, options: InvokeOptions, sink: WrpcSink): WrpcCall {
    const { acceptMs = this.limits.acceptMs, deadlineMs = this.limits.deadlineMs, prefix, scanner } = options
    this.#lastId += 1
    const id = this.#lastId.toString(36)
    const now = performance.now()
    const acceptBy = now + acceptMs
    const endBy = now + deadlineMs
    const inbox = `${this.#root}.${id}`
    const call = new ClientCall(this, { request, sink, prefix, inbox, id, scanner, acceptBy, endBy })
    this.#calls.set(id, call)
    const failure = this.#begin(call, request)
    if (failure) queueMicrotask(() => call.fail(failure))
    this.#armSweep()
    return call
  }

  /** Fails what still runs. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#sweepTimer)
    this.#unwatch?.()
    this.#failAll((call) => call.fail({ kind: 'cancelled', message: 'The host stops' }))
    this.outlet.flushSoon()
    this.#listening?.end()
    return Promise.resolve()
  }

  onOver({ id }: ClientCall, unsent: readonly string[] | undefined): void {
    this.#calls.delete(id)
    if (unsent === undefined || unsent.length === 0) return
    this.#abandoned.set(id, unsent)
    const [oldest] = this.#abandoned.keys()
    if (this.#abandoned.size > maxAbandoned && oldest !== undefined) this.#abandoned.delete(oldest)
  }

  #begin(call: ClientCall, request: WrpcRequest): WrpcFailure | undefined {
    if (this.#isClosed) return { kind: 'unavailable', message: 'Cannot send the call: the host stops' }
    if (this.#isLost) {
      const message = `Cannot send the call: the connection to the bus at ${this.connection.url} is lost`
      return { kind: 'unavailable', message }
    }
    try {
      this.#listen()
    } catch (thrown) {
      return { kind: 'unavailable', message: `Cannot send the call: ${messageOf(thrown)}` }
    }
    return call.begin(this.#headers.encode(request))
  }

  /** What is on its way when the connection is lost may be lost too, and an answer with a hole in it looks like a whole one. */
  #listen(): void {
    if (this.#listening) return
    const { connection } = this
    this.#listening = connection.listen(`${this.#root}.>`, (message) => this.#onMessage(message))
    const onLost = (): void => {
      this.#isLost = true
      this.#failAll((call) => call.failLost())
    }
    const ends = [
      connection.onDisconnect(onLost),
      connection.onReconnect(() => {
        this.#isLost = false
      }),
    ]
    this.#unwatch = () => ends.forEach((end) => end())
    void connection.closed.then(() => {
      if (!this.#isClosed) onLost()
    })
  }

  #onMessage(message: RawMessage): void {
    const { subject } = message
    const part = parseInboxSubject(subject, this.#root)
    if (!part || part.stream === 'params') return
    const call = this.#calls.get(part.id)
    try {
      if (part.stream === undefined) {
        if (call?.isAwaited === true) call.onHandshake(message)
        else this.#refuse(part.id, message)
      } else call?.onResults(part.path, message.payload)
    } catch (thrown) {
      this.#log.warn('cannot handle an answer', { subject, reason: messageOf(thrown) })
    }
  }

  /** Somebody accepts a call that is over, or that another has accepted: there are no parameters, and nobody waits. */
  #refuse(id: string, { reply, status }: RawMessage): void {
    if (reply === '' || status !== 0) return
    this.outlet.sendEnd(paramSubject(reply))
    for (const path of this.#abandoned.get(id) ?? []) this.outlet.sendEnd(paramSubject(reply, path))
    this.#abandoned.delete(id)
  }

  #failAll(fail: (call: ClientCall) => void): void {
    for (const call of [...this.#calls.values()]) fail(call)
  }

  #armSweep(): void {
    if (this.#sweepTimer !== undefined || this.#isClosed) return
    this.#sweepTimer = setTimeout(() => this.#sweep(), this.limits.sweepMs)
    this.#sweepTimer.unref()
  }

  #sweep(): void {
    this.#sweepTimer = undefined
    const now = performance.now()
    this.#failAll((call) => call.failLate(now))
    if (this.#calls.size > 0) this.#armSweep()
  }
}
