import type { CallFailure } from '../../http-exchange.js'
import type { GuestLogLine } from '../guest-pool.js'

/**
 * What goes between the main thread and a guest thread. A message is one flat array of operations, each a code followed
 * by its operands: cheap to clone, and many operations cost one message. Headers travel as one string (joinLines), small
 * chunks as latin1 strings, large ones as transferred arrays.
 */
export type Batch = readonly unknown[]

/** A piece of a body on its way: latin1 text where it is small. */
export type Chunk = string | Uint8Array

/** Chunks up to this size travel as text: an array of its own costs more than the copy. */
export const maxTextChunk = 1024

/** What a guest thread is told. */
export interface ThreadReceiver {
  /** `head` is joinLines() of method, scheme, authority, path and the raw headers. */
  onCall(call: number, slot: number, hasBody: boolean, head: string): void
  onChunk(call: number, chunk: Chunk): void
  onEnd(call: number, trailers: string): void
  /** The caller is gone: the streams of the call close. */
  onCancel(call: number): void
  /** The call must end now; the thread is terminated if it does not. */
  onAbort(call: number, kind: CallFailure['kind'], reason: string): void
  onConfig(config: Readonly<Record<string, string>>): void
  onStop(): void
}

/** What the main thread is told. */
export interface PoolReceiver {
  onReady(): void
  onStartFailed(message: string, stack: string): void
  onHead(call: number, status: number, headers: string): void
  onChunk(call: number, chunk: Chunk): void
  onEnd(call: number, trailers: string): void
  /** The call ended without a complete answer; or, where it had been answered, went wrong after it. */
  onFailure(call: number, failure: CallFailure, stack: string): void
  /** The guest has taken so many bytes of the request's body. */
  onConsumed(call: number, bytes: number): void
  onLog(line: GuestLogLine): void
}

const ToThread = { call: 1, chunk: 2, end: 3, cancel: 4, abort: 5, config: 6, stop: 7 } as const
const ToPool = {
  ready: 1,
  startFailed: 2,
  head: 3,
  chunk: 4,
  end: 5,
  failure: 6,
  consumed: 7,
  log: 8,
} as const

/** Collects operations for a guest thread until they are sent together. */
export class ThreadBatch implements ThreadReceiver {
  #operations: unknown[] = []
  #transfers: ArrayBuffer[] = []

  get isEmpty(): boolean {
    return this.#operations.length === 0
  }

  /** Hands out what was collected, and starts anew. */
  take(): { readonly batch: Batch; readonly transfers: ArrayBuffer[] } {
    const taken = { batch: this.#operations, transfers: this.#transfers }
    this.#operations = []
    if (this.#transfers.length > 0) this.#transfers = []
    return taken
  }

  onCall(call: number, slot: number, hasBody: boolean, head: string): void {
    this.#operations.push(ToThread.call, call, slot, hasBody, head)
  }

  /** A chunk that is sent `once` gives its memory away; otherwise it is copied. */
  onChunk(call: number, chunk: Chunk, once = false): void {
    this.#operations.push(ToThread.chunk, call, chunk)
    if (once && typeof chunk !== 'string') this.#transfers.push(chunk.buffer as ArrayBuffer)
  }

  onEnd(call: number, trailers: string): void {
    this.#operations.push(ToThread.end, call, trailers)
  }

  onCancel(call: number): void {
    this.#operations.push(ToThread.cancel, call)
  }

  onAbort(call: number, kind: CallFailure['kind'], reason: string): void {
    this.#operations.push(ToThread.abort, call, kind, reason)
  }

  onConfig(config: Readonly<Record<string, string>>): void {
    this.#operations.push(ToThread.config, config)
  }

  onStop(): void {
    this.#operations.push(ToThread.stop)
  }
}

/** Collects operations for the main thread until they are sent together. */
export class PoolBatch implements PoolReceiver {
  #operations: unknown[] = []
  #transfers: ArrayBuffer[] = []

  get isEmpty(): boolean {
    return this.#operations.length === 0
  }

  take(): { readonly batch: Batch; readonly transfers: ArrayBuffer[] } {
    const taken = { batch: this.#operations, transfers: this.#transfers }
    this.#operations = []
    if (this.#transfers.length > 0) this.#transfers = []
    return taken
  }

  onReady(): void {
    this.#operations.push(ToPool.ready)
  }

  onStartFailed(message: string, stack: string): void {
    this.#operations.push(ToPool.startFailed, message, stack)
  }

  onHead(call: number, status: number, headers: string): void {
    this.#operations.push(ToPool.head, call, status, headers)
  }

  onChunk(call: number, chunk: Chunk): void {
    this.#operations.push(ToPool.chunk, call, chunk)
    if (typeof chunk !== 'string') this.#transfers.push(chunk.buffer as ArrayBuffer)
  }

  onEnd(call: number, trailers: string): void {
    this.#operations.push(ToPool.end, call, trailers)
  }

  onFailure(call: number, { kind, message }: CallFailure, stack: string): void {
    this.#operations.push(ToPool.failure, call, kind, message, stack)
  }

  onConsumed(call: number, bytes: number): void {
    this.#operations.push(ToPool.consumed, call, bytes)
  }

  onLog({ stream, level, context, message }: GuestLogLine): void {
    this.#operations.push(ToPool.log, stream, level, context, message)
  }
}

/** Hands the operations of a batch to the guest thread's receiver, in order. */
export function deliverToThread(batch: Batch, receiver: ThreadReceiver): void {
  const operands = new Operands(batch)
  while (operands.isLeft) {
    switch (operands.next<(typeof ToThread)[keyof typeof ToThread]>()) {
      case ToThread.call:
        receiver.onCall(operands.next(), operands.next(), operands.next(), operands.next())
        break
      case ToThread.chunk:
        receiver.onChunk(operands.next(), operands.next())
        break
      case ToThread.end:
        receiver.onEnd(operands.next(), operands.next())
        break
      case ToThread.cancel:
        receiver.onCancel(operands.next())
        break
      case ToThread.abort:
        receiver.onAbort(operands.next(), operands.next(), operands.next())
        break
      case ToThread.config:
        receiver.onConfig(operands.next())
        break
      case ToThread.stop:
        receiver.onStop()
        break
    }
  }
}

/** Hands the operations of a batch to the main thread's receiver, in order. */
export function deliverToPool(batch: Batch, receiver: PoolReceiver): void {
  const operands = new Operands(batch)
  while (operands.isLeft) {
    switch (operands.next<(typeof ToPool)[keyof typeof ToPool]>()) {
      case ToPool.ready:
        receiver.onReady()
        break
      case ToPool.startFailed:
        receiver.onStartFailed(operands.next(), operands.next())
        break
      case ToPool.head:
        receiver.onHead(operands.next(), operands.next(), operands.next())
        break
      case ToPool.chunk:
        receiver.onChunk(operands.next(), operands.next())
        break
      case ToPool.end:
        receiver.onEnd(operands.next(), operands.next())
        break
      case ToPool.failure:
        receiver.onFailure(
          operands.next(),
          { kind: operands.next(), message: operands.next() },
          operands.next(),
        )
        break
      case ToPool.consumed:
        receiver.onConsumed(operands.next(), operands.next())
        break
      case ToPool.log:
        receiver.onLog({
          stream: operands.next(),
          level: operands.next(),
          context: operands.next(),
          message: operands.next(),
        })
        break
    }
  }
}

/** Reads a batch from front to back; both ends are this program, so operands are what their operation has. */
class Operands {
  readonly #batch: Batch
  #index = 0

  constructor(batch: Batch) {
    this.#batch = batch
  }

  get isLeft(): boolean {
    return this.#index < this.#batch.length
  }

  next<T>(): T {
    return this.#batch[this.#index++] as T
  }
}

/** Strings as one string. Header names and values hold no line feed; one that does would pass for two, so it loses it. */
export function joinLines(lines: readonly string[]): string {
  const text = lines.join('\n')
  return countLineFeeds(text) === Math.max(0, lines.length - 1) ? text : joinLines(lines.map(dropLineFeeds))
}

/** The strings of joinLines(). */
export function splitLines(text: string): string[] {
  return text === '' ? [] : text.split('\n')
}

function countLineFeeds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

function dropLineFeeds(line: string): string {
  return line.replaceAll('\n', ' ')
}

/** A chunk as it travels; the caller gives the bytes away. */
export function toChunk(bytes: Uint8Array): Chunk {
  if (bytes.length > maxTextChunk) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The bytes of a chunk. */
export function fromChunk(chunk: Chunk): Buffer {
  return typeof chunk === 'string'
    ? Buffer.from(chunk, 'latin1')
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
