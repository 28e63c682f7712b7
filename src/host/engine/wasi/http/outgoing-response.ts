import type { GuestHost } from '../guest-host.js'
import { internalError, type ErrorCode } from './error-code.js'
import type { Fields } from './fields.js'
import type { AnswerChannel, IncomingCall } from './incoming-call.js'
import { OutgoingBody } from './outgoing-body.js'

/** `wasi:http/types.outgoing-response`. */
export class OutgoingResponse {
  readonly #host: GuestHost
  readonly #headers: Fields
  #status = 200
  #body: OutgoingBody | undefined

  constructor(host: GuestHost, headers: Fields) {
    this.#host = host
    this.#headers = headers.freeze()
  }

  statusCode(): number {
    return this.#status
  }

  setStatusCode(status: number): void {
    if (status < 100 || status > 999) throw undefined
    this.#status = status
  }

  headers(): Fields {
    return this.#headers
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw undefined
    this.#body = new OutgoingBody(this.#host, 'response', this.#headers)
    return this.#body
  }

  /** Sends it as the answer of a call; without a body it is complete at once. */
  sendTo(channel: AnswerChannel): void {
    channel.start(this.#status, this.#headers.raw)
    if (this.#body === undefined) channel.end([])
    else this.#body.attach(channel)
  }
}

type Answer =
  | { readonly tag: 'ok'; readonly val: OutgoingResponse }
  | { readonly tag: 'err'; readonly val: ErrorCode }

/** `wasi:http/types.response-outparam`. */
export class ResponseOutparam {
  readonly #call: IncomingCall

  constructor(call: IncomingCall) {
    this.#call = call
  }

  /** HTTP servers of this host send no informational responses; the guest may go on without. */
  sendInformational(): never {
    throw internalError('informational responses are not supported')
  }

  static set(param: ResponseOutparam, answer: Answer): void {
    const channel = param.#call.answer
    if (answer.tag === 'ok') answer.val.sendTo(channel)
    else channel.refuse(answer.val)
  }
}
