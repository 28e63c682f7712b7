import { createCompletionScanner } from './completion-scanner.js'
import type { ValueType } from '../model.js'
import type { TupleCodec } from './create-tuple-codec.js'

/** Collects the bytes of one message until its values are complete: of a pending future on its path, for one. */
export class TupleCollector {
  readonly #scanner: ReturnType<typeof createCompletionScanner>
  readonly #codec: TupleCodec
  readonly #pieces: Uint8Array[] = []
  #length = 0

  /** The codec is that of the types. */
  constructor(types: readonly ValueType[], codec: TupleCodec) {
    this.#scanner = createCompletionScanner(types)
    this.#codec = codec
  }

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  /**
   * Keeps the next bytes; returns the values and what follows them in these bytes once they are complete, after which it is
   * used up. Throws WireError.
   */
  push(bytes: Uint8Array): { readonly values: unknown[]; readonly rest: Uint8Array } | undefined {
    const before = this.#length
    this.#length += bytes.length
    const end = this.#scanner.push(bytes)
    if (end === undefined) {
      this.#pieces.push(bytes)
      return undefined
    }
    const last = bytes.subarray(0, end - before)
    const whole = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last])
    return { values: this.#codec.decode(whole), rest: bytes.subarray(last.length) }
  }
}
