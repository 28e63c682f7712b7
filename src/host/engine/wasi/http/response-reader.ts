import type { GuestHost, LinkedCall } from '../guest-host.js'
import { openByteStream, type ByteStream } from '../linked/byte-stream.js'
import type { Future } from '../linked/future-reader.js'
import type { StartedCall } from '../linked/linked-interface.js'
import type { ResultValue } from '../linked/results.js'
import { LinkedCallFailed } from '../trap.js'
import { errorCodeOf } from './call-failure.js'
import { internalError, type ErrorCode } from './error-code.js'
import type { PendingResponse, ResponseOutcome } from './future-incoming-response.js'
import type { BodySource } from './incoming-call.js'
import { IncomingResponse } from './incoming-response.js'
import type { RequestBodyChannel } from './request-body-channel.js'
import { fromWireFields, type TrailersType, type WireFields } from './wire-fields.js'

/** A response as it crosses links, but for what follows as streams. */
interface WireResponse {
  readonly body: unknown
  readonly trailers: unknown
  readonly status: number
  readonly headers: WireFields
}

/** What a response is read with. */
export interface ResponseReaderOptions {
  readonly host: GuestHost
  readonly started: StartedCall
  readonly request: RequestBodyChannel
  readonly trailers: TrailersType
}

/** What comes back for a request that was sent over a link. */
export class ResponseReader implements PendingResponse {
  readonly #options: ResponseReaderOptions

  constructor(options: ResponseReaderOptions) {
    this.#options = options
  }

  poll(): ResponseOutcome | undefined {
    const { started, request } = this.#options
    const { brokenOff } = request
    if (brokenOff !== undefined) return { tag: 'err', val: internalError(brokenOff) }
    try {
      const answer = started.poll()
      return answer && this.#toOutcome(answer.value as ResultValue<WireResponse, ErrorCode>) // of handle
    } catch (thrown) {
      if (thrown instanceof LinkedCallFailed) return { tag: 'err', val: errorCodeOf(thrown.failure) }
      throw thrown
    }
  }

  cancel(): void {
    this.#options.started.call.cancel()
  }

  #toOutcome(result: ResultValue<WireResponse, ErrorCode>): ResponseOutcome {
    if (result.tag === 'err') return result
    const { host, started, trailers } = this.#options
    const { status, headers } = result.val
    const source = new ResponseBody(started.call, result.val, trailers)
    const head = { status, rawHeaders: fromWireFields(headers) }
    return { tag: 'ok', val: new IncomingResponse(host, head, source) }
  }
}

/** The body of a response as it arrives, and its trailers. */
class ResponseBody implements BodySource {
  readonly #call: LinkedCall
  readonly #bytes: ByteStream
  readonly #trailers: Future<WireFields | undefined>

  constructor(call: LinkedCall, { body, trailers }: WireResponse, type: TrailersType) {
    this.#call = call
    this.#bytes = openByteStream(call, body)
    this.#trailers = type.open(call, trailers)
  }

  get state(): 'open' | 'ended' | 'failed' {
    return this.#bytes.state
  }

  get hasBytes(): boolean {
    return this.#bytes.hasBytes
  }

  get failure(): ErrorCode {
    return errorCodeOf(this.#call.failure)
  }

  get areTrailersPending(): boolean {
    return this.#trailers.state.kind === 'pending'
  }

  /** Trailers that broke off are none: the body is there, and that is what counts. */
  get rawTrailers(): readonly string[] {
    const { state } = this.#trailers
    return state.kind === 'done' && state.value !== undefined ? fromWireFields(state.value) : []
  }

  take(max: number): Uint8Array | undefined {
    return this.#bytes.take(max)
  }

  discard(): void {
    this.#bytes.discard()
  }

  release(): void {
    this.#call.cancel()
  }
}
