import type { AsyncValue } from '../../../../wit/codec/async-value.js'
import { createCompletionScanner } from '../../../../wit/codec/completion-scanner.js'
import { createTupleCodec, type TupleCodec } from '../../../../wit/codec/create-tuple-codec.js'
import type { ValueType } from '../../../../wit/model.js'
import type { ByteSource, LinkedCall } from '../guest-host.js'

const readBytes = 64 * 1024

/** What has come of a `future<T>`. */
export type FutureState<T> =
  | { readonly kind: 'pending' | 'failed' }
  /** `value` is undefined where it was closed without one. */
  | { readonly kind: 'done'; readonly value: T | undefined }

/** A future among results. */
export interface Future<T> {
  /** As far as it has come; changes with pump() and wait() of the host only. */
  readonly state: FutureState<T>
}

/** Opens the futures of one type. */
export class FutureType<T> {
  readonly #type: ValueType
  #codec: TupleCodec | undefined

  constructor(type: ValueType) {
    this.#type = type
  }

  get codec(): TupleCodec {
    return (this.#codec ??= createTupleCodec([this.#type]))
  }

  /** A future among results; `value` is what was decoded for it. */
  open(call: LinkedCall, value: unknown): Future<T> {
    const { path, isReady, value: ready } = value as AsyncValue // the codec's value of a future
    if (isReady) return { state: { kind: 'done', value: ready as T } }
    return new FutureReader<T>(call.source(path), [this.#type], this.codec)
  }
}

/** Collects the value of a future from the bytes that carry it. */
class FutureReader<T> implements Future<T> {
  readonly #source: ByteSource
  readonly #codec: TupleCodec
  readonly #scanner: ReturnType<typeof createCompletionScanner>
  #pieces: Uint8Array[] = []
  #state: FutureState<T> = { kind: 'pending' }

  constructor(source: ByteSource, types: readonly ValueType[], codec: TupleCodec) {
    this.#source = source
    this.#codec = codec
    this.#scanner = createCompletionScanner(types)
  }

  get state(): FutureState<T> {
    if (this.#state.kind === 'pending') this.#state = this.#read()
    return this.#state
  }

  #read(): FutureState<T> {
    try {
      for (let bytes = this.#source.take(readBytes); bytes; bytes = this.#source.take(readBytes)) {
        this.#pieces.push(bytes.slice())
        if (this.#scanner.push(bytes) !== undefined) return this.#decode()
      }
      if (this.#source.state === 'open') return { kind: 'pending' }
      if (this.#source.state === 'failed' || this.#pieces.length > 0) return { kind: 'failed' }
      return { kind: 'done', value: undefined }
    } catch {
      // Bytes that are no value: to the guest, as if the peer had broken off.
      return { kind: 'failed' }
    }
  }

  #decode(): FutureState<T> {
    const bytes = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#source.discard()
    return { kind: 'done', value: this.#codec.decode(bytes)[0] as T } // a value of its type
  }
}
