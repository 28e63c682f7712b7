import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../connection.js'
import { BytePile, copyOf } from './byte-pile.js'
import type { WrpcCall } from './exchange.js'
import { sendChunks } from './send-chunks.js'
import type { InvocationHeaders, ServedFunction, ServedSink, WrpcTarget } from './served-function.js'
import { resultSubject } from './subjects.js'

/** What a call is made of. */
export interface ServerCallOptions {
  readonly served: ServedFunction
  readonly target: WrpcTarget
  readonly log: Logger
  readonly connection: LatticeConnection
  /** The caller's reply subject. */
  readonly client: string
  /** Ours, for the parameters. */
  readonly inbox: string
  readonly headers: InvocationHeaders
  /** When its parameters must be complete, by performance.now(). */
  readonly completeBy: number
  readonly onOver: () => void
}

const maxParamBytes = 64 * 1024 * 1024
/** Asynchronous parameters that came before the others were complete, or that the target has no room for. */
const maxPendingBytes = 8 * 1024 * 1024
const nothing = new Uint8Array(0)

/** One call from the server's side: handshake, parameters, results (reference, section 1.2). */
export class ServerCall implements ServedSink {
  readonly #options: ServerCallOptions
  readonly #params = new BytePile()
  readonly #scanner: { push(chunk: Uint8Array): number | undefined }
  readonly #openParams: Set<string>
  /** Pieces by path, in order; the end of a path is undefined. */
  readonly #pending = new Map<string, (Uint8Array | undefined)[]>()
  #pendingBytes = 0
  readonly #fullPaths = new Set<string>()
  #call: WrpcCall | undefined
  #openResults: Set<string> | undefined
  #isInvoked = false
  #isOver = false

  constructor(options: ServerCallOptions) {
    this.#options = options
    this.#scanner = options.served.createScanner()
    this.#openParams = new Set(options.served.asyncParams)
  }

  /** Whether its parameters are not complete. */
  get isHalfOpen(): boolean {
    return !this.#isInvoked
  }

  /** Accepts the call, and makes it where its first message has all parameters. */
  begin(payload: Uint8Array): void {
    const { connection, client, inbox } = this.#options
    connection.send(client, nothing, { reply: inbox })
    this.#takeParams(payload)
  }

  /** Bytes of parameters; empty at their end. */
  onParams(path: string, payload: Uint8Array): void {
    if (this.#isOver) return
    if (path === '') {
      if (this.#isInvoked) return
      if (payload.length === 0) this.#invoke()
      else this.#takeParams(payload)
    } else if (this.#openParams.has(path)) this.#takeAsync(path, payload)
  }

  endIfLate(now: number): void {
    if (this.#isInvoked || now <= this.#options.completeBy) return
    this.onFailure({ kind: 'cancelled', message: 'the caller did not complete its parameters in time' })
  }

  /** The server stops. */
  cancel(): void {
    if (this.#isOver) return
    this.#call?.cancel()
    this.onFailure({ kind: 'cancelled', message: 'the component was stopped' })
  }

  onResult(results: Uint8Array): void {
    if (this.#isOver) return
    const { connection, client, served } = this.#options
    const subject = resultSubject(client)
    sendChunks(connection, subject, results)
    connection.send(subject, nothing)
    this.#openResults = new Set(served.asyncResults)
  }

  onData(path: string, bytes: Uint8Array): boolean {
    if (!this.#isOver) sendChunks(this.#options.connection, resultSubject(this.#options.client, path), bytes)
    // The protocol has no flow control; the connection buffers what it cannot send.
    return true
  }

  onDataEnd(path: string): void {
    if (this.#isOver || !this.#openResults?.delete(path)) return
    this.#options.connection.send(resultSubject(this.#options.client, path), nothing)
  }

  onEnd(): void {
    if (this.#isOver) return
    for (const path of this.#openResults ?? []) this.#endResult(path)
    this.#end()
  }

  /** The wire has no errors: streams that end without what was expected are one. */
  onFailure({ kind, message }: { readonly kind: string; readonly message: string }): void {
    if (this.#isOver) return
    const { served, log, headers } = this.#options
    const call = served.instance === '' ? served.function : `${served.instance}.${served.function}`
    log.warn('a call from the lattice failed', { call, caller: headers.sourceId, kind, reason: message })
    if (this.#openResults === undefined) this.#endResult(undefined)
    for (const path of this.#openResults ?? served.asyncResults) this.#endResult(path)
    this.#end()
  }

  onDrain(path: string): void {
    if (!this.#fullPaths.delete(path)) return
    this.#passOn(path)
  }

  #takeParams(payload: Uint8Array): void {
    this.#params.add(payload)
    if (this.#params.length > maxParamBytes) {
      return this.onFailure({ kind: 'bad-value', message: `its parameters exceed ${maxParamBytes} bytes` })
    }
    try {
      if (this.#scanner.push(payload) !== undefined) this.#invoke()
    } catch (thrown) {
      this.onFailure({ kind: 'bad-value', message: `its parameters cannot be read: ${messageOf(thrown)}` })
    }
  }

  #takeAsync(path: string, payload: Uint8Array): void {
    if (payload.length === 0) this.#openParams.delete(path)
    const pending = this.#pending.get(path) ?? []
    this.#pending.set(path, pending)
    pending.push(payload.length === 0 ? undefined : copyOf(payload))
    this.#pendingBytes += payload.length
    if (this.#isInvoked && !this.#fullPaths.has(path)) this.#passOn(path)
    if (this.#pendingBytes <= maxPendingBytes) return
    this.#call?.cancel()
    this.onFailure({
      kind: 'bad-value',
      message: `more than ${maxPendingBytes} bytes of its parameters wait to be read`,
    })
  }

  #invoke(): void {
    this.#isInvoked = true
    const { served, target, headers } = this.#options
    const { instance, asyncParams, asyncResults } = served
    const request = {
      instance,
      function: served.function,
      params: this.#params.join(),
      asyncParams,
      asyncResults,
    }
    this.#call = target.invoke({ ...headers, ...request }, this)
    for (const path of [...this.#pending.keys()]) this.#passOn(path)
  }

  #passOn(path: string): void {
    const pending = this.#pending.get(path)
    if (!pending || !this.#call) return
    while (pending.length > 0) {
      const bytes = pending.shift()
      if (bytes === undefined) return this.#call.end(path)
      this.#pendingBytes -= bytes.length
      if (this.#call.write(path, bytes)) continue
      this.#fullPaths.add(path)
      return
    }
  }

  #endResult(path: string | undefined): void {
    this.#options.connection.send(resultSubject(this.#options.client, path), nothing)
  }

  #end(): void {
    this.#isOver = true
    this.#pending.clear()
    this.#options.onOver()
  }
}
