import type { GuestHost } from '../guest-host.js'
import { Fields } from './fields.js'
import { IncomingBody } from './incoming-body.js'
import type { IncomingCall } from './incoming-call.js'
import { toMethod, toScheme, type Method, type Scheme } from './method.js'

/** `wasi:http/types.incoming-request`. */
export class IncomingRequest {
  readonly #host: GuestHost
  readonly #call: IncomingCall
  #headers: Fields | undefined
  #isConsumed = false

  constructor(host: GuestHost, call: IncomingCall) {
    this.#host = host
    this.#call = call
  }

  method(): Method {
    return toMethod(this.#call.head.method)
  }

  pathWithQuery(): string | undefined {
    return this.#call.head.path
  }

  scheme(): Scheme | undefined {
    return toScheme(this.#call.head.scheme)
  }

  authority(): string | undefined {
    const { authority } = this.#call.head
    return authority === '' ? undefined : authority
  }

  headers(): Fields {
    this.#headers ??= Fields.ofMessage(this.#call.head.rawHeaders)
    return this.#headers
  }

  consume(): IncomingBody {
    if (this.#isConsumed) throw undefined
    this.#isConsumed = true
    return new IncomingBody(this.#host, this.#call.body)
  }

  [Symbol.dispose](): void {
    if (!this.#isConsumed) this.#call.body.discard()
  }
}
