import { StreamChunkDecoder } from '../../wit/codec/byte-stream.js'
import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import type { ValueType } from '../../wit/model.js'

/** Bytes that may wait for their reader before the sender is asked to wait. */
const windowBytes = 128 * 1024

/** The bytes of an asynchronous parameter on their way from a caller to one reader, with back-pressure. */
export class AsyncParam {
  readonly #onDrain: () => void
  readonly #chunks: Uint8Array[] = []
  #waiting = 0
  #isFull = false
  #isEnded = false
  #failure: Error | undefined
  #isAbandoned = false
  #wake: (() => void) | undefined

  constructor(onDrain: () => void) {
    this.#onDrain = onDrain
  }

  /** Returns false when the reader is slow. */
  push(bytes: Uint8Array): boolean {
    if (this.#isEnded || this.#isAbandoned) return true
    this.#chunks.push(bytes)
    this.#waiting += bytes.length
    this.#isFull = this.#waiting > windowBytes
    this.#wake?.()
    return !this.#isFull
  }

  end(): void {
    this.#isEnded = true
    this.#wake?.()
  }

  /** The sender is gone: the reader sees that as an error. */
  fail(failure: Error): void {
    this.#failure ??= failure
    this.#wake?.()
  }

  /** Nobody reads what still comes. */
  abandon(): void {
    this.#isAbandoned = true
    this.#chunks.length = 0
    this.#waiting = 0
    this.#drain()
    this.#wake?.()
  }

  /** The bytes of a `stream<u8>`. Throws where its sender goes before the end. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    const decoder = new StreamChunkDecoder()
    try {
      for await (const bytes of this.#raw()) {
        for (const piece of decoder.push(bytes)) yield piece
        if (decoder.isEnded) return
      }
      // Whoever breaks a stream off just closes it.
      if (!this.#isAbandoned) throw new Error('the stream broke off')
    } finally {
      this.abandon()
    }
  }

  /** The value of a future; undefined where it ended without one. */
  async value(type: ValueType | undefined): Promise<unknown> {
    const pieces: Uint8Array[] = []
    for await (const bytes of this.#raw()) pieces.push(bytes)
    const bytes = Buffer.concat(pieces)
    return bytes.length === 0 || type === undefined ? undefined : createTupleCodec([type]).decode(bytes)[0]
  }

  async *#raw(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#failure) throw this.#failure
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#waiting -= chunk.length
        if (this.#waiting <= windowBytes / 2) this.#drain()
        yield chunk
      } else if (this.#isEnded || this.#isAbandoned) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #drain(): void {
    if (!this.#isFull) return
    this.#isFull = false
    this.#onDrain()
  }
}
