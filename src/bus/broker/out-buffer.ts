import type { Socket } from 'node:net'
import { writeLatin1 } from '../protocol/latin1.js'
import type { Flushable, FlushQueue } from './flush-queue.js'

const CHUNK_BYTES = 64 * 1024

/** Below this a copy is cheaper than lending the chunk to the socket. */
const COPY_BELOW_BYTES = 2048

/** The share of what may wait past which publishers are slowed down, as in nats-server. */
const CONGESTED_SHARE = 0.75

const CR = 13
const LF = 10

/** Keeps chunks for reuse between the connections of one broker. */
export class ChunkPool {
  readonly #free: Buffer[] = []

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)
  }

  give(chunk: Buffer): void {
    if (chunk.length === CHUNK_BYTES && this.#free.length < 64) this.#free.push(chunk)
  }
}

/** What an OutBuffer needs; `onOverflow` is told when the peer reads too slowly for `maxPendingBytes`. */
export interface OutBufferOptions {
  readonly socket: Socket
  readonly pool: ChunkPool
  readonly queue: FlushQueue
  readonly maxPendingBytes: number
  readonly onOverflow: () => void
}

/**
 * Gathers what goes out to one connection and writes it in few large pieces. While the socket is full, small writes
 * gather here too, so that what waits for a slow reader costs its own bytes and no more.
 */
export class OutBuffer implements Flushable {
  readonly #options: OutBufferOptions
  #chunk: Buffer | undefined
  #used = 0
  #queued = false
  #congested = false

  constructor(options: OutBufferOptions) {
    this.#options = options
    options.socket.on('drain', () => this.#onDrain())
  }

  /** Whether so much waits that whoever causes it should pause. */
  get isCongested(): boolean {
    return this.#congested
  }

  /** Bytes that have not been handed to the system yet. */
  get pendingBytes(): number {
    return this.#options.socket.writableLength + this.#used
  }

  /** Adds a latin1 string. */
  writeText(text: string): void {
    const chunk = this.#reserve(text.length)
    this.#used += writeLatin1(chunk, text, this.#used)
    this.#enqueue()
  }

  /** Adds the first line of a message, bytes [start, end), and the line end after them. */
  writeMessage(head: string, bytes: Buffer, start: number, end: number): void {
    const chunk = this.#reserve(head.length + (end - start) + 2)
    let at = this.#used + writeLatin1(chunk, head, this.#used)
    at += bytes.copy(chunk, at, start, end)
    chunk[at] = CR
    chunk[at + 1] = LF
    this.#used = at + 2
    this.#enqueue()
  }

  /** Writes what has gathered, unless the socket is full. */
  flush(): void {
    this.#queued = false
    if (!this.#options.socket.writableNeedDrain) this.flushNow()
  }

  /** Writes what has gathered even where the socket is full. */
  flushNow(): void {
    const { socket, pool, maxPendingBytes, onOverflow } = this.#options
    const chunk = this.#chunk
    if (!chunk || this.#used === 0) return
    const used = this.#used
    this.#chunk = undefined
    this.#used = 0
    if (socket.destroyed || socket.writableEnded) return pool.give(chunk)
    if (used < COPY_BELOW_BYTES) {
      socket.write(Buffer.from(chunk.subarray(0, used)))
      pool.give(chunk)
    } else {
      // After a failed write the system may still be reading the chunk: it is not used again.
      socket.write(chunk.subarray(0, used), (failure) => failure ?? pool.give(chunk))
    }
    this.#congested = socket.writableLength > maxPendingBytes * CONGESTED_SHARE
    if (socket.writableLength > maxPendingBytes) onOverflow()
  }

  #onDrain(): void {
    this.#congested = false
    this.flush()
  }

  #reserve(bytes: number): Buffer {
    if (this.#chunk && this.#used + bytes <= this.#chunk.length) return this.#chunk
    this.flushNow()
    this.#used = 0
    this.#chunk = bytes > CHUNK_BYTES ? Buffer.allocUnsafeSlow(bytes) : this.#options.pool.take()
    return this.#chunk
  }

  #enqueue(): void {
    if (this.#queued) return
    this.#queued = true
    this.#options.queue.add(this)
  }
}
