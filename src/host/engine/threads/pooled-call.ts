import type { CallFailure } from '../../http-exchange.js'
import type { Chunk } from './message-parts.js'
import type { ThreadBatch } from './to-thread.js'

/** The thread that a call was given to, as far as the call needs it. */
export interface CallCarrier {
  isClaimed(call: PooledCall): boolean
  hasReturned(call: PooledCall): boolean
  sendChunk(call: PooledCall, chunk: Chunk, once: boolean): void
  sendEnd(call: PooledCall, trailers: string): void
  /** The client has taken so many bytes of the answer. */
  addTaken(call: PooledCall, bytes: number): void
}

/** A call of a pool's component as the main thread has it, whatever it calls. */
export abstract class PooledCall {
  /** Its number on its thread; 0 while it waits. */
  number = 0
  slot = -1
  /** When it must have ended, once the guest was told to. */
  killAt: number | undefined
  /** When the caller's own time is over, and with it that of this call. */
  readonly deadlineAt: number
  /** Set when the caller has gone while the guest was running. */
  cancelledAt: number | undefined

  constructor(deadlineAt = Infinity) {
    this.deadlineAt = deadlineAt
  }

  /** Whether somebody waits for it who cannot do anything else meanwhile: it is sent at once. */
  abstract readonly isUrgent: boolean

  /** Whether the caller needs nothing more. */
  abstract get isOver(): boolean

  /** Whether the thread has ended the answer (or failed), whatever the client has taken of it. */
  abstract get isAnswered(): boolean

  /** Tells the thread what to call. */
  abstract announce(outgoing: ThreadBatch): void

  /** The call was announced to a thread, under its number. */
  abstract assign(carrier: CallCarrier): void

  abstract fail(failure: CallFailure): void

  /** The thread never started it: back to waiting. */
  withdraw(): void {
    this.number = 0
    this.slot = -1
  }
}
