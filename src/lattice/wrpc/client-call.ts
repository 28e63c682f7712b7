import { messageOf } from '../../core/errors.js'
import type { LatticeConnection } from '../connection.js'
import type { HeaderBlock, RawMessage } from '../raw-message.js'
import type { ByteBudget } from './byte-budget.js'
import { BytePile } from './byte-pile.js'
import { ClientFailures } from './client-failure.js'
import type { CompletionScanner, WrpcCall, WrpcFailure, WrpcRequest, WrpcSink } from './exchange.js'
import type { WrpcLimits } from './limits.js'
import type { Outlet } from './outlet.js'
import { ResultStream } from './result-stream.js'
import { invocationSubject, paramSubject } from './subjects.js'

/** What calls share: who made them. */
export interface ClientCallOwner {
  readonly connection: LatticeConnection
  readonly outlet: Outlet
  readonly budget: ByteBudget
  readonly limits: WrpcLimits
  /** The call has ended. One that was not accepted may still be, and then waits for these parameters. */
  onOver(call: ClientCall, unsent: readonly string[] | undefined): void
}

/** What a call is made of. */
export interface ClientCallOptions {
  readonly request: WrpcRequest
  readonly sink: WrpcSink
  readonly prefix: string
  /** The subject for the answers of this call, and its last part. */
  readonly inbox: string
  readonly id: string
  /** Without one, the end of the stream alone says that the results are complete. */
  readonly scanner: CompletionScanner | undefined
  /** When it must have been accepted, and have ended, by performance.now(). */
  readonly acceptBy: number
  readonly endBy: number
}

/** Bytes of asynchronous parameters that are kept until the call is accepted. */
const maxEarlyBytes = 256 * 1024
const nothing = new Uint8Array(0)

/** A piece of an asynchronous parameter that waits for the call to be accepted; its end where there are no bytes. */
interface EarlyPiece {
  readonly path: string
  readonly bytes: Uint8Array | undefined
}

/** One call from the caller's side: handshake, parameters, results (reference, section 1.2). */
export class ClientCall implements WrpcCall {
  readonly #owner: ClientCallOwner
  readonly #options: ClientCallOptions
  readonly #results = new BytePile()
  #areResultsOver = false
  /** Asynchronous results that have not been delivered; none for nearly every function. */
  readonly #openResults: Map<string, ResultStream> | undefined
  readonly #openParams: Set<string> | undefined
  #server: string | undefined
  /** Parameters that did not fit into the first message. */
  #rest: Uint8Array = nothing
  #early: EarlyPiece[] = []
  #earlyBytes = 0
  #fullPaths: string[] = []
  /** Bytes of the owner's budget. */
  #kept = 0
  #isOver = false

  constructor(owner: ClientCallOwner, options: ClientCallOptions) {
    this.#owner = owner
    this.#options = options
    const { asyncParams, asyncResults } = options.request
    if (asyncParams.length > 0) this.#openParams = new Set(asyncParams)
    if (asyncResults.length > 0) {
      this.#openResults = new Map(asyncResults.map((path) => [path, new ResultStream(path, this)]))
    }
  }

  get id(): string {
    return this.#options.id
  }

  /** Whether nobody has accepted it. */
  get isAwaited(): boolean {
    return this.#server === undefined
  }

  /** Publishes the call. Returns why it cannot. */
  begin(headers: HeaderBlock | undefined): WrpcFailure | undefined {
    const { request, prefix, inbox } = this.#options
    const { connection } = this.#owner
    const { params } = request
    const headerBytes = headers?.bytes.length ?? 0
    if (headerBytes > connection.maxPayload) {
      return this.#failures().headersTooLarge(headerBytes, connection.maxPayload)
    }
    // Rust leaves room for the reply subject as well, and so do we.
    const room = Math.max(0, connection.maxPayload - inbox.length - headerBytes)
    const first = params.length > room ? params.subarray(0, room) : params
    if (params.length > room) this.#rest = params.subarray(room)
    this.#owner.outlet.flushSoon()
    try {
      const subject = invocationSubject(prefix, request.instance, request.function)
      connection.send(subject, first, { reply: inbox, headers })
      return undefined
    } catch (thrown) {
      return this.#failures().notSent(messageOf(thrown))
    }
  }

  /** A message on the reply subject itself: the call was accepted, or nobody is there. */
  onHandshake(message: RawMessage): void {
    if (message.status !== 0) return this.fail(this.#failures().status(message.status))
    if (message.reply === '') return this.fail(this.#failures().noReplySubject())
    this.#server = message.reply
    this.#sendParams(message.reply)
  }

  /** Bytes of results; empty at their end. */
  onResults(path: string, payload: Uint8Array): void {
    if (path !== '') this.#onAsyncResults(path, payload)
    else if (!this.#areResultsOver) this.#onSyncResults(payload)
  }

  write(path: string, bytes: Uint8Array): boolean {
    if (this.#isOver || !this.#openParams?.has(path)) return true
    if (this.#server === undefined) return this.#keepEarly(path, bytes)
    const { outlet } = this.#owner
    outlet.sendBytes(paramSubject(this.#server, path), bytes)
    if (!outlet.isFull) return true
    outlet.onRoom(() => this.#drain(path))
    return false
  }

  end(path: string): void {
    if (this.#isOver || !this.#openParams?.delete(path)) return
    if (this.#server === undefined) this.#early.push({ path, bytes: undefined })
    else this.#owner.outlet.sendEnd(paramSubject(this.#server, path))
  }

  resume(path: string): void {
    if (this.#isOver) return
    const given = this.#openResults?.get(path)?.resume() ?? 0
    if (this.#isOver) return
    this.#kept -= given
    this.#owner.budget.give(given)
  }

  cancel(): void {
    if (!this.#isOver) this.#end()
  }

  fail(failure: WrpcFailure): void {
    if (this.#isOver) return
    this.#end()
    this.#options.sink.onFailure(failure)
  }

  failLost(): void {
    this.fail(this.#failures().connectionLost())
  }

  failLate(now: number): void {
    const { acceptBy, endBy } = this.#options
    if (this.#server === undefined && !this.#areResultsOver && now > acceptBy) {
      this.fail(this.#failures().notAccepted())
    } else if (now > endBy) this.fail(this.#failures().noAnswerInTime())
  }

  /** For the stream of an asynchronous result. */
  onData(path: string, bytes: Uint8Array): boolean {
    return this.#isOver || this.#options.sink.onData(path, bytes)
  }

  /** For the stream of an asynchronous result. */
  onDelivered(path: string): void {
    if (this.#isOver || !this.#openResults?.delete(path)) return
    this.#options.sink.onDataEnd(path)
    this.#endIfComplete()
  }

  #sendParams(server: string): void {
    const { outlet } = this.#owner
    const subject = paramSubject(server)
    const { params, asyncParams } = this.#options.request
    // A server that has all values begins without their end; one that expects none may wait for it.
    if (params.length > 0 && this.#rest.length === 0 && asyncParams.length === 0) {
      return outlet.sendEndSoon(subject)
    }
    outlet.sendBytes(subject, this.#rest)
    outlet.sendEnd(subject)
    const early = this.#early
    this.#early = []
    for (const { path, bytes } of early) {
      if (bytes) outlet.sendBytes(paramSubject(server, path), bytes)
      else outlet.sendEnd(paramSubject(server, path))
    }
    const full = this.#fullPaths
    this.#fullPaths = []
    for (const path of full) this.#drain(path)
  }

  #keepEarly(path: string, bytes: Uint8Array): boolean {
    this.#early.push({ path, bytes })
    this.#earlyBytes += bytes.length
    if (this.#earlyBytes < maxEarlyBytes) return true
    this.#fullPaths.push(path)
    return false
  }

  #drain(path: string): void {
    if (!this.#isOver && this.#openParams?.has(path)) this.#options.sink.onDrain(path)
  }

  #onSyncResults(payload: Uint8Array): void {
    if (payload.length === 0) return this.#onSyncEnd()
    if (!this.#keep(payload.length))
      return this.fail(this.#failures().tooLarge(this.#owner.limits.maxCallBytes))
    this.#results.add(payload)
    const { scanner } = this.#options
    if (!scanner) return
    try {
      const length = scanner.push(payload)
      if (length !== undefined) this.#deliver(length)
    } catch (thrown) {
      this.fail(this.#failures().unreadable(messageOf(thrown)))
    }
  }

  #onSyncEnd(): void {
    const { request, scanner } = this.#options
    if (this.#results.length === 0 && request.isVoid !== true) return this.fail(this.#failures().noAnswer())
    if (this.#results.length > 0 && scanner) return this.fail(this.#failures().incomplete())
    this.#deliver(this.#results.length)
  }

  #deliver(length: number): void {
    this.#areResultsOver = true
    this.#options.sink.onResult(this.#results.join(length))
    this.#endIfComplete()
  }

  #onAsyncResults(path: string, payload: Uint8Array): void {
    const waiting = this.#openResults?.get(path)?.take(payload) ?? 0
    if (waiting === 0 || this.#isOver || this.#keep(waiting)) return
    this.fail(this.#failures().notRead(path, this.#kept))
  }

  /** False where the call has more than it may keep. */
  #keep(bytes: number): boolean {
    const { budget, limits } = this.#owner
    if (this.#kept + bytes > limits.maxCallBytes || !budget.take(bytes)) return false
    this.#kept += bytes
    return true
  }

  #endIfComplete(): void {
    if (this.#isOver || !this.#areResultsOver || (this.#openResults?.size ?? 0) > 0) return
    this.#end()
    this.#options.sink.onEnd()
  }

  /** A server that waits for parameters may keep others from being served: it hears that there are no more. */
  #end(): void {
    this.#isOver = true
    const { budget, outlet } = this.#owner
    for (const stream of this.#openResults?.values() ?? []) stream.drop()
    budget.give(this.#kept)
    this.#kept = 0
    const server = this.#server
    if (server === undefined) return this.#owner.onOver(this, this.#options.request.asyncParams)
    for (const path of this.#openParams ?? []) outlet.sendEnd(paramSubject(server, path))
    this.#owner.onOver(this, undefined)
  }

  #failures(): ClientFailures {
    return new ClientFailures(this.#options.prefix, this.#options.request)
  }
}
