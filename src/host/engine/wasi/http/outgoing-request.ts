import type { GuestHost } from '../guest-host.js'
import type { ErrorCode } from './error-code.js'
import type { Fields } from './fields.js'
import type { BodyChannel } from './incoming-call.js'
import { isValidMethod, isValidScheme, type Method, type Scheme } from './method.js'
import { OutgoingBody, promisedLength } from './outgoing-body.js'

/** `wasi:http/types.outgoing-request`. */
export class OutgoingRequest {
  readonly #host: GuestHost
  readonly #headers: Fields
  #method: Method = { tag: 'get' }
  #pathWithQuery: string | undefined
  #scheme: Scheme | undefined
  #authority: string | undefined
  #body: OutgoingBody | undefined

  constructor(host: GuestHost, headers: Fields) {
    this.#host = host
    this.#headers = headers.freeze()
  }

  body(): OutgoingBody {
    if (this.#body !== undefined) throw undefined
    this.#body = new OutgoingBody(this.#host, 'request', this.#headers)
    return this.#body
  }

  method(): Method {
    return this.#method
  }

  setMethod(method: Method): void {
    if (!isValidMethod(method)) throw undefined
    this.#method = method
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery
  }

  setPathWithQuery(path: string | undefined): void {
    if (path !== undefined && !/^[\x21-\x7e\x80-\uffff]*$/.test(path)) throw undefined
    this.#pathWithQuery = path
  }

  scheme(): Scheme | undefined {
    return this.#scheme
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme !== undefined && !isValidScheme(scheme)) throw undefined
    this.#scheme = scheme
  }

  authority(): string | undefined {
    return this.#authority
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !isAuthority(authority)) throw undefined
    this.#authority = authority
  }

  headers(): Fields {
    return this.#headers
  }

  /** Its body goes there from now on; a request without one has ended. */
  sendTo(channel: BodyChannel): void {
    if (this.#body === undefined) channel.end([])
    else this.#body.attach(channel)
  }

  /** Throws the error of a request that cannot be sent. */
  check(): void {
    const promised = this.#body === undefined ? (promisedLength(this.#headers.raw) ?? 0) : 0
    if (promised !== 0) throw { tag: 'HTTP-request-body-size', val: 0n } satisfies ErrorCode
  }

  /** It will not be sent: its body takes nothing any more. */
  abandon(): void {
    this.#body?.abandon()
  }
}

/** `wasi:http/types.request-options`. */
export class RequestOptions {
  #connectTimeout: bigint | undefined
  #firstByteTimeout: bigint | undefined
  #betweenBytesTimeout: bigint | undefined

  connectTimeout(): bigint | undefined {
    return this.#connectTimeout
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connectTimeout = duration
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByteTimeout
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByteTimeout = duration
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytesTimeout
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytesTimeout = duration
  }
}

function isAuthority(text: string): boolean {
  return URL.canParse(`http://${text}/`) && /^[^/?#\s\\]+$/.test(text)
}
