import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import type { GuestLogLine } from '../guest-pool.js'
import type { Batch } from './message-parts.js'
import { PoolBatch } from './to-pool.js'
import { deliverToThread, type ThreadReceiver } from './to-thread.js'
import { Word } from './shared-words.js'

/** A flush that the guest asked for may wait this long for what follows it. */
const flushPatienceMs = 1
/** A burst of log lines goes out this often. */
const logIntervalMs = 2
/** Log text on its way to the main thread; further lines are counted and dropped. */
const maxLogOnItsWay = 1024 * 1024
const maxLogMessage = 64 * 1024

/**
 * The guest thread's end of the messages: blocking, without an event loop, because a guest cannot be left while it runs.
 *
 * What the guest flushes is held back for a moment, so that a whole short answer is one message. A guest that turns out
 * to compute between a flush and its next call of the host is flushed at once from then on.
 */
export class Mailbox {
  readonly outgoing = new PoolBatch()
  readonly #port: MessagePort
  readonly #words: Int32Array
  readonly #receiver: ThreadReceiver
  #heardBell = 0
  #flushDueSince = 0
  #isEager = false
  #lastLogFlush = 0
  #logSent = 0
  #logDropped = 0

  constructor(port: MessagePort, words: Int32Array, receiver: ThreadReceiver) {
    this.#port = port
    this.#words = words
    this.#receiver = receiver
  }

  /** Sends what was collected. */
  flush(): void {
    this.#flushDueSince = 0
    if (this.outgoing.isEmpty) return
    const { batch, transfers } = this.outgoing.take()
    this.#port.postMessage(batch, transfers)
  }

  /** Sends what was collected now or in a moment. */
  flushSoon(): void {
    if (this.#isEager) this.flush()
    else if (this.#flushDueSince === 0) this.#flushDueSince = performance.now()
  }

  /** Takes in what has arrived. */
  pump(): void {
    if (this.#flushDueSince !== 0 && performance.now() - this.#flushDueSince > flushPatienceMs) {
      this.#isEager = true
      this.flush()
    }
    const bell = Atomics.load(this.#words, Word.bell)
    if (bell === this.#heardBell) return
    this.#heardBell = bell
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { readonly message: Batch } | undefined
      if (received === undefined) return
      deliverToThread(received.message, this.#receiver)
    }
  }

  /** Sends what was collected, and waits until something has arrived, at most `timeoutMs`. */
  wait(timeoutMs: number): void {
    this.flush()
    Atomics.store(this.#words, Word.waits, 1)
    Atomics.wait(this.#words, Word.bell, this.#heardBell, timeoutMs)
    Atomics.store(this.#words, Word.waits, 0)
    this.pump()
  }

  /** Sends a log line, soon; drops it where the main thread does not keep up. */
  log(line: GuestLogLine, componentId = ''): void {
    const taken = Atomics.load(this.#words, Word.logTaken)
    if (((this.#logSent - taken) | 0) > maxLogOnItsWay) {
      this.#logDropped++
      return
    }
    if (this.#logDropped > 0) this.#tellOfDropped()
    this.#sendLog(line, componentId)
    const now = performance.now()
    if (now - this.#lastLogFlush < logIntervalMs) return
    this.#lastLogFlush = now
    this.flush()
  }

  #tellOfDropped(): void {
    const message = `${this.#logDropped} log lines were dropped: the component writes them faster than they can be read`
    this.#logDropped = 0
    this.#sendLog({ stream: 'logging', level: 'warn', context: 'washi', message })
  }

  #sendLog(line: GuestLogLine, componentId = ''): void {
    const isLong = line.message.length > maxLogMessage
    const sent = isLong ? { ...line, message: `${line.message.slice(0, maxLogMessage)}…` } : line
    this.#logSent = (this.#logSent + logCost(sent)) | 0
    this.outgoing.onLog(sent, componentId)
  }
}

/** What a line counts for in `Word.logTaken`; the same on both sides. */
export function logCost({ context, message }: GuestLogLine): number {
  return context.length + message.length + 64
}
