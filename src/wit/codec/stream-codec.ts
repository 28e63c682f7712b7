import type { ValueType } from '../model.js'
import { createTupleCodec, type TupleCodecOptions } from './create-tuple-codec.js'
import { TupleCollector } from './tuple-collector.js'

/** A pending `stream<T>` on its path: chunks of a count and elements, and a zero for the end (`streamEnd`). */
export interface StreamCodec {
  /** A chunk of these elements; no bytes for none, since an empty chunk is the end. Throws ValueError. */
  encode(items: ArrayLike<unknown>): Uint8Array
  /** Takes the chunks of one stream apart as its bytes come. */
  createReader(): StreamReader
}

/** Reads one stream, however its bytes are cut. */
export interface StreamReader {
  /** Elements of the chunks that these bytes complete. Throws WireError, with offsets within the chunk. */
  push(bytes: Uint8Array): unknown[]
  /** Whether the end was seen; what follows is ignored. */
  readonly isEnded: boolean
  /** Whether bytes of an incomplete chunk are there: the stream was cut if no more come. */
  readonly isWithinChunk: boolean
}

/** Creates the codec of streams of that type; for `stream<u8>` those of byte-stream.ts are faster. */
export function createStreamCodec(element: ValueType, options?: TupleCodecOptions): StreamCodec {
  const types: readonly ValueType[] = [{ kind: 'list', element }]
  const codec = createTupleCodec(types, options)
  return {
    encode: (items) => (items.length === 0 ? new Uint8Array() : codec.encode([items])),
    createReader: () => new ChunkReader(() => new TupleCollector(types, codec)),
  }
}

class ChunkReader implements StreamReader {
  readonly #begin: () => TupleCollector
  #chunk: TupleCollector
  #isEnded = false

  constructor(begin: () => TupleCollector) {
    this.#begin = begin
    this.#chunk = begin()
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  get isWithinChunk(): boolean {
    return this.#chunk.length > 0
  }

  push(bytes: Uint8Array): unknown[] {
    const items: unknown[] = []
    let left = bytes
    while (left.length > 0 && !this.#isEnded) {
      const chunk = this.#chunk.push(left)
      if (chunk === undefined) break
      const [elements] = chunk.values as [ArrayLike<unknown>] // a list, as its type says
      for (let index = 0; index < elements.length; index += 1) items.push(elements[index])
      this.#isEnded = elements.length === 0
      this.#chunk = this.#begin()
      left = chunk.rest
    }
    return items
  }
}
