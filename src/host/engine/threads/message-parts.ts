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

/** Collects operations until they are sent together. */
export class OperationList {
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

  protected add(...operation: readonly unknown[]): void {
    this.#operations.push(...operation)
  }

  /** The chunk's memory goes with the message instead of being copied. */
  protected giveAway(chunk: Chunk): void {
    if (typeof chunk !== 'string') this.#transfers.push(chunk.buffer as ArrayBuffer)
  }
}

/** Reads a batch from front to back; both ends are this program, so operands are what their operation has. */
export class Operands {
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
