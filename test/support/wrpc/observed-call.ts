import type { WrpcFailure, WrpcSink } from '#washi/lattice/wrpc/exchange.js'

/** What the caller has of a call once it is over. */
export interface CallOutcome {
  readonly results: Buffer | undefined
  /** Bytes by path. */
  readonly streams: Readonly<Record<string, Buffer>>
  readonly ended: readonly string[]
  readonly failure: WrpcFailure | undefined
}

/** A sink that takes everything, and tells when the call is over. */
export class ObservedCall implements WrpcSink {
  readonly outcome: Promise<CallOutcome>
  /** Whether reading stops at the first bytes of an asynchronous result. */
  isSlow = false
  onDrained: () => void = () => undefined
  onPaused: () => void = () => undefined
  #results: Buffer | undefined
  readonly #streams: Record<string, Buffer> = {}
  readonly #ended: string[] = []
  #resolve: (outcome: CallOutcome) => void = () => undefined

  constructor() {
    this.outcome = new Promise((resolve) => (this.#resolve = resolve))
  }

  onResult(results: Uint8Array): void {
    this.#results = Buffer.from(results)
  }

  onData(path: string, bytes: Uint8Array): boolean {
    this.#streams[path] = Buffer.concat([this.#streams[path] ?? Buffer.alloc(0), bytes])
    if (this.isSlow) this.onPaused()
    return !this.isSlow
  }

  onDataEnd(path: string): void {
    this.#ended.push(path)
  }

  onDrain(): void {
    this.onDrained()
  }

  onEnd(): void {
    this.#finish(undefined)
  }

  onFailure(failure: WrpcFailure): void {
    this.#finish(failure)
  }

  #finish(failure: WrpcFailure | undefined): void {
    this.#resolve({ results: this.#results, streams: this.#streams, ended: this.#ended, failure })
  }
}
