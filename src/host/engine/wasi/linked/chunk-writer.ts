import { encodeStreamChunk, streamEnd } from '../../../../wit/codec/byte-stream.js'
import type { ByteSink } from '../guest-host.js'

/** Most bytes that the length of a chunk takes. */
const maxLengthBytes = 5

/** Puts the bytes of a `stream<u8>` into the chunks that carry them. */
export class ChunkWriter {
  readonly #sink: ByteSink

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  get isClosed(): boolean {
    return this.#sink.isClosed
  }

  /** How many bytes write() takes now. */
  room(): number {
    return Math.max(0, this.#sink.room() - maxLengthBytes)
  }

  /** Copies the bytes. */
  write(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#sink.write(encodeStreamChunk(bytes))
  }

  flush(): void {
    this.#sink.flush()
  }

  /** Ends the stream. */
  end(): void {
    this.#sink.write(streamEnd.slice())
    this.#sink.end()
  }
}
