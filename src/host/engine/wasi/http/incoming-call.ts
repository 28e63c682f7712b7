import type { ErrorCode } from './error-code.js'

/** A call of the guest's incoming handler as WASI sees it. */
export interface IncomingCall {
  readonly head: IncomingHead
  readonly body: BodySource
  readonly answer: AnswerChannel
}

/** The head of a request, as http-exchange.ts has it. */
export interface IncomingHead {
  readonly method: string
  readonly scheme: string
  readonly authority: string
  readonly path: string
  readonly rawHeaders: readonly string[]
}

/** A body that arrives. */
export interface BodySource {
  /** `open` also where it has ended but bytes are left; `failed` where it broke off or the caller is gone. */
  readonly state: 'open' | 'ended' | 'failed'
  readonly hasBytes: boolean
  /** Why it broke off, where there is more to say than that. */
  readonly failure?: ErrorCode | undefined
  /** Whether trailers may still come after the body has ended. */
  readonly areTrailersPending?: boolean | undefined
  readonly rawTrailers: readonly string[]
  /** Up to `max` bytes; undefined where there are none now. */
  take(max: number): Uint8Array | undefined
  /** Drops what is there and what still comes. */
  discard(): void
  /** The guest wants nothing more of the message. */
  release?(): void
}

/** Where a body goes. After its end, or when its taker is gone, it is closed and everything is ignored. */
export interface BodyChannel {
  readonly isClosed: boolean
  /** Whether the body stays unsent whatever its length (an answer to HEAD). */
  readonly isBodiless: boolean
  /** How many bytes write() takes now. */
  room(): number
  write(bytes: Uint8Array): void
  flush(): void
  end(rawTrailers: readonly string[]): void
  /** The body stays incomplete. */
  breakOff(reason: string): void
}

/** Where the answer goes. */
export interface AnswerChannel extends BodyChannel {
  start(status: number, rawHeaders: readonly string[]): void
  /** The guest answers with an error. */
  refuse(code: ErrorCode): void
}
