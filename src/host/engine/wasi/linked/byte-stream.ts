import type { AsyncValue } from '../../../../wit/codec/async-value.js'
import type { LinkedCall } from '../guest-host.js'
import { ChunkReader } from './chunk-reader.js'

/** The bytes of a `stream<u8>` as they arrive. */
export interface ByteStream {
  /** `open` also where it has ended but bytes are left; `failed` where it broke off. */
  readonly state: 'open' | 'ended' | 'failed'
  readonly hasBytes: boolean
  /** Up to `max` bytes; undefined where there are none now. */
  take(max: number): Uint8Array | undefined
  /** Drops what is there and what still comes. */
  discard(): void
}

/** A `stream<u8>` among results; `value` is what was decoded for it. */
export function openByteStream(call: LinkedCall, value: unknown): ByteStream {
  const { path, isReady, value: whole } = value as AsyncValue // the codec's value of a stream
  return isReady ? new WholeStream(whole as Uint8Array) : new ChunkReader(call.source(path))
}

/** A stream of which all is there. */
class WholeStream implements ByteStream {
  #left: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#left = bytes
  }

  get state(): 'open' | 'ended' {
    return this.hasBytes ? 'open' : 'ended'
  }

  get hasBytes(): boolean {
    return this.#left.length > 0
  }

  take(max: number): Uint8Array | undefined {
    if (!this.hasBytes) return undefined
    const taken = this.#left.subarray(0, max)
    this.#left = this.#left.subarray(taken.length)
    return taken
  }

  discard(): void {
    this.#left = new Uint8Array(0)
  }
}
