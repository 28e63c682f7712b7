import type {
  CallFailure,
  HttpAnswerSink,
  HttpCall,
  HttpRequestHead,
  HttpTarget,
} from '../../host/http-exchange.js'
import type { ExplainFailure } from './call-values.js'

/** Where requests go that name a path alone. */
const defaultOrigin = 'http://localhost'

/**
 * Sends a request to a component and resolves with its response once the head is there; bodies stream both ways. Rejects
 * with what `explain` makes of a failure; where that comes later, reading the body does.
 */
export async function fetchComponent(
  target: HttpTarget,
  request: Request,
  explain: ExplainFailure,
): Promise<Response> {
  const answer = new ResponseSink(explain)
  const call = target.handleHttp(toHead(request), request.body !== null, answer)
  answer.call = call
  const onAbort = (): void => answer.abort(request.signal.reason)
  if (request.signal.aborted) onAbort()
  request.signal.addEventListener('abort', onAbort, { once: true })
  if (request.body !== null) void sendBody(request.body, call, answer)
  const head = await answer.head
  // Here, so that the error's stack leads to whoever waits for it.
  if (!(head instanceof Response)) throw head.kind === 'failure' ? explain(head.failure) : head.reason
  return head
}

/** A request of what fetch() takes; paths are of http://localhost. */
export function toRequest(input: Request | URL | string, init?: RequestInit): Request {
  const url = typeof input === 'string' ? new URL(input, defaultOrigin) : input
  const duplex = init?.body instanceof ReadableStream ? ({ duplex: 'half' } as const) : {}
  return new Request(url, { ...init, ...duplex })
}

function toHead(request: Request): HttpRequestHead {
  const { host, pathname, search, protocol } = new URL(request.url)
  return {
    method: request.method,
    scheme: protocol === 'https:' ? 'https' : 'http',
    authority: host,
    path: `${pathname}${search}`,
    rawHeaders: [...request.headers].flat(),
  }
}

async function sendBody(
  body: ReadableStream<Uint8Array>,
  call: HttpCall,
  answer: ResponseSink,
): Promise<void> {
  try {
    for await (const chunk of body) {
      if (!call.write(chunk)) await answer.drained()
    }
    call.end()
  } catch (failure) {
    answer.abort(failure)
  }
}

/** How a request ended without a response. */
type NoResponse =
  | { readonly kind: 'failure'; readonly failure: CallFailure }
  | { readonly kind: 'given-up'; readonly reason: unknown }

const bodilessStatus = new Set([204, 205, 304])

/** Makes a Response of an answer as it comes. */
class ResponseSink implements HttpAnswerSink {
  call: HttpCall | undefined
  readonly head: Promise<Response | NoResponse>
  readonly #explain: ExplainFailure
  #resolve: (head: Response | NoResponse) => void = () => undefined
  #body: ReadableStreamDefaultController<Uint8Array> | undefined
  #isOver = false
  #onDrained: () => void = () => undefined

  constructor(explain: ExplainFailure) {
    this.#explain = explain
    this.head = new Promise((resolve) => (this.#resolve = resolve))
  }

  /** Resolves when the component can take more, or takes nothing any more. */
  drained(): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => (this.#onDrained = resolve))
  }

  /** The caller gave the request up, or its body failed. */
  abort(reason: unknown): void {
    if (this.#isOver) return
    this.call?.cancel()
    this.#resolve({ kind: 'given-up', reason })
    this.#close(() => this.#body?.error(reason))
  }

  onHead(status: number, rawHeaders: readonly string[]): void {
    const headers = new Headers()
    for (let index = 0; index + 1 < rawHeaders.length; index += 2)
      headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#body = controller),
      pull: () => this.call?.resume(),
      cancel: () => this.call?.cancel(),
    })
    try {
      this.#resolve(new Response(bodilessStatus.has(status) ? null : body, { status, headers }))
    } catch {
      this.abort(new RangeError(`The component answered with status ${status}, which no Response can have`))
    }
  }

  onChunk(chunk: Uint8Array): boolean {
    if (this.#body === undefined || this.#isOver) return true
    this.#body.enqueue(new Uint8Array(chunk))
    return (this.#body.desiredSize ?? 0) > 0
  }

  onEnd(): void {
    this.#close(() => this.#body?.close())
  }

  onFailure(failure: CallFailure): void {
    this.#resolve({ kind: 'failure', failure })
    this.#close(() => this.#body?.error(this.#explain(failure)))
  }

  onDrain(): void {
    this.#onDrained()
  }

  #close(endBody: () => void): void {
    if (this.#isOver) return
    this.#isOver = true
    endBody()
    this.#onDrained()
  }
}
