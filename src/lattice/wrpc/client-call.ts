import type { LatticeConnection, RawMessage } from '../connection.js'
import { BytePile, copyOf } from './byte-pile.js'
import type { WrpcCall, WrpcFailure, WrpcRequest, WrpcSink } from './exchange.js'
import { headerBytes, sendChunks } from './send-chunks.js'
import { invocationSubject, paramSubject } from './subjects.js'

/** What a call is made of. */
export interface ClientCallOptions {
  readonly request: WrpcRequest
  readonly sink: WrpcSink
  readonly prefix: string
  /** The subject for the answers of this call. */
  readonly inbox: string
  readonly connection: LatticeConnection
  /** When it must have been accepted, and have ended, by performance.now(). */
  readonly acceptBy: number
  readonly endBy: number
  readonly onOver: () => void
}

/** Results that the caller does not take are kept up to this many bytes on each path. */
const maxBacklog = 8 * 1024 * 1024
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
  readonly #options: ClientCallOptions
  readonly #results = new BytePile()
  #areResultsOver = false
  /** Asynchronous results that have not ended. */
  readonly #openResults: Set<string>
  readonly #backlogs = new Map<string, Backlog>()
  #server: string | undefined
  /** Parameters that did not fit into the first message. */
  #rest: Uint8Array = nothing
  #early: EarlyPiece[] = []
  #earlyBytes = 0
  readonly #fullPaths = new Set<string>()
  readonly #openParams: Set<string>
  #isOver = false

  constructor(options: ClientCallOptions) {
    this.#options = options
    this.#openResults = new Set(options.request.asyncResults)
    this.#openParams = new Set(options.request.asyncParams)
  }

  /** Publishes the call. Throws where the connection is closed. */
  begin(): void {
    const { request, prefix, inbox, connection } = this.#options
    const headers = headersOf(request)
    const room = Math.max(1, connection.maxPayload - inbox.length - headerBytes(headers))
    const { params } = request
    const first = params.length > room ? params.subarray(0, room) : params
    this.#rest = params.length > room ? params.subarray(room) : nothing
    const subject = invocationSubject(prefix, request.instance, request.function)
    connection.send(subject, first, { reply: inbox, headers })
  }

  /** A message on the reply subject itself: the call was accepted, or nobody is there. */
  onHandshake(message: RawMessage): void {
    if (this.#server !== undefined || this.#isOver) return
    if (message.status !== 0) return this.fail(this.#statusFailure(message.status))
    if (message.reply === '') {
      return this.fail({
        kind: 'bad-value',
        message: `${this.#whom()} accepted the call without a reply subject`,
      })
    }
    this.#server = message.reply
    this.#sendParams(message.reply)
  }

  /** Bytes of results; empty at their end. */
  onResults(path: string, payload: Uint8Array): void {
    if (this.#isOver) return
    if (path !== '') this.#onAsyncResults(path, payload)
    else if (!this.#areResultsOver) this.#onSyncResults(payload)
  }

  write(path: string, bytes: Uint8Array): boolean {
    if (this.#isOver || !this.#openParams.has(path)) return true
    if (this.#server !== undefined) {
      sendChunks(this.#options.connection, paramSubject(this.#server, path), bytes)
      return true
    }
    this.#early.push({ path, bytes })
    this.#earlyBytes += bytes.length
    if (this.#earlyBytes < maxEarlyBytes) return true
    this.#fullPaths.add(path)
    return false
  }

  end(path: string): void {
    if (this.#isOver || !this.#openParams.delete(path)) return
    if (this.#server === undefined) this.#early.push({ path, bytes: undefined })
    else this.#options.connection.send(paramSubject(this.#server, path), nothing)
  }

  resume(path: string): void {
    const backlog = this.#backlogs.get(path)
    if (!backlog || this.#isOver) return
    this.#backlogs.delete(path)
    for (const [index, bytes] of backlog.pieces.entries()) {
      if (this.#options.sink.onData(path, bytes)) continue
      const pieces = backlog.pieces.slice(index + 1)
      this.#backlogs.set(path, {
        pieces,
        bytes: pieces.reduce((sum, { length }) => sum + length, 0),
        isEnded: backlog.isEnded,
      })
      return
    }
    if (backlog.isEnded) this.#endPath(path)
  }

  cancel(): void {
    if (this.#isOver) return
    this.#finishParams()
    this.#end()
  }

  fail(failure: WrpcFailure): void {
    if (this.#isOver) return
    this.#finishParams()
    this.#end()
    this.#options.sink.onFailure(failure)
  }

  endIfLate(now: number): void {
    const { acceptBy, endBy } = this.#options
    if (this.#server === undefined && !this.#areResultsOver && now > acceptBy) {
      this.fail({ kind: 'unavailable', message: `${this.#whom()} did not accept the call in time` })
    } else if (now > endBy) {
      this.fail({ kind: 'deadline', message: `${this.#whom()} accepted the call and did not answer in time` })
    }
  }

  #sendParams(server: string): void {
    const { connection } = this.#options
    const subject = paramSubject(server)
    sendChunks(connection, subject, this.#rest)
    connection.send(subject, nothing)
    for (const { path, bytes } of this.#early) {
      if (bytes) sendChunks(connection, paramSubject(server, path), bytes)
      else connection.send(paramSubject(server, path), nothing)
    }
    this.#early = []
    const full = [...this.#fullPaths]
    this.#fullPaths.clear()
    for (const path of full) this.#options.sink.onDrain(path)
  }

  /** A server that waits for parameters may keep others from being served: it hears that there are no more. */
  #finishParams(): void {
    const open = [...this.#openParams]
    this.#openParams.clear()
    if (this.#server === undefined) return
    for (const path of open) this.#options.connection.send(paramSubject(this.#server, path), nothing)
  }

  #onSyncResults(payload: Uint8Array): void {
    if (payload.length > 0) return this.#results.add(payload)
    this.#areResultsOver = true
    if (this.#results.length === 0 && this.#options.request.isVoid !== true) {
      return this.fail({
        kind: 'trap',
        message: `${this.#whom()} failed without an answer; its log has the reason`,
      })
    }
    this.#options.sink.onResult(this.#results.join())
    this.#endIfComplete()
  }

  #onAsyncResults(path: string, payload: Uint8Array): void {
    if (!this.#openResults.has(path)) return
    const backlog = this.#backlogs.get(path)
    if (backlog) return this.#addToBacklog(path, backlog, payload)
    if (payload.length === 0) return this.#endPath(path)
    if (this.#options.sink.onData(path, copyOf(payload)) || this.#isOver) return
    this.#backlogs.set(path, { pieces: [], bytes: 0, isEnded: false })
  }

  #addToBacklog(path: string, backlog: Backlog, payload: Uint8Array): void {
    if (payload.length === 0) backlog.isEnded = true
    else backlog.pieces.push(copyOf(payload))
    backlog.bytes += payload.length
    if (backlog.bytes <= maxBacklog) return
    const message = `The caller does not read the results at ${path}, and ${maxBacklog} bytes wait for it`
    this.fail({ kind: 'cancelled', message })
  }

  #endPath(path: string): void {
    this.#openResults.delete(path)
    this.#options.sink.onDataEnd(path)
    this.#endIfComplete()
  }

  #endIfComplete(): void {
    if (!this.#areResultsOver || this.#openResults.size > 0 || this.#isOver) return
    this.#finishParams()
    this.#end()
    this.#options.sink.onEnd()
  }

  #end(): void {
    this.#isOver = true
    this.#backlogs.clear()
    this.#options.onOver()
  }

  #statusFailure(status: number): WrpcFailure {
    const { request } = this.#options
    const what = request.instance === '' ? request.function : `${request.instance}.${request.function}`
    if (status === 503) {
      return { kind: 'unavailable', message: `nobody on the lattice answers to ${what} of ${this.#whom()}` }
    }
    if (status === 408) return { kind: 'deadline', message: `${this.#whom()} did not answer in time` }
    return { kind: 'unavailable', message: `The bus refused the call of ${what}: status ${status}` }
  }

  /** Quoted id of the target. */
  #whom(): string {
    const { prefix } = this.#options
    return `"${prefix.slice(prefix.indexOf('.') + 1)}"`
  }
}

interface Backlog {
  readonly pieces: Uint8Array[]
  bytes: number
  isEnded: boolean
}

function headersOf(request: WrpcRequest): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { 'source-id': request.sourceId, 'link-name': request.linkName }
  if (request.traceparent !== undefined) headers['traceparent'] = request.traceparent
  if (request.tracestate !== undefined) headers['tracestate'] = request.tracestate
  return headers
}
