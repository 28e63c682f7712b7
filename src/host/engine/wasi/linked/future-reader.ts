import { createTupleCodec } from '../../../../wit/codec/tuple-codec.js'
import type { ValueType } from '../../../../wit/model.js'
import type { ByteSource } from '../guest-host.js'

const readBytes = 64 * 1024

/** A future among results. */
export interface Future<T> {
  /** As far as it has come; changes with pump() and wait() of the host only. */
  readonly state: FutureState<T>
}

/** What has come of a `future<T>`. */
export type FutureState<T> =
  | { readonly kind: 'pending' | 'failed' }
  /** `value` is undefined where it was closed without one. */
  | { readonly kind: 'done'; readonly value: T | undefined }

/** Collects the value of a `future<T>` from the bytes that carry it. */
export class FutureReader<T> implements Future<T> {
  readonly #source: ByteSource
  readonly #type: ValueType
  #pieces: Uint8Array[] = []
  #state: FutureState<T> = { kind: 'pending' }

  constructor(source: ByteSource, type: ValueType) {
    this.#source = source
    this.#type = type
  }

  get state(): FutureState<T> {
    if (this.#state.kind === 'pending') this.#state = this.#read()
    return this.#state
  }

  #read(): FutureState<T> {
    for (let bytes = this.#source.take(readBytes); bytes; bytes = this.#source.take(readBytes)) {
      this.#pieces.push(bytes.slice())
    }
    if (this.#source.state !== 'ended') {
      return this.#source.state === 'failed' ? { kind: 'failed' } : { kind: 'pending' }
    }
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    if (bytes.length === 0) return { kind: 'done', value: undefined }
    try {
      return { kind: 'done', value: createTupleCodec([this.#type]).decode(bytes)[0] as T } // of that type
    } catch {
      // The caller treats bytes that are no value as a future that broke off.
      return { kind: 'failed' }
    }
  }
}
