import type { ByteSource } from '../wasi/guest-host.js'
import { progressStep } from './flow.js'
import { fromChunk, type Chunk } from './message-parts.js'

/** Bytes that the main thread sends on and the guest takes when it likes; tells what was taken, in steps. */
export class ArrivingBytes implements ByteSource {
  readonly #tellTaken: (bytes: number) => void
  #arrival: 'coming' | 'ended' | 'failed'
  #chunks: Chunk[] = []
  /** The first chunk, decoded and as far as it is left. */
  #front: Uint8Array | undefined
  #isDiscarded = false
  #untold = 0

  constructor(isComing: boolean, tellTaken: (bytes: number) => void) {
    this.#tellTaken = tellTaken
    this.#arrival = isComing ? 'coming' : 'ended'
  }

  get hasBytes(): boolean {
    return this.#front !== undefined || this.#chunks.length > 0
  }

  get state(): 'open' | 'ended' | 'failed' {
    if (this.#arrival === 'failed') return 'failed'
    return this.#arrival === 'coming' || this.hasBytes ? 'open' : 'ended'
  }

  take(max: number): Uint8Array | undefined {
    const front = this.#front ?? this.#nextChunk()
    if (front === undefined) return undefined
    if (front.length <= max) {
      this.#front = undefined
      this.#consume(front.length)
      return front
    }
    this.#front = front.subarray(max)
    this.#consume(max)
    return front.subarray(0, max)
  }

  discard(): void {
    if (this.#isDiscarded) return
    this.#isDiscarded = true
    let bytes = this.#front?.length ?? 0
    for (const chunk of this.#chunks) bytes += chunk.length
    this.#front = undefined
    this.#chunks = []
    if (bytes > 0) this.#consume(bytes)
  }

  receive(chunk: Chunk): void {
    if (this.#isDiscarded) this.#consume(chunk.length)
    else if (this.#arrival === 'coming' && chunk.length > 0) this.#chunks.push(chunk)
  }

  /** Nothing more comes; false where that was known. */
  finish(): boolean {
    if (this.#arrival !== 'coming') return false
    this.#arrival = 'ended'
    return true
  }

  fail(): void {
    if (this.#arrival === 'coming') this.#arrival = 'failed'
  }

  #nextChunk(): Uint8Array | undefined {
    const chunk = this.#chunks.shift()
    return chunk === undefined ? undefined : fromChunk(chunk)
  }

  #consume(bytes: number): void {
    this.#untold += bytes
    if (this.#untold < progressStep) return
    this.#tellTaken(this.#untold)
    this.#untold = 0
  }
}
