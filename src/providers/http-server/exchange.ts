import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from '../../core/log.js'
import type {
  CallFailure,
  HttpAnswerSink,
  HttpCall,
  HttpRequestHead,
  HttpTarget,
} from '../../host/http-exchange.js'
import type { HttpLinkSettings } from './settings.js'

/** What an exchange needs of its listener. */
export interface ExchangeOptions {
  readonly target: HttpTarget
  readonly settings: HttpLinkSettings
  readonly log: Logger
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

/** Hands one request to the target and streams its answer back; every outcome ends the response or the connection. */
export function serveExchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: ExchangeOptions,
): void {
  const { settings } = options
  if (settings.isReadOnly && request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(request, response, 405, 'Only GET and HEAD are allowed', ['Allow', 'GET, HEAD'])
  }
  const { head, hasBody } = readHead(request)
  const answer = new Answer(request, response, options)
  const call = options.target.handleHttp(head, hasBody, answer)
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
    if (rawTrailers.length > 0) this.#response.addTrailers(pairsOf(rawTrailers))
    this.#isOver = true
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
    const { status, text } = failureAnswers[failure.kind]
    refuse(this.#request, this.#response, status, text)
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
    const { status, rawHeaders } = this.#head ?? { status: 500, rawHeaders: [] }
    const headers = [...rawHeaders]
    const { cacheControl } = this.#options.settings
    if (cacheControl !== undefined) headers.push('Cache-Control', cacheControl)
    if (bodyLength !== undefined && isLengthDue(this.#request, status, rawHeaders)) {
      headers.push('Content-Length', String(bodyLength))
    }
    try {
      this.#response.writeHead(status, headers)
      this.#isHeadSent = true
      return true
    } catch (cause) {
      this.#options.log.error('The answer of the component is no valid HTTP', {
        status,
        reason: String(cause),
      })
      this.#head = undefined
      this.onFailure({ kind: 'error-code', message: String(cause) })
      this.#call?.cancel()
      return false
    }
  }

  #onTimeout(): void {
    if (this.#isOver || this.#head !== undefined) return
    this.#isOver = true
    this.#call?.cancel()
    refuse(this.#request, this.#response, 408, 'The component did not answer in time')
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

/** One pass over the headers: most requests have few, and this is on the way of every request. */
function readHead(request: IncomingMessage): { readonly head: HttpRequestHead; readonly hasBody: boolean } {
  const { rawHeaders } = request
  let host = ''
  let forwardedHost: string | undefined
  let forwarded: string | undefined
  let hasBody = false
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    switch (name.length) {
      case 4:
        if (host === '' && name.toLowerCase() === 'host') host = value
        break
      case 9:
        if (name.toLowerCase() === 'forwarded') forwarded ??= hostOfForwarded(value)
        break
      case 14:
        if (name.toLowerCase() === 'content-length' && value !== '0') hasBody = true
        break
      case 16:
        if (name.toLowerCase() === 'x-forwarded-host') forwardedHost ??= value
        break
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') hasBody = true
        break
    }
  }
  const head: HttpRequestHead = {
    method: request.method ?? 'GET',
    scheme: 'http',
    // The authority that the client meant: Forwarded, X-Forwarded-Host, Host, in this order (as wasmCloud 1.9).
    authority: forwarded ?? forwardedHost ?? host,
    path: request.url ?? '/',
    rawHeaders,
  }
  return { head, hasBody }
}

function hostOfForwarded(value: string): string | undefined {
  return /(?:^|[;,])\s*host="?([^";,]+)"?/i.exec(value)?.[1]
}

function isLengthDue(request: IncomingMessage, status: number, rawHeaders: readonly string[]): boolean {
  if (request.method === 'HEAD' || status < 200 || status === 204 || status === 304) return false
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (name.length === 14 && name.toLowerCase() === 'content-length') return false
  }
  return true
}

function pairsOf(flat: readonly string[]): [string, string][] {
  const pairs: [string, string][] = []
  for (let index = 0; index + 1 < flat.length; index += 2)
    pairs.push([flat[index] ?? '', flat[index + 1] ?? ''])
  return pairs
}

/** Answers without the component, and drops what is left of a body instead of reading it. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
  rawHeaders: readonly string[] = [],
): void {
  const body = `${text}\n`
  const connection = request.complete ? [] : ['Connection', 'close']
  response.writeHead(status, [
    ...rawHeaders,
    ...connection,
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
  ])
  response.end(body)
  if (!request.complete) request.resume()
}
