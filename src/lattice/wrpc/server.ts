import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection, RawMessage } from '../connection.js'
import type { InvocationHeaders, ServedFunction, WrpcTarget } from './served-function.js'
import { ServerCall } from './server-call.js'
import { invocationSubject, parseInboxSubject } from './subjects.js'

/** What is served under which prefix. */
export interface ServeOptions {
  /** `{lattice}.{id}`; also the queue group, so that several hosts share the calls. */
  readonly prefix: string
  readonly functions: readonly ServedFunction[]
  readonly target: WrpcTarget
  readonly log: Logger
}

const sweepMs = 500
/** A caller that never completes its parameters is given up after this time. */
const maxParamsMs = 10_000
/** Calls whose parameters are not complete. */
const maxHalfOpen = 10_000

/** Functions that are served under one prefix, until close(). */
export class WrpcServer {
  readonly #connection: LatticeConnection
  readonly #options: ServeOptions
  readonly #root: string
  readonly #calls = new Map<string, ServerCall>()
  readonly #ends: (() => void)[] = []
  #endInbox: (() => void) | undefined
  #sweepTimer: NodeJS.Timeout | undefined
  #onIdle: (() => void) | undefined
  #lastId = 0

  constructor(connection: LatticeConnection, options: ServeOptions) {
    this.#connection = connection
    this.#options = options
    this.#root = connection.createInbox()
    this.#endInbox = connection.listen(`${this.#root}.>`, (message) => this.#onParams(message))
    for (const served of options.functions) this.#serve(served)
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#calls.size
  }

  /** Takes no further calls; resolves when those that it has were answered, at most after `graceMs`. */
  async close(graceMs = 5_000): Promise<void> {
    for (const end of this.#ends.splice(0)) end()
    if (this.#calls.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs)
        this.#onIdle = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    clearTimeout(this.#sweepTimer)
    for (const call of [...this.#calls.values()]) call.cancel()
    this.#endInbox?.()
    this.#endInbox = undefined
  }

  #serve(served: ServedFunction): void {
    const { prefix } = this.#options
    const subject = invocationSubject(prefix, served.instance, served.function)
    const onMessage = (message: RawMessage): void => this.#onInvocation(served, message)
    this.#ends.push(this.#connection.listen(subject, onMessage, prefix))
  }

  #onInvocation(served: ServedFunction, message: RawMessage): void {
    const { log, target } = this.#options
    if (message.reply === '') {
      return log.warn('a call without a reply subject was dropped', { subject: message.subject })
    }
    if (this.#calls.size >= maxHalfOpen && this.#countHalfOpen() >= maxHalfOpen) {
      return log.warn('a call was dropped: too many have not sent their parameters', {
        subject: message.subject,
      })
    }
    this.#lastId += 1
    const id = this.#lastId.toString(36)
    const call = new ServerCall({
      served,
      target,
      log,
      connection: this.#connection,
      client: message.reply,
      inbox: `${this.#root}.${id}`,
      headers: headersOf(message),
      completeBy: performance.now() + maxParamsMs,
      onOver: () => this.#forget(id),
    })
    this.#calls.set(id, call)
    call.begin(message.payload)
    this.#armSweep()
  }

  #onParams(message: RawMessage): void {
    const part = parseInboxSubject(message.subject, this.#root)
    if (part?.stream !== 'params') return
    try {
      this.#calls.get(part.id)?.onParams(part.path, message.payload)
    } catch (thrown) {
      this.#options.log.warn('cannot handle parameters', {
        subject: message.subject,
        reason: messageOf(thrown),
      })
    }
  }

  #countHalfOpen(): number {
    return [...this.#calls.values()].filter((call) => call.isHalfOpen).length
  }

  #forget(id: string): void {
    this.#calls.delete(id)
    if (this.#calls.size === 0) this.#onIdle?.()
  }

  #armSweep(): void {
    if (this.#sweepTimer !== undefined) return
    this.#sweepTimer = setTimeout(() => {
      this.#sweepTimer = undefined
      const now = performance.now()
      for (const call of [...this.#calls.values()]) call.endIfLate(now)
      if (this.#calls.size > 0) this.#armSweep()
    }, sweepMs)
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
