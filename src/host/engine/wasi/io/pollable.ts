import type { GuestHost } from '../guest-host.js'
import { trapGuest } from '../trap.js'

/** `wasi:io/poll.pollable`: something that becomes ready. */
export class Pollable {
  readonly #host: GuestHost
  readonly #isReady: () => boolean
  readonly #remainingMs: () => number

  /** `remainingMs` bounds how long a wait for it may take before `isReady` must be asked again. */
  constructor(host: GuestHost, isReady: () => boolean, remainingMs: () => number = waitsForArrival) {
    this.#host = host
    this.#isReady = isReady
    this.#remainingMs = remainingMs
  }

  ready(): boolean {
    this.#host.pump()
    return this.#isReady()
  }

  block(): void {
    pollAll(this.#host, [this])
  }

  /** Waits until at least one is ready and returns the indices of those that are. */
  static waitForAny(host: GuestHost, pollables: readonly Pollable[]): Uint32Array {
    for (;;) {
      host.pump()
      const ready: number[] = []
      let timeoutMs = Infinity
      pollables.forEach((pollable, index) => {
        if (pollable.#isReady()) ready.push(index)
        else timeoutMs = Math.min(timeoutMs, pollable.#remainingMs())
      })
      if (ready.length > 0) return Uint32Array.from(ready)
      host.wait(timeoutMs)
    }
  }
}

/** `wasi:io/poll.poll`. */
export function pollAll(host: GuestHost, pollables: readonly Pollable[]): Uint32Array {
  if (pollables.length === 0) trapGuest('poll was called with an empty list')
  return Pollable.waitForAny(host, pollables)
}

function waitsForArrival(): number {
  return Infinity
}
