import { encode, InputStream, OutputStream, Pollable, variant } from './io.js'

/** A header as wasi:http has it. */
export type Header = [name: string, value: Uint8Array]

/** A request to a guest. */
export interface GuestRequest {
  readonly method: string
  readonly path: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string | Uint8Array
  readonly bodyFails?: boolean
  /** After so many bytes of the answer the client is gone. */
  readonly capacity?: number
}

const knownMethods = ['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch']

/** Headers. */
export class Fields {
  readonly list: Header[]

  constructor(list: readonly Header[] = []) {
    this.list = [...list]
  }

  static fromList(list: readonly Header[]): Fields {
    return new Fields(list)
  }

  get(name: string): Uint8Array[] {
    return this.list.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  }

  has(name: string): boolean {
    return this.get(name).length > 0
  }

  append(name: string, value: Uint8Array): void {
    if (/[^!-~]/.test(name)) throw variant('invalid-syntax')
    this.list.push([name, value.slice()])
  }

  entries(): Header[] {
    return this.list
  }

  clone(): Fields {
    return new Fields(this.list)
  }
}

/** A body that a guest reads. */
export class IncomingBody {
  readonly #chunks: readonly Uint8Array[]
  readonly #fails: boolean

  constructor(chunks: readonly Uint8Array[], fails = false) {
    this.#chunks = chunks
    this.#fails = fails
  }

  stream(): InputStream {
    return new InputStream(this.#chunks, this.#fails)
  }

  static finish(): FutureTrailers {
    return new FutureTrailers()
  }
}

/** Trailers that never come. */
export class FutureTrailers {
  subscribe(): Pollable {
    return new Pollable()
  }
}

/** A request as its guest sees it. */
export class IncomingRequest {
  readonly #request: GuestRequest

  constructor(request: GuestRequest) {
    this.#request = request
  }

  method(): unknown {
    const lower = this.#request.method.toLowerCase()
    return knownMethods.includes(lower) ? variant(lower) : variant('other', this.#request.method)
  }

  pathWithQuery(): string {
    return this.#request.path
  }

  authority(): string {
    return 'localhost:8080'
  }

  scheme(): unknown {
    return variant('HTTP')
  }

  headers(): Fields {
    return new Fields((this.#request.headers ?? []).map(([name, value]) => [name, encode(value)]))
  }

  consume(): IncomingBody {
    const { body = '', bodyFails } = this.#request
    const bytes = typeof body === 'string' ? encode(body) : body
    const chunks: Uint8Array[] = []
    for (let start = 0; start < bytes.length; start += 5000) chunks.push(bytes.subarray(start, start + 5000))
    return new IncomingBody(chunks, bodyFails)
  }
}

/** What was written to a body. */
export class Written {
  readonly chunks: Uint8Array[] = []
  readonly capacity: number
  isFinished = false

  constructor(capacity = Infinity) {
    this.capacity = capacity
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }
}

/** A body that a guest writes. */
export class OutgoingBody {
  readonly #written: Written

  constructor(written: Written) {
    this.#written = written
  }

  write(): OutputStream {
    return new OutputStream((bytes) => this.#written.chunks.push(bytes), this.#written.capacity)
  }

  static finish(body: OutgoingBody): void {
    body.#written.isFinished = true
  }
}

/** A request that a guest makes. */
export class OutgoingRequest {
  readonly fields: Fields
  readonly written = new Written()
  readonly parts: Record<string, unknown> = {}

  constructor(fields: Fields) {
    this.fields = fields
  }

  body(): OutgoingBody {
    return new OutgoingBody(this.written)
  }

  setMethod(method: unknown): void {
    this.parts['method'] = method
  }

  setScheme(scheme: unknown): void {
    this.parts['scheme'] = scheme
  }

  setAuthority(authority: unknown): void {
    this.parts['authority'] = authority
  }

  setPathWithQuery(path: unknown): void {
    this.parts['path'] = path
  }
}

/** Timeouts of a request, noted. */
export class RequestOptions {
  readonly timeouts: bigint[] = []

  setConnectTimeout(timeout: bigint): void {
    this.timeouts.push(timeout)
  }

  setFirstByteTimeout(timeout: bigint): void {
    this.timeouts.push(timeout)
  }

  setBetweenBytesTimeout(timeout: bigint): void {
    this.timeouts.push(timeout)
  }
}

/** An answer to a guest. */
export class IncomingResponse {
  readonly #status: number
  readonly #headers: readonly Header[]
  readonly #body: readonly Uint8Array[]

  constructor(status: number, headers: readonly Header[], body: readonly Uint8Array[]) {
    this.#status = status
    this.#headers = headers
    this.#body = body
  }

  status(): number {
    return this.#status
  }

  headers(): Fields {
    return new Fields(this.#headers)
  }

  consume(): IncomingBody {
    return new IncomingBody(this.#body)
  }
}

/** An answer that is there already: a result of a result. */
export class FutureIncomingResponse {
  readonly #outcome: unknown

  constructor(outcome: unknown) {
    this.#outcome = outcome
  }

  subscribe(): Pollable {
    return new Pollable()
  }

  get(): unknown {
    return { tag: 'ok', val: this.#outcome }
  }
}

/** An answer that a guest makes; `capacity` is that of the request. */
export function createOutgoingResponse(capacity: () => number): {
  new (fields: Fields): { readonly status: number; readonly fields: Fields; readonly written: Written }
} {
  return class OutgoingResponse {
    readonly fields: Fields
    readonly written = new Written(capacity())
    status = 200

    constructor(fields: Fields) {
      this.fields = fields
    }

    setStatusCode(status: number): void {
      if (status < 100 || status > 599) throw undefined
      this.status = status
    }

    body(): OutgoingBody {
      return new OutgoingBody(this.written)
    }
  }
}
