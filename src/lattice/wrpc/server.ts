import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../connection.js'
import type { Listening, RawMessage } from '../raw-message.js'
import { ByteBudget } from './byte-budget.js'
import { resolveWrpcLimits, type WrpcLimits } from './limits.js'
import { Outlet } from './outlet.js'
import type { InvocationHeaders, ServedFunction, WrpcTarget } from './served-function.js'
import { ServerCall, type ServerCallOwner } from './server-call.js'
import { invocationSubject, parseInboxSubject, resultSubject } from './subjects.js'

/** What is served under which prefix. */
export interface ServeOptions {
  /** `{lattice}.{id}`; also the queue group, so that several hosts share the calls. */
  readonly prefix: string
  readonly functions: readonly ServedFunction[]
  readonly target: WrpcTarget
  readonly log: Logger
  readonly limits?: Partial<WrpcLimits> | undefined
}

/** Functions that are served under one prefix, until close(). */
export class WrpcServer implements ServerCallOwner {
  readonly target: WrpcTarget
  readonly log: Logger
  readonly outlet: Outlet
  readonly budget: ByteBudget
  readonly limits: WrpcLimits
  readonly #connection: LatticeConnection
  readonly #prefix: string
  readonly #root: string
  readonly #calls = new Map<string, ServerCall>()
  readonly #listening: Listening[]
  readonly #inbox: Listening
  readonly #unwatch: () => void
  #sweepTimer: NodeJS.Timeout | undefined
  #onIdle: (() => void) | undefined
  #closing: Promise<void> | undefined
  #halfOpen = 0
  #lastId = 0

  constructor(connection: LatticeConnection, { prefix, functions, target, log, limits }: ServeOptions) {
    this.target = target
    this.log = log
    this.limits = resolveWrpcLimits(limits)
    this.outlet = new Outlet(connection, this.limits.maxUnsentBytes)
    this.budget = new ByteBudget(this.limits.maxTotalBytes)
    this.#connection = connection
    this.#prefix = prefix
    this.#root = connection.createInbox()
    this.#inbox = connection.listen(`${this.#root}.>`, (message) => this.#onParams(message))
    this.#listening = functions.map((served) => this.#serve(served))
    this.#unwatch = connection.onDisconnect(() => this.#forEachCall((call) => call.failLost()))
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#calls.size
  }

  /** Takes no further calls; resolves when those that it has were answered, at most after `graceMs`. Idempotent. */
  close(graceMs = 5_000): Promise<void> {
    this.#closing ??= this.#close(graceMs)
    return this.#closing
  }

  onHeard(): void {
    this.#halfOpen -= 1
  }

  onOver({ id }: ServerCall): void {
    this.#calls.delete(id)
    if (this.#calls.size === 0) this.#onIdle?.()
  }

  async #close(graceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs)
    })
    // Calls that the bus has handed to us already are nobody else's to answer.
    const drained = Promise.all(this.#listening.map((each) => each.drain()))
    await Promise.race([drained.then(() => this.#idle()), tooLate])
    clearTimeout(timer)
    clearTimeout(this.#sweepTimer)
    this.#unwatch()
    this.#forEachCall((call) => call.cancel())
    this.outlet.flushSoon()
    for (const each of this.#listening) each.end()
    this.#inbox.end()
  }

  #idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onIdle = resolve
    })
  }

  #serve(served: ServedFunction): Listening {
    const subject = invocationSubject(this.#prefix, served.instance, served.function)
    const onMessage = (message: RawMessage): void => this.#onInvocation(served, message)
    return this.#connection.listen(subject, onMessage, this.#prefix)
  }

  #onInvocation(served: ServedFunction, message: RawMessage): void {
    const { subject, reply } = message
    if (reply === '') return this.log.warn('a call without a reply subject was dropped', { subject })
    if (this.#halfOpen >= this.limits.maxHalfOpenCalls) return this.#refuse(served, message)
    this.#lastId += 1
    const id = this.#lastId.toString(36)
    const inbox = `${this.#root}.${id}`
    const completeBy = performance.now() + this.limits.paramsMs
    const call = new ServerCall(this, {
      served,
      id,
      client: reply,
      inbox,
      headers: headersOf(message),
      completeBy,
    })
    this.#calls.set(id, call)
    this.#halfOpen += 1
    try {
      call.begin(message.payload)
    } catch (thrown) {
      call.onFailure({ kind: 'trap', message: messageOf(thrown) })
    }
    this.#armSweep()
  }

  /** As a call that fails at once; one that is dropped would leave its caller waiting. */
  #refuse({ asyncResults }: ServedFunction, { subject, reply }: RawMessage): void {
    this.log.warn('a call was refused: too many have not sent their parameters', { subject })
    this.outlet.sendAccept(reply, `${this.#root}.refused`)
    this.outlet.sendEnd(resultSubject(reply))
    for (const path of asyncResults) this.outlet.sendEnd(resultSubject(reply, path))
  }

  #onParams(message: RawMessage): void {
    const part = parseInboxSubject(message.subject, this.#root)
    if (part?.stream !== 'params') return
    const call = this.#calls.get(part.id)
    try {
      call?.onParams(part.path, message.payload)
    } catch (thrown) {
      call?.onFailure({ kind: 'trap', message: messageOf(thrown) })
    }
  }

  #forEachCall(visit: (call: ServerCall) => void): void {
    for (const call of [...this.#calls.values()]) visit(call)
  }

  #armSweep(): void {
    if (this.#sweepTimer !== undefined || this.#halfOpen === 0) return
    this.#sweepTimer = setTimeout(() => {
      this.#sweepTimer = undefined
      const now = performance.now()
      this.#forEachCall((call) => call.failLate(now))
      this.#armSweep()
    }, this.limits.sweepMs)
    this.#sweepTimer.unref()
  }
}

function headersOf(message: RawMessage): InvocationHeaders {
  return {
    sourceId: message.header('source-id') ?? '<unknown>',
    linkName: message.header('link-name') ?? 'default',
    traceparent: message.header('traceparent'),
    tracestate: message.header('tracestate'),
  }
}
