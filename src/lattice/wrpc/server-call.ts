import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { ByteBudget } from './byte-budget.js'
import { BytePile } from './byte-pile.js'
import type { CompletionScanner, WrpcCall } from './exchange.js'
import type { WrpcLimits } from './limits.js'
import type { Outlet } from './outlet.js'
import { ParamStream } from './param-stream.js'
import type { InvocationHeaders, ServedFunction, ServedSink, WrpcTarget } from './served-function.js'
import { resultSubject } from './subjects.js'

/** What calls share: who serves them. */
export interface ServerCallOwner {
  readonly target: WrpcTarget
  readonly log: Logger
  readonly outlet: Outlet
  readonly budget: ByteBudget
  readonly limits: WrpcLimits
  /** The parameters of the call are complete, or will never be. */
  onHeard(): void
  onOver(call: ServerCall): void
}

/** What a call is made of. */
export interface ServerCallOptions {
  readonly served: ServedFunction
  readonly id: string
  /** The caller's reply subject. */
  readonly client: string
  /** Ours, for the parameters. */
  readonly inbox: string
  readonly headers: InvocationHeaders
  /** When its parameters must be complete, by performance.now(). */
  readonly completeBy: number
}

/** One call from the server's side: handshake, parameters, results (reference, section 1.2). */
export class ServerCall implements ServedSink {
  readonly #owner: ServerCallOwner
  readonly #options: ServerCallOptions
  readonly #params = new BytePile()
  readonly #scanner: CompletionScanner | undefined
  /** None for nearly every function. */
  readonly #paramStreams: Map<string, ParamStream> | undefined
  readonly #openResults: Set<string> | undefined
  #call: WrpcCall | undefined
  /** Bytes of the owner's budget. */
  #kept = 0
  #isAccepted = false
  #isHeard = false
  #isAnswered = false
  #isOver = false

  constructor(owner: ServerCallOwner, options: ServerCallOptions) {
    this.#owner = owner
    this.#options = options
    const { createScanner, asyncParams, asyncResults } = options.served
    this.#scanner = createScanner?.()
    if (asyncParams.length > 0) {
      this.#paramStreams = new Map(asyncParams.map((path) => [path, new ParamStream(path)]))
    }
    if (asyncResults.length > 0) this.#openResults = new Set(asyncResults)
  }

  get id(): string {
    return this.#options.id
  }

  /** Accepts the call, and makes it where its first message has all parameters. */
  begin(payload: Uint8Array): void {
    const length = this.#takeParams(payload)
    this.#accept(length !== undefined)
    if (length !== undefined) this.#invoke(length)
  }

  /** Bytes of parameters; empty at their end. */
  onParams(path: string, payload: Uint8Array): void {
    if (this.#isOver) return
    if (path !== '') return this.#takeAsync(path, payload)
    if (this.#isHeard) return
    if (payload.length > 0) {
      const length = this.#takeParams(payload)
      return length === undefined ? undefined : this.#invoke(length)
    }
    // The values have ended without being complete: only without a scanner can that be otherwise.
    if (this.#scanner) return this.#refuse('its parameters end too early')
    this.#invoke(this.#params.length)
  }

  failLate(now: number): void {
    if (this.#isHeard || now <= this.#options.completeBy) return
    this.onFailure({ kind: 'cancelled', message: 'the caller did not complete its parameters in time' })
  }

  /** Parameters that are on their way when the connection is lost may be lost too: they would have a hole. */
  failLost(): void {
    const isWaiting =
      !this.#isHeard || [...(this.#paramStreams?.values() ?? [])].some((each) => !each.isEnded)
    if (isWaiting) this.#cancelWith('the connection to the bus was lost before all parameters were there')
  }

  /** The server stops. */
  cancel(): void {
    this.#cancelWith('the component was stopped')
  }

  onResult(results: Uint8Array): void {
    if (this.#isOver || this.#isAnswered) return
    this.#isAnswered = true
    const { outlet } = this.#owner
    const subject = resultSubject(this.#options.client)
    outlet.sendBytes(subject, results)
    outlet.sendEnd(subject)
  }

  onData(path: string, bytes: Uint8Array): boolean {
    if (this.#isOver || this.#openResults?.has(path) !== true) return true
    const { outlet } = this.#owner
    outlet.sendBytes(resultSubject(this.#options.client, path), bytes)
    if (!outlet.isFull) return true
    outlet.onRoom(() => {
      if (!this.#isOver) this.#call?.resume(path)
    })
    return false
  }

  onDataEnd(path: string): void {
    if (this.#isOver || this.#openResults?.delete(path) !== true) return
    this.#owner.outlet.sendEnd(resultSubject(this.#options.client, path))
  }

  onEnd(): void {
    if (!this.#isOver) this.#end()
  }

  /** The wire has no errors: streams that end without what was expected are one. */
  onFailure({ kind, message }: { readonly kind: string; readonly message: string }): void {
    if (this.#isOver) return
    const { served, headers } = this.#options
    const call = served.instance === '' ? served.function : `${served.instance}.${served.function}`
    this.#owner.log.warn('a call from the lattice failed', {
      call,
      caller: headers.sourceId,
      kind,
      reason: message,
    })
    this.#end()
  }

  onDrain(path: string): void {
    const stream = this.#paramStreams?.get(path)
    if (stream && this.#call && !this.#isOver) this.#release(stream.onDrain(this.#call))
  }

  /** How long the values are, where they are complete with these bytes. */
  #takeParams(payload: Uint8Array): number | undefined {
    if (!this.#keep(payload.length)) {
      this.#refuseLarge()
      return undefined
    }
    this.#params.add(payload)
    try {
      return this.#scanner?.push(payload)
    } catch (thrown) {
      this.#refuse(`its parameters cannot be read: ${messageOf(thrown)}`)
      return undefined
    }
  }

  #takeAsync(path: string, payload: Uint8Array): void {
    const waiting = this.#paramStreams?.get(path)?.take(payload, this.#call) ?? 0
    if (waiting > 0 && !this.#isOver && !this.#keep(waiting)) this.#refuseLarge()
  }

  /** The answer often goes with it, where the caller has nothing more to send. */
  #accept(areParamsComplete: boolean): void {
    if (this.#isAccepted) return
    this.#isAccepted = true
    const { client, inbox } = this.#options
    if (areParamsComplete && !this.#paramStreams) this.#owner.outlet.sendAcceptSoon(client, inbox)
    else this.#owner.outlet.sendAccept(client, inbox)
  }

  #invoke(length: number): void {
    this.#hear()
    const { served, headers } = this.#options
    const { instance, asyncParams, asyncResults } = served
    const params = this.#params.join(length)
    this.#release(this.#params.length)
    this.#call = this.#owner.target.invoke(
      {
        sourceId: headers.sourceId,
        linkName: headers.linkName,
        traceparent: headers.traceparent,
        tracestate: headers.tracestate,
        instance,
        function: served.function,
        params,
        asyncParams,
        asyncResults,
      },
      this,
    )
    if (!this.#paramStreams) return
    for (const stream of this.#paramStreams.values()) this.#release(stream.passOn(this.#call))
  }

  #refuseLarge(): void {
    this.#refuse(`its parameters wait to be read and exceed ${this.#owner.limits.maxCallBytes} bytes`)
  }

  #refuse(message: string): void {
    this.#call?.cancel()
    this.onFailure({ kind: 'bad-value', message })
  }

  #cancelWith(message: string): void {
    if (this.#isOver) return
    this.#call?.cancel()
    this.onFailure({ kind: 'cancelled', message })
  }

  /** False where the call has more than it may keep. */
  #keep(bytes: number): boolean {
    const { budget, limits } = this.#owner
    if (this.#kept + bytes > limits.maxCallBytes || !budget.take(bytes)) return false
    this.#kept += bytes
    return true
  }

  #release(bytes: number): void {
    if (this.#isOver) return
    this.#kept -= bytes
    this.#owner.budget.give(bytes)
  }

  #hear(): void {
    if (this.#isHeard) return
    this.#isHeard = true
    this.#owner.onHeard()
  }

  #end(): void {
    this.#isOver = true
    const { outlet, budget } = this.#owner
    const { client } = this.#options
    this.#accept(false)
    if (!this.#isAnswered) outlet.sendEnd(resultSubject(client))
    for (const path of this.#openResults ?? []) outlet.sendEnd(resultSubject(client, path))
    budget.give(this.#kept)
    this.#kept = 0
    this.#hear()
    this.#owner.onOver(this)
  }
}
