import type { CallFailure } from '../../http-exchange.js'
import type { GuestLogLine } from '../guest-pool.js'
import { OperationList, Operands, type Batch, type Chunk } from './message-parts.js'

/** What the main thread is told. */
export interface PoolReceiver {
  /** What the guest does over links. */
  readonly linked: LinkedQuestions
  onReady(): void
  onStartFailed(message: string, stack: string): void
  onHead(call: number, status: number, headers: string): void
  onChunk(call: number, chunk: Chunk): void
  onEnd(call: number, trailers: string): void
  /** The results of an exported function; ends its call. */
  onResults(call: number, results: Chunk): void
  /** The call ended without a complete answer; or, where it had been answered, went wrong after it. */
  onFailure(call: number, failure: CallFailure, stack: string): void
  /** The guest has taken so many bytes of the request's body. */
  onConsumed(call: number, bytes: number): void
  /** `componentId` is empty for the thread's own component. */
  onLog(line: GuestLogLine, componentId: string): void
}

/** A call that the guest makes over a link. */
export interface LinkedCallStart {
  /** The call in which the guest makes it; 0 while it starts. */
  readonly caller: number
  readonly key: string
  readonly linkName: string
  readonly instance: string
  readonly function: string
  readonly params: Chunk
  readonly asyncParams: readonly string[]
  readonly asyncResults: readonly string[]
  readonly isVoid: boolean
}

/** What a guest does over its links, by the numbers of its calls. */
export interface LinkedQuestions {
  onLinkedCall(id: number, start: LinkedCallStart): void
  onLinkedWrite(id: number, path: string, chunk: Chunk): void
  onLinkedWriteEnd(id: number, path: string): void
  /** The guest has taken so many bytes of an asynchronous result. */
  onLinkedConsumed(id: number, path: string, bytes: number): void
  onLinkedCancel(id: number): void
  /** Which links are there for an interface? */
  onLinkNamesQuestion(id: number, key: string): void
  /** Who is called through that interface over the link of that name, and may it run here? `known` are tokens of code. */
  onColocationQuestion(id: number, key: string, linkName: string, known: readonly number[]): void
}

const Operation = {
  ...{ ready: 1, startFailed: 2, head: 3, chunk: 4, end: 5, failure: 6, consumed: 7, log: 8, results: 9 },
  ...{ linkedCall: 10, linkedWrite: 11, linkedWriteEnd: 12, linkedConsumed: 13, linkedCancel: 14 },
  ...{ linkNamesQuestion: 15, colocationQuestion: 16 },
} as const

/** Collects operations for the main thread until they are sent together. */
export class PoolBatch extends OperationList implements PoolReceiver, LinkedQuestions {
  readonly linked: LinkedQuestions = this

  onReady(): void {
    this.add(Operation.ready)
  }

  onStartFailed(message: string, stack: string): void {
    this.add(Operation.startFailed, message, stack)
  }

  onHead(call: number, status: number, headers: string): void {
    this.add(Operation.head, call, status, headers)
  }

  onChunk(call: number, chunk: Chunk): void {
    this.add(Operation.chunk, call, chunk)
    this.giveAway(chunk)
  }

  onEnd(call: number, trailers: string): void {
    this.add(Operation.end, call, trailers)
  }

  onResults(call: number, results: Chunk): void {
    this.add(Operation.results, call, results)
    this.giveAway(results)
  }

  onFailure(call: number, { kind, message }: CallFailure, stack: string): void {
    this.add(Operation.failure, call, kind, message, stack)
  }

  onConsumed(call: number, bytes: number): void {
    this.add(Operation.consumed, call, bytes)
  }

  onLog({ stream, level, context, message }: GuestLogLine, componentId: string): void {
    this.add(Operation.log, stream, level, context, message, componentId)
  }

  onLinkedCall(id: number, start: LinkedCallStart): void {
    const { caller, key, linkName, instance, params, asyncParams, asyncResults } = start
    this.add(Operation.linkedCall, id, caller, key, linkName, instance, start.function, params)
    this.add(asyncParams.join(' '), asyncResults.join(' '), start.isVoid)
    this.giveAway(params)
  }

  onLinkedWrite(id: number, path: string, chunk: Chunk): void {
    this.add(Operation.linkedWrite, id, path, chunk)
    this.giveAway(chunk)
  }

  onLinkedWriteEnd(id: number, path: string): void {
    this.add(Operation.linkedWriteEnd, id, path)
  }

  onLinkedConsumed(id: number, path: string, bytes: number): void {
    this.add(Operation.linkedConsumed, id, path, bytes)
  }

  onLinkedCancel(id: number): void {
    this.add(Operation.linkedCancel, id)
  }

  onLinkNamesQuestion(id: number, key: string): void {
    this.add(Operation.linkNamesQuestion, id, key)
  }

  onColocationQuestion(id: number, key: string, linkName: string, known: readonly number[]): void {
    this.add(Operation.colocationQuestion, id, key, linkName, known)
  }
}

/** Hands the operations of a batch to the main thread's receiver, in order. */
export function deliverToPool(batch: Batch, receiver: PoolReceiver): void {
  const operands = new Operands(batch)
  while (operands.isLeft) {
    const code = operands.next<number>()
    if (code >= Operation.linkedCall) deliverLinked(code, operands, receiver.linked)
    else deliverOwn(code, operands, receiver)
  }
}

function deliverOwn(code: number, operands: Operands, receiver: PoolReceiver): void {
  switch (code) {
    case Operation.ready:
      return receiver.onReady()
    case Operation.startFailed:
      return receiver.onStartFailed(operands.next(), operands.next())
    case Operation.head:
      return receiver.onHead(operands.next(), operands.next(), operands.next())
    case Operation.chunk:
      return receiver.onChunk(operands.next(), operands.next())
    case Operation.end:
      return receiver.onEnd(operands.next(), operands.next())
    case Operation.results:
      return receiver.onResults(operands.next(), operands.next())
    case Operation.failure: {
      const call = operands.next<number>()
      return receiver.onFailure(call, { kind: operands.next(), message: operands.next() }, operands.next())
    }
    case Operation.consumed:
      return receiver.onConsumed(operands.next(), operands.next())
    case Operation.log:
      return receiver.onLog(
        {
          stream: operands.next(),
          level: operands.next(),
          context: operands.next(),
          message: operands.next(),
        },
        operands.next(),
      )
  }
}

function deliverLinked(code: number, operands: Operands, receiver: LinkedQuestions): void {
  switch (code) {
    case Operation.linkedCall:
      return receiver.onLinkedCall(operands.next(), {
        caller: operands.next(),
        key: operands.next(),
        linkName: operands.next(),
        instance: operands.next(),
        function: operands.next(),
        params: operands.next(),
        asyncParams: splitPaths(operands.next()),
        asyncResults: splitPaths(operands.next()),
        isVoid: operands.next(),
      })
    case Operation.linkedWrite:
      return receiver.onLinkedWrite(operands.next(), operands.next(), operands.next())
    case Operation.linkedWriteEnd:
      return receiver.onLinkedWriteEnd(operands.next(), operands.next())
    case Operation.linkedConsumed:
      return receiver.onLinkedConsumed(operands.next(), operands.next(), operands.next())
    case Operation.linkedCancel:
      return receiver.onLinkedCancel(operands.next())
    case Operation.linkNamesQuestion:
      return receiver.onLinkNamesQuestion(operands.next(), operands.next())
    case Operation.colocationQuestion:
      return receiver.onColocationQuestion(operands.next(), operands.next(), operands.next(), operands.next())
  }
}

const noPaths: readonly string[] = []

function splitPaths(paths: string): readonly string[] {
  return paths === '' ? noPaths : paths.split(' ')
}
