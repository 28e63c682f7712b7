import type { GuestHost } from '../guest-host.js'
import { InputStream } from '../io/input-stream.js'
import { throwClosed, throwFailed } from '../io/io-error.js'
import { Pollable } from '../io/pollable.js'
import type { ErrorCode } from './error-code.js'
import { Fields } from './fields.js'
import type { BodySource } from './incoming-call.js'

const brokenOff: ErrorCode = { tag: 'connection-terminated' }

/** `wasi:http/types.incoming-body`. */
export class IncomingBody {
  readonly #host: GuestHost
  readonly #source: BodySource
  #isStreamTaken = false

  constructor(host: GuestHost, source: BodySource) {
    this.#host = host
    this.#source = source
  }

  stream(): InputStream {
    if (this.#isStreamTaken) throw undefined
    this.#isStreamTaken = true
    return new BodyInputStream(this.#host, this.#source)
  }

  static finish(body: IncomingBody): FutureTrailers {
    body.#source.discard()
    return new FutureTrailers(body.#host, body.#source)
  }

  [Symbol.dispose](): void {
    this.#source.discard()
    this.#source.release?.()
  }
}

/** `wasi:http/types.future-trailers`. */
export class FutureTrailers {
  readonly #host: GuestHost
  readonly #source: BodySource
  #isTaken = false

  constructor(host: GuestHost, source: BodySource) {
    this.#host = host
    this.#source = source
  }

  subscribe(): Pollable {
    return new Pollable(this.#host, () => !this.#isPending)
  }

  /** An option of a result (taken twice) of a result of an option, as the interface has it. */
  get(): unknown {
    this.#host.pump()
    if (this.#isPending) return undefined
    if (this.#isTaken) return { tag: 'err' }
    this.#isTaken = true
    if (this.#source.state === 'failed')
      return { tag: 'ok', val: { tag: 'err', val: failureOf(this.#source) } }
    const { rawTrailers } = this.#source
    return {
      tag: 'ok',
      val: { tag: 'ok', val: rawTrailers.length > 0 ? Fields.ofMessage(rawTrailers) : undefined },
    }
  }

  [Symbol.dispose](): void {
    this.#source.release?.()
  }

  get #isPending(): boolean {
    return this.#source.state === 'open' || this.#source.areTrailersPending === true
  }
}

function failureOf({ failure }: BodySource): ErrorCode {
  return failure ?? brokenOff
}

class BodyInputStream extends InputStream {
  readonly #source: BodySource

  constructor(host: GuestHost, source: BodySource) {
    super(host)
    this.#source = source
  }

  protected override take(max: number): Uint8Array | undefined {
    if (max === 0) return new Uint8Array(0)
    const bytes = this.#source.take(max)
    if (bytes !== undefined) return bytes
    switch (this.#source.state) {
      case 'ended':
        return throwClosed()
      case 'failed':
        return throwFailed('The body broke off', failureOf(this.#source))
      case 'open':
        return undefined
    }
  }

  protected override isReady(): boolean {
    return this.#source.hasBytes || this.#source.state !== 'open'
  }
}
