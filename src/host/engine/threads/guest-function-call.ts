import type { CallFailure } from '../../http-exchange.js'
import type { Mailbox } from './mailbox.js'
import { fromChunk, toChunk, type Chunk } from './message-parts.js'
import type { ExportedName } from './to-thread.js'

/** A call of an exported function as the guest thread has it. */
export class GuestFunctionCall {
  readonly number: number
  readonly slot: number
  readonly name: ExportedName
  /** Set when the call has to end: the next wait throws. */
  abortion: CallFailure | undefined
  readonly #params: Chunk
  readonly #mailbox: Mailbox

  constructor(
    start: {
      readonly number: number
      readonly slot: number
      readonly name: ExportedName
      readonly params: Chunk
    },
    mailbox: Mailbox,
  ) {
    this.number = start.number
    this.slot = start.slot
    this.name = start.name
    this.#params = start.params
    this.#mailbox = mailbox
  }

  get params(): Uint8Array {
    return fromChunk(this.#params)
  }

  answer(results: Uint8Array): void {
    this.#mailbox.outgoing.onResults(this.number, toChunk(results))
  }

  fail(failure: CallFailure, stack = ''): void {
    this.#mailbox.outgoing.onFailure(this.number, failure, stack)
  }

  /** The caller is gone; nobody reads what is answered. */
  cancel(): void {
    // The answer has no streams that would have to close.
  }
}
