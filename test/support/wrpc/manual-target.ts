import type { WrpcCall, WrpcRequest } from '#washi/lattice/wrpc/exchange.js'
import type { ServedSink, WrpcTarget } from '#washi/lattice/wrpc/served-function.js'

/** A call that a test answers. */
export interface ManualAnswer {
  readonly request: WrpcRequest
  readonly sink: ServedSink
  /** What became of it, in words: `write 1: 2`, `end 1`, `resume 0`, `cancel`. */
  readonly events: string[]
  /** Whether the target takes more of its asynchronous parameters. */
  isSlow: boolean
}

/** A target whose calls a test answers. */
export class ManualTarget implements WrpcTarget {
  readonly #calls: ManualAnswer[] = []
  #waiting: ((call: ManualAnswer) => void) | undefined
  /** Of calls to come. */
  isSlow = false

  /** Calls that nobody has asked for. */
  get size(): number {
    return this.#calls.length
  }

  /** The next call. */
  next(): Promise<ManualAnswer> {
    const call = this.#calls.shift()
    if (call) return Promise.resolve(call)
    return new Promise((resolve) => (this.#waiting = resolve))
  }

  invoke(request: WrpcRequest, sink: ServedSink): WrpcCall {
    const call: ManualAnswer = { request, sink, events: [], isSlow: this.isSlow }
    if (this.#waiting) this.#waiting(call)
    else this.#calls.push(call)
    this.#waiting = undefined
    return {
      write: (path, bytes) => {
        call.events.push(`write ${path}: ${bytes.length}`)
        return !call.isSlow
      },
      end: (path) => void call.events.push(`end ${path}`),
      resume: (path) => void call.events.push(`resume ${path}`),
      cancel: () => void call.events.push('cancel'),
    }
  }
}
