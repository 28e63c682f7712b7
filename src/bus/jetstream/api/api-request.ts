import type { JetStreamContext } from '../consumer/consumer-host.js'
import type { StreamRegistry } from '../stream/stream-registry.js'

/** A request to the API. `tokens` are those of its subject after `$JS.API.`. */
export interface ApiRequest {
  readonly tokens: readonly string[]
  readonly body: Buffer
}

/** What answers requests. */
export interface ApiState {
  readonly context: JetStreamContext
  readonly streams: StreamRegistry
  /** Counts of this API itself. */
  readonly usage: { total: number; errors: number }
}

/** One operation: the fields of its answer, or a refusal that it throws. */
export interface ApiOperation {
  /** The subject after `$JS.API.`; `*` stands for names. */
  readonly pattern: string
  /** The kind of its answer, as in `io.nats.jetstream.api.v1.<kind>_response`. */
  readonly kind: string
  /** Fields that go with a refusal too. */
  readonly fixed?: Readonly<Record<string, unknown>> | undefined
  /** Runs the operation; `after` is called once the answer is on its way. */
  run(state: ApiState, request: ApiRequest): ApiAnswer
}

export interface ApiAnswer {
  readonly fields: Readonly<Record<string, unknown>>
  readonly after?: (() => void) | undefined
}

/** The items of one page. */
export function pageOf<T>(items: readonly T[], offset: number, limit: number): ApiPage<T> {
  const start = Math.max(0, offset)
  return { total: items.length, offset: start, limit, items: items.slice(start, start + limit) }
}

export interface ApiPage<T> {
  readonly total: number
  readonly offset: number
  readonly limit: number
  readonly items: readonly T[]
}

/** The token at an index; the patterns of the operations guarantee it. */
export function tokenAt({ tokens }: ApiRequest, index: number): string {
  return tokens[index] ?? ''
}
