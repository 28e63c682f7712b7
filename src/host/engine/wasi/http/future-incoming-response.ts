import type { GuestHost } from '../guest-host.js'
import { Pollable } from '../io/pollable.js'
import type { ErrorCode } from './error-code.js'
import type { IncomingResponse } from './incoming-response.js'

/** What a request has come to. */
export type ResponseOutcome =
  | { readonly tag: 'ok'; readonly val: IncomingResponse }
  | { readonly tag: 'err'; readonly val: ErrorCode }

/** A request on its way. */
export interface PendingResponse {
  /** Undefined as long as nothing has come of it; changes with pump() and wait() of the host only. */
  poll(): ResponseOutcome | undefined
  /** The guest does not want the response. */
  cancel(): void
}

/** `wasi:http/types.future-incoming-response`. */
export class FutureIncomingResponse {
  readonly #host: GuestHost
  readonly #pending: PendingResponse
  #outcome: ResponseOutcome | undefined
  #isTaken = false

  constructor(host: GuestHost, pending: PendingResponse) {
    this.#host = host
    this.#pending = pending
  }

  subscribe(): Pollable {
    return new Pollable(this.#host, () => this.#poll() !== undefined)
  }

  /** An option of a result (taken twice) of a result, as the interface has it. */
  get(): unknown {
    this.#host.pump()
    const outcome = this.#poll()
    if (outcome === undefined) return undefined
    if (this.#isTaken) return { tag: 'err' }
    this.#isTaken = true
    return { tag: 'ok', val: outcome }
  }

  [Symbol.dispose](): void {
    if (!this.#isTaken) this.#pending.cancel()
  }

  #poll(): ResponseOutcome | undefined {
    this.#outcome ??= this.#pending.poll()
    return this.#outcome
  }
}
