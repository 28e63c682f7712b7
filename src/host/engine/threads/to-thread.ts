import type { CallFailure } from '../../http-exchange.js'
import type { Colocation } from '../guest-pool.js'
import { OperationList, Operands, type Batch, type Chunk } from './message-parts.js'

/** What a guest thread is told. */
export interface ThreadReceiver {
  /** What is told of calls over links. */
  readonly linked: LinkedAnswers
  /** `head` is joinLines() of method, scheme, authority, path and the raw headers. */
  onCall(call: number, slot: number, hasBody: boolean, head: string): void
  /** A call of an exported function, with wRPC bytes. */
  onFunctionCall(call: number, slot: number, name: ExportedName, params: Chunk): void
  onChunk(call: number, chunk: Chunk): void
  onEnd(call: number, trailers: string): void
  /** The caller is gone: the streams of the call close. */
  onCancel(call: number): void
  /** The call must end now; the thread is terminated if it does not. */
  onAbort(call: number, kind: CallFailure['kind'], reason: string): void
  onConfig(config: Readonly<Record<string, string>>): void
  onStop(): void
}

/** An exported function as it is called over wRPC. */
export interface ExportedName {
  /** With version; empty for a function of the world. */
  readonly instance: string
  readonly function: string
}

/** A component that may run in the thread; `prepared` is absent where the thread has that code already. */
export type ColocationOffer = Omit<Colocation, 'prepared'> & Partial<Pick<Colocation, 'prepared'>>

/** What becomes of the calls that the guest makes over links, by their numbers. */
export interface LinkedAnswers {
  /** The synchronous results; where there are no others, the call is over. */
  onLinkedResults(id: number, results: Chunk): void
  onLinkedData(id: number, path: string, chunk: Chunk): void
  onLinkedDataEnd(id: number, path: string): void
  /** The target has taken so many bytes of an asynchronous parameter. */
  onLinkedTaken(id: number, path: string, bytes: number): void
  onLinkedEnd(id: number): void
  onLinkedFailure(id: number, failure: CallFailure): void
  /** The answer to a question for link names: joinLines() of them. */
  onLinkNames(id: number, names: string): void
  /** The answer to a question for a component that may run in this thread. */
  onColocation(id: number, offer: ColocationOffer | undefined): void
}

const Operation = {
  ...{ call: 1, chunk: 2, end: 3, cancel: 4, abort: 5, config: 6, stop: 7, functionCall: 8 },
  ...{ linkedResults: 9, linkedData: 10, linkedDataEnd: 11, linkedTaken: 12, linkedEnd: 13 },
  ...{ linkedFailure: 14, linkNames: 15, colocation: 16 },
} as const

/** Collects operations for a guest thread until they are sent together. */
export class ThreadBatch extends OperationList implements ThreadReceiver, LinkedAnswers {
  readonly linked: LinkedAnswers = this

  onCall(call: number, slot: number, hasBody: boolean, head: string): void {
    this.add(Operation.call, call, slot, hasBody, head)
  }

  onFunctionCall(call: number, slot: number, name: ExportedName, params: Chunk): void {
    this.add(Operation.functionCall, call, slot, name.instance, name.function, params)
  }

  /** A chunk that is sent `once` gives its memory away; otherwise it is copied. */
  onChunk(call: number, chunk: Chunk, once = false): void {
    this.add(Operation.chunk, call, chunk)
    if (once) this.giveAway(chunk)
  }

  onEnd(call: number, trailers: string): void {
    this.add(Operation.end, call, trailers)
  }

  onCancel(call: number): void {
    this.add(Operation.cancel, call)
  }

  onAbort(call: number, kind: CallFailure['kind'], reason: string): void {
    this.add(Operation.abort, call, kind, reason)
  }

  onConfig(config: Readonly<Record<string, string>>): void {
    this.add(Operation.config, config)
  }

  onStop(): void {
    this.add(Operation.stop)
  }

  onLinkedResults(id: number, results: Chunk): void {
    this.add(Operation.linkedResults, id, results)
    this.giveAway(results)
  }

  onLinkedData(id: number, path: string, chunk: Chunk): void {
    this.add(Operation.linkedData, id, path, chunk)
    this.giveAway(chunk)
  }

  onLinkedDataEnd(id: number, path: string): void {
    this.add(Operation.linkedDataEnd, id, path)
  }

  onLinkedTaken(id: number, path: string, bytes: number): void {
    this.add(Operation.linkedTaken, id, path, bytes)
  }

  onLinkedEnd(id: number): void {
    this.add(Operation.linkedEnd, id)
  }

  onLinkedFailure(id: number, { kind, message }: CallFailure): void {
    this.add(Operation.linkedFailure, id, kind, message)
  }

  onLinkNames(id: number, names: string): void {
    this.add(Operation.linkNames, id, names)
  }

  onColocation(id: number, offer: ColocationOffer | undefined): void {
    this.add(Operation.colocation, id, offer)
  }
}

/** Hands the operations of a batch to the guest thread's receiver, in order. */
export function deliverToThread(batch: Batch, receiver: ThreadReceiver): void {
  const operands = new Operands(batch)
  while (operands.isLeft) {
    const code = operands.next<number>()
    if (code >= Operation.linkedResults) deliverLinked(code, operands, receiver.linked)
    else deliverOwn(code, operands, receiver)
  }
}

function deliverOwn(code: number, operands: Operands, receiver: ThreadReceiver): void {
  switch (code) {
    case Operation.call:
      return receiver.onCall(operands.next(), operands.next(), operands.next(), operands.next())
    case Operation.functionCall:
      return receiver.onFunctionCall(
        operands.next(),
        operands.next(),
        { instance: operands.next(), function: operands.next() },
        operands.next(),
      )
    case Operation.chunk:
      return receiver.onChunk(operands.next(), operands.next())
    case Operation.end:
      return receiver.onEnd(operands.next(), operands.next())
    case Operation.cancel:
      return receiver.onCancel(operands.next())
    case Operation.abort:
      return receiver.onAbort(operands.next(), operands.next(), operands.next())
    case Operation.config:
      return receiver.onConfig(operands.next())
    case Operation.stop:
      return receiver.onStop()
  }
}

function deliverLinked(code: number, operands: Operands, receiver: LinkedAnswers): void {
  switch (code) {
    case Operation.linkedResults:
      return receiver.onLinkedResults(operands.next(), operands.next())
    case Operation.linkedData:
      return receiver.onLinkedData(operands.next(), operands.next(), operands.next())
    case Operation.linkedDataEnd:
      return receiver.onLinkedDataEnd(operands.next(), operands.next())
    case Operation.linkedTaken:
      return receiver.onLinkedTaken(operands.next(), operands.next(), operands.next())
    case Operation.linkedEnd:
      return receiver.onLinkedEnd(operands.next())
    case Operation.linkedFailure:
      return receiver.onLinkedFailure(operands.next(), { kind: operands.next(), message: operands.next() })
    case Operation.linkNames:
      return receiver.onLinkNames(operands.next(), operands.next())
    case Operation.colocation:
      return receiver.onColocation(operands.next(), operands.next())
  }
}
