import type {
  ByteSink,
  ByteSource,
  GuestHost,
  LinkedCall,
  LinkedFunctionCall,
} from '#washi/host/engine/wasi/guest-host.js'
import type { GuestLogLine } from '#washi/host/engine/guest-pool.js'
import type { CallFailure } from '#washi/host/http-exchange.js'
import { createTestGuestHost } from '../guest-host-kit.js'

/** A call whose answer a test gives, step by step: each wait of the guest takes one step. */
export class ManualCall implements LinkedCall {
  readonly call: LinkedFunctionCall
  state: LinkedCall['state'] = 'running'
  failure: CallFailure | undefined
  results: Uint8Array | undefined
  isCancelled = false
  readonly #sources = new Map<string, ManualSource>()
  readonly #sinks = new Map<string, ManualSink>()

  constructor(call: LinkedFunctionCall) {
    this.call = call
  }

  answer(results: Uint8Array): void {
    this.state = 'answered'
    this.results = results
  }

  fail(failure: CallFailure): void {
    this.state = 'failed'
    this.failure = failure
    for (const source of this.#sources.values()) source.state = 'failed'
    for (const sink of this.#sinks.values()) sink.isClosed = true
  }

  source(path: string): ManualSource {
    return getOrMake(this.#sources, path, () => new ManualSource())
  }

  sink(path: string): ManualSink {
    return getOrMake(this.#sinks, path, () => new ManualSink())
  }

  cancel(): void {
    this.isCancelled = true
    for (const sink of this.#sinks.values()) sink.isClosed = true
  }
}

export class ManualSource implements ByteSource {
  #bytes = Buffer.alloc(0)
  #arrival: 'open' | 'ended' | 'failed' = 'open'
  isDiscarded = false

  get state(): 'open' | 'ended' | 'failed' {
    return this.#arrival === 'ended' && this.hasBytes ? 'open' : this.#arrival
  }

  set state(state: 'open' | 'ended' | 'failed') {
    this.#arrival = state
  }

  get hasBytes(): boolean {
    return this.#bytes.length > 0
  }

  push(...bytes: (Uint8Array | number)[]): void {
    const pieces = bytes.map((one) => (typeof one === 'number' ? Uint8Array.of(one) : one))
    this.#bytes = Buffer.concat([this.#bytes, ...pieces])
  }

  take(max: number): Uint8Array | undefined {
    if (!this.hasBytes) return undefined
    const taken = this.#bytes.subarray(0, max)
    this.#bytes = this.#bytes.subarray(taken.length)
    return taken
  }

  discard(): void {
    this.isDiscarded = true
    this.#bytes = Buffer.alloc(0)
  }
}

export class ManualSink implements ByteSink {
  isClosed = false
  hasEnded = false
  space = 100_000
  written = Buffer.alloc(0)

  room(): number {
    return this.space
  }

  write(bytes: Uint8Array): void {
    if (!this.isClosed) this.written = Buffer.concat([this.written, bytes])
  }

  flush(): void {
    // Nothing is held back.
  }

  end(): void {
    this.hasEnded = true
    this.isClosed = true
  }
}

/** A guest's host with calls that a test answers, and steps that happen while the guest waits, one at a time. */
export interface ManualHost {
  readonly host: GuestHost & { readonly lines: readonly GuestLogLine[] }
  readonly calls: ManualCall[]
  /** What happens while the guest waits. */
  steps: (() => void)[]
}

export function createManualHost(): ManualHost {
  const calls: ManualCall[] = []
  const manual: ManualHost = {
    calls,
    steps: [],
    host: createTestGuestHost({
      startLinked: (request) => {
        const call = new ManualCall(request)
        calls.push(call)
        return call
      },
      wait: () => {
        const step = manual.steps.shift()
        if (step === undefined) throw new Error('would wait for ever')
        step()
      },
    }),
  }
  return manual
}

function getOrMake<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
