import { createLogger, type LogRecord } from '#washi/core/log.js'
import type { GuestLogLine, GuestPool, GuestPoolOptions } from '#washi/host/engine/guest-pool.js'
import { startGuestPool } from '#washi/host/engine/start-guest-pool.js'
import type { CallFailure, HttpAnswerSink, HttpCall, HttpTarget } from '#washi/host/http-exchange.js'
import { readGuest, type GuestName } from './guests.js'

/** A running pool with what it wrote. */
export interface TestPool extends AsyncDisposable {
  readonly pool: GuestPool
  readonly records: LogRecord[]
  readonly lines: GuestLogLine[]
}

export type PoolSettings = Partial<Omit<GuestPoolOptions, 'limits' | 'onLog' | 'log'>> &
  Partial<GuestPoolOptions['limits']>

/** Starts a pool for a guest of test/fixtures/components, or for `bytes`; limits and the rest have mild defaults. */
export async function startTestPool(
  guest: GuestName | Uint8Array,
  settings: PoolSettings = {},
): Promise<TestPool> {
  const records: LogRecord[] = []
  const lines: GuestLogLine[] = []
  const pool = await startGuestPool({
    componentId: settings.componentId ?? 'guest',
    bytes: typeof guest === 'string' ? readGuest(guest) : guest,
    limits: {
      maxInstances: settings.maxInstances ?? 4,
      maxQueued: settings.maxQueued ?? 1000,
      maxMemoryBytes: settings.maxMemoryBytes ?? 64 * 1024 * 1024,
      deadlineMs: settings.deadlineMs ?? 30_000,
    },
    instancePolicy: settings.instancePolicy ?? 'fresh',
    engine: settings.engine,
    config: settings.config ?? (() => ({})),
    secrets: settings.secrets,
    preopens: settings.preopens,
    linked: settings.linked,
    changes: settings.changes,
    onLog: (line) => lines.push(line),
    log: createLogger({ level: 'debug', now: () => 0, write: (record) => records.push(record) }),
    maxThreads: settings.maxThreads ?? 2,
  })
  return { pool, records, lines, [Symbol.asyncDispose]: () => pool.stop(0) }
}

/** What came of a call. */
export interface Answer {
  readonly status: number | undefined
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  readonly text: string
  readonly rawTrailers: readonly string[]
  readonly failure: CallFailure | undefined
}

export interface TestRequest {
  readonly method?: string
  readonly rawHeaders?: readonly string[]
  readonly body?: string | Uint8Array
  readonly rawTrailers?: readonly string[]
}

/** Sends a request with a whole body and collects the answer. */
export async function ask(pool: HttpTarget, path: string, request: TestRequest = {}): Promise<Answer> {
  const client = new TestClient(pool, path, request)
  if (request.body !== undefined) {
    client.call.write(typeof request.body === 'string' ? Buffer.from(request.body) : request.body)
    client.call.end(request.rawTrailers)
  }
  return client.answer
}

/** The caller's side of one call: collects, and lets a test act on what comes. */
export class TestClient implements HttpAnswerSink {
  readonly call: HttpCall
  readonly answer: Promise<Answer>
  /** Called for each chunk; false makes the client slow until call.resume(). */
  onChunkArrived: (chunk: Uint8Array) => boolean = () => true
  onDrained: () => void = () => undefined
  chunks: Uint8Array[] = []
  /** What was called, in order. */
  readonly events: string[] = []
  isCollecting = true
  #status: number | undefined
  #rawHeaders: readonly string[] = []
  #finish: (answer: Answer) => void = () => undefined

  constructor(
    pool: HttpTarget,
    path: string,
    { method, rawHeaders = [], body }: TestRequest,
    hasBody = body !== undefined,
  ) {
    this.answer = new Promise((resolve) => (this.#finish = resolve))
    const head = {
      method: method ?? (hasBody ? 'POST' : 'GET'),
      scheme: 'http',
      authority: 'localhost',
      path,
      rawHeaders,
    } as const
    this.call = pool.handleHttp(head, hasBody, this)
  }

  onHead(status: number, rawHeaders: readonly string[]): void {
    this.events.push('head')
    this.#status = status
    this.#rawHeaders = rawHeaders
  }

  onChunk(chunk: Uint8Array): boolean {
    this.events.push('chunk')
    if (this.isCollecting) this.chunks.push(chunk)
    return this.onChunkArrived(chunk)
  }

  onEnd(rawTrailers: readonly string[]): void {
    this.events.push('end')
    this.#settle(undefined, rawTrailers)
  }

  onFailure(failure: CallFailure): void {
    this.events.push('failure')
    this.#settle(failure, [])
  }

  onDrain(): void {
    this.onDrained()
  }

  #settle(failure: CallFailure | undefined, rawTrailers: readonly string[]): void {
    const body = Buffer.concat(this.chunks)
    this.#finish({
      status: this.#status,
      rawHeaders: this.#rawHeaders,
      body,
      text: body.toString(),
      rawTrailers,
      failure,
    })
  }
}
