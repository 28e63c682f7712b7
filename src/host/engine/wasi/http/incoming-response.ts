import type { GuestHost } from '../guest-host.js'
import { Fields } from './fields.js'
import { IncomingBody } from './incoming-body.js'
import type { BodySource } from './incoming-call.js'

/** What came back for a request. */
export interface ResponseHead {
  readonly status: number
  readonly rawHeaders: readonly string[]
}

/** `wasi:http/types.incoming-response`. */
export class IncomingResponse {
  readonly #host: GuestHost
  readonly #head: ResponseHead
  readonly #body: BodySource
  #headers: Fields | undefined
  #isConsumed = false

  constructor(host: GuestHost, head: ResponseHead, body: BodySource) {
    this.#host = host
    this.#head = head
    this.#body = body
  }

  status(): number {
    return this.#head.status
  }

  headers(): Fields {
    this.#headers ??= Fields.ofMessage(this.#head.rawHeaders)
    return this.#headers
  }

  consume(): IncomingBody {
    if (this.#isConsumed) throw undefined
    this.#isConsumed = true
    return new IncomingBody(this.#host, this.#body)
  }

  [Symbol.dispose](): void {
    if (this.#isConsumed) return
    this.#body.discard()
    this.#body.release?.()
  }
}
