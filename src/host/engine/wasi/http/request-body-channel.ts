import type { ByteSink, LinkedCall } from '../guest-host.js'
import { ChunkWriter } from '../linked/chunk-writer.js'
import type { BodyChannel } from './incoming-call.js'
import { toWireFields, type TrailersType } from './wire-fields.js'

/** Where body and trailers of a request are among the parameters of `handle`. */
const bodyPath = '0.0'
const trailersPath = '0.1'

/** The body of a request on its way to the HTTP client. */
export class RequestBodyChannel implements BodyChannel {
  readonly isBodiless = false
  readonly #call: LinkedCall
  readonly #body: ChunkWriter
  readonly #trailers: ByteSink
  readonly #trailersType: TrailersType
  #isOver = false
  #brokenOff: string | undefined

  constructor(call: LinkedCall, trailersType: TrailersType) {
    this.#call = call
    this.#trailersType = trailersType
    this.#body = new ChunkWriter(call.sink(bodyPath))
    this.#trailers = call.sink(trailersPath)
  }

  get isClosed(): boolean {
    return this.#isOver || this.#body.isClosed
  }

  /** Why the guest's body is not complete, where it is not. */
  get brokenOff(): string | undefined {
    return this.#brokenOff
  }

  room(): number {
    return this.#body.room()
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.#body.write(bytes)
  }

  flush(): void {
    this.#body.flush()
  }

  end(rawTrailers: readonly string[]): void {
    if (this.#isOver) return
    this.#isOver = true
    const trailers = rawTrailers.length > 0 ? toWireFields(rawTrailers) : undefined
    this.#body.end()
    this.#trailers.write(this.#trailersType.codec.encode([trailers]))
    this.#trailers.end()
    this.#body.flush()
  }

  /** A stream over a link cannot end with an error, so that the request is taken back as a whole. */
  breakOff(reason: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#brokenOff = reason
    this.#call.cancel()
  }
}
