import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../../core/log.js'
import type { CallFailure, HttpAnswerSink, HttpCall, HttpTarget } from '../../host/http-exchange.js'
import { prepareHead } from './answer-head.js'
import { corsHeaders, isPreflight, preflightHeaders } from './cors.js'
import { refuse } from './refuse.js'
import { readHead } from './request-head.js'
import type { FindRoute } from './routes.js'
import type { ListenerSettings } from './settings.js'

/** What an exchange needs of its listener. */
export interface ExchangeOptions {
  readonly find: FindRoute
  readonly settings: ListenerSettings
  readonly log: Logger
  /** Connections on which nothing more is answered. */
  readonly doomed: WeakSet<object>
}

const failureAnswers: Readonly<
  Record<CallFailure['kind'], { readonly status: number; readonly text: string }>
> = {
  trap: { status: 500, text: 'The component failed' },
  exit: { status: 500, text: 'The component exited' },
  memory: { status: 500, text: 'The component ran out of memory' },
  'no-answer': { status: 500, text: 'The component gave no answer' },
  'error-code': { status: 500, text: 'The component answered with an error' },
  deadline: { status: 504, text: 'The component did not answer in time' },
  unavailable: { status: 503, text: 'The component is not available' },
  refused: { status: 403, text: 'The component may not be called' },
  'no-link': { status: 502, text: 'The component is not linked' },
  'bad-value': { status: 502, text: 'The component gave an answer that cannot be read' },
  cancelled: { status: 500, text: 'The call was cancelled' },
}

/** Hands one request to its target and streams the answer back; every outcome ends the response or the connection. */
export function serveExchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: ExchangeOptions,
): void {
  const { cors, isReadOnly, tls } = options.settings
  // What followed on such a connection may have been read already.
  if (options.doomed.has(request.socket)) return void response.destroy()
  const { head, hasBody, isAmbiguous } = readHead(request, tls ? 'https' : 'http')
  if (isAmbiguous || request.httpVersionMajor !== 1) {
    options.doomed.add(request.socket)
    const text = isAmbiguous ? 'More than one Host header' : 'Not HTTP/1'
    return refuse(request, response, { status: 400, text, rawHeaders: ['Connection', 'close'] })
  }
  if (cors && isPreflight(request)) {
    return refuse(request, response, { status: 200, text: '', rawHeaders: preflightHeaders(request, cors) })
  }
  if (isReadOnly && request.method !== 'GET' && request.method !== 'HEAD') {
    const rawHeaders = ['Allow', 'GET, HEAD']
    return refuse(request, response, { status: 405, text: 'Only GET and HEAD are allowed', rawHeaders })
  }
  const route = options.find(request)
  if (route.kind === 'refusal') return refuse(request, response, route.refusal)
  const answer = new Answer(request, response, options)
  const call: HttpCall = (route.target satisfies HttpTarget).handleHttp(head, hasBody, answer)
  answer.begin(call, hasBody)
}

/** Writes the target's answer to the response. The head waits for the first chunk, so that a short answer is one write. */
class Answer implements HttpAnswerSink {
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #options: ExchangeOptions
  #call: HttpCall | undefined
  #head: { readonly status: number; readonly rawHeaders: readonly string[] } | undefined
  #firstChunk: Uint8Array | undefined
  #isHeadSent = false
  #isOver = false
  #isDrainAwaited = false
  /** Bytes that the answer still has to have, where it says how many. */
  #bytesLeft: number | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(request: IncomingMessage, response: ServerResponse, options: ExchangeOptions) {
    this.#request = request
    this.#response = response
    this.#options = options
  }

  /** Connects the request's body and the end of the connection to the call. */
  begin(call: HttpCall, hasBody: boolean): void {
    this.#call = call
    if (this.#isOver) return
    this.#response.on('close', () => this.#onClose())
    const { timeoutMs } = this.#options.settings
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => this.#onTimeout(), timeoutMs)
    if (hasBody) this.#pumpBody(call)
  }

  onHead(status: number, rawHeaders: readonly string[]): void {
    if (this.#isOver) return
    clearTimeout(this.#timer)
    this.#head = { status, rawHeaders }
    // What came together with the head is in the same tick; past it the head must not wait any longer.
    queueMicrotask(() => this.#flush())
  }

  onChunk(chunk: Uint8Array): boolean {
    if (this.#isOver) return true
    if (!this.#isHeadSent && this.#firstChunk === undefined) {
      this.#firstChunk = chunk
      return true
    }
    this.#flush()
    return this.#write(chunk)
  }

  onEnd(rawTrailers: readonly string[]): void {
    if (this.#isOver) return
    if (!this.#isHeadSent && rawTrailers.length === 0) return this.#endAtOnce()
    this.#flush()
    if (this.#isOver) return
    if (this.#isShort()) return this.#breakOff('it has fewer bytes than its content-length says')
    this.#isOver = true
    this.#addTrailers(rawTrailers)
    this.#response.end()
  }

  onFailure(failure: CallFailure): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    if (this.#isHeadSent) {
      this.#response.destroy()
      return
    }
    const { cors } = this.#options.settings
    const rawHeaders = cors ? corsHeaders(this.#request, cors) : []
    refuse(this.#request, this.#response, { ...failureAnswers[failure.kind], rawHeaders })
  }

  onDrain(): void {
    this.#request.resume()
  }

  /** The whole answer is here and nothing was sent: one write, with its length instead of chunks. */
  #endAtOnce(): void {
    const body = this.#firstChunk
    this.#firstChunk = undefined
    if (!this.#sendHead(body?.length ?? 0)) return
    this.#isOver = true
    this.#response.end(body)
  }

  #flush(): void {
    if (this.#isOver || this.#isHeadSent || this.#head === undefined) return
    if (!this.#sendHead(undefined)) return
    if (this.#firstChunk === undefined) {
      this.#response.flushHeaders()
      return
    }
    const chunk = this.#firstChunk
    this.#firstChunk = undefined
    this.#write(chunk)
  }

  #write(chunk: Uint8Array): boolean {
    if (this.#bytesLeft !== undefined && this.#hasBody()) {
      this.#bytesLeft -= chunk.length
      if (this.#bytesLeft < 0) {
        this.#breakOff('it has more bytes than its content-length says')
        return true
      }
    }
    const isRoomLeft = this.#response.write(chunk)
    if (!isRoomLeft && !this.#isDrainAwaited) {
      this.#isDrainAwaited = true
      this.#response.once('drain', () => {
        this.#isDrainAwaited = false
        this.#call?.resume()
      })
    }
    return isRoomLeft
  }

  /** Returns false where the head could not be sent; the client then has its 500. */
  #sendHead(bodyLength: number | undefined): boolean {
    const { status, rawHeaders: given } = this.#head ?? { status: 500, rawHeaders: [] }
    try {
      const { rawHeaders, length } = prepareHead(given)
      if (length !== undefined && bodyLength !== undefined && length !== bodyLength && this.#hasBody()) {
        throw new Error(`it has ${bodyLength} bytes, and its content-length says ${length}`)
      }
      this.#response.writeHead(
        status,
        this.#toHeaders(rawHeaders, length ?? bodyLength, length !== undefined),
      )
      this.#bytesLeft = length
      this.#isHeadSent = true
      return true
    } catch (cause) {
      this.#logInvalid(String(cause))
      this.#head = undefined
      this.onFailure({ kind: 'error-code', message: String(cause) })
      this.#call?.cancel()
      return false
    }
  }

  #toHeaders(rawHeaders: readonly string[], length: number | undefined, isGiven: boolean): string[] {
    const { cacheControl, cors } = this.#options.settings
    const headers = [...rawHeaders]
    if (cacheControl !== undefined) headers.push('Cache-Control', cacheControl)
    if (cors) headers.push(...corsHeaders(this.#request, cors))
    if (length !== undefined && !isGiven && this.#hasBody()) headers.push('Content-Length', String(length))
    return headers
  }

  /** Whether bytes follow the head on the connection. */
  #hasBody(): boolean {
    const status = this.#head?.status ?? 500
    return this.#request.method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304
  }

  #isShort(): boolean {
    return this.#bytesLeft !== undefined && this.#bytesLeft > 0 && this.#hasBody()
  }

  #addTrailers(rawTrailers: readonly string[]): void {
    if (rawTrailers.length === 0) return
    try {
      this.#response.addTrailers(pairsOf(rawTrailers))
    } catch (cause) {
      // The body is whole: it goes without them.
      this.#logInvalid(String(cause))
    }
  }

  /** The client must not take what has come for a whole answer. */
  #breakOff(reason: string): void {
    this.#isOver = true
    this.#logInvalid(reason)
    this.#response.destroy()
    this.#call?.cancel()
  }

  #logInvalid(reason: string): void {
    const status = this.#head?.status
    this.#options.log.error('The answer of the component is no valid HTTP', { status, reason })
  }

  #onTimeout(): void {
    if (this.#isOver || this.#head !== undefined) return
    this.#isOver = true
    this.#call?.cancel()
    refuse(this.#request, this.#response, { status: 408, text: 'The component did not answer in time' })
  }

  #onClose(): void {
    clearTimeout(this.#timer)
    if (this.#response.writableFinished) return
    this.#isOver = true
    this.#call?.cancel()
  }

  #pumpBody(call: HttpCall): void {
    const request = this.#request
    request.on('data', (chunk: Buffer) => {
      if (!call.write(chunk)) request.pause()
    })
    request.on('end', () => call.end(request.rawTrailers))
    // An aborted upload also closes the response, which cancels the call.
    request.on('error', () => undefined)
  }
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < flat.length; index += 2)
    pairs.push([flat[index] ?? '', flat[index + 1] ?? ''])
  return pairs
}
