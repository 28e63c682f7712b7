import { copyOf } from './byte-pile.js'
import type { WrpcCall } from './exchange.js'

/** One asynchronous parameter on its way to a target that may be slow, or that is not called yet. */
export class ParamStream {
  readonly #path: string
  readonly #waiting: Uint8Array[] = []
  #isFull = false
  #isEnded = false
  #isOver = false

  constructor(path: string) {
    this.#path = path
  }

  /** Whether its end has come. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Takes a message, an empty one as the end. Returns how many bytes of it have to wait. */
  take(payload: Uint8Array, call: WrpcCall | undefined): number {
    if (this.#isEnded) return 0
    if (payload.length === 0) {
      this.#isEnded = true
      if (call) this.passOn(call)
      return 0
    }
    if (call && !this.#isFull && this.#waiting.length === 0) {
      this.#isFull = !call.write(this.#path, copyOf(payload))
      return 0
    }
    this.#waiting.push(copyOf(payload))
    return payload.length
  }

  /** The target can take more. Returns how many bytes that waited it was given. */
  onDrain(call: WrpcCall): number {
    this.#isFull = false
    return this.passOn(call)
  }

  /** Gives what waits to the target. Returns how many bytes it was. */
  passOn(call: WrpcCall): number {
    let given = 0
    while (!this.#isFull) {
      const bytes = this.#waiting.shift()
      if (bytes === undefined) break
      given += bytes.length
      this.#isFull = !call.write(this.#path, bytes)
    }
    if (this.#isEnded && this.#waiting.length === 0 && !this.#isOver) {
      this.#isOver = true
      call.end(this.#path)
    }
    return given
  }
}
