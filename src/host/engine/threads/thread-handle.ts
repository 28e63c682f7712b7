import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { messageOf } from '../../../core/errors.js'
import type { CallFailure } from '../../http-exchange.js'
import type { GuestLogLine, InstancePolicy, LinkedCalls, Preopen, SecretValue } from '../guest-pool.js'
import type { PreparedGuest } from '../prepared-guest.js'
import type { GuestThreadData } from './guest-thread.js'
import { logCost } from './mailbox.js'
import { FunctionPoolCall } from './function-pool-call.js'
import { HttpPoolCall } from './http-pool-call.js'
import { LinkedCallDesk } from './linked-call-desk.js'
import type { Batch, Chunk } from './message-parts.js'
import type { CallCarrier, PooledCall } from './pooled-call.js'
import {
  createSharedWords,
  isClaimed,
  maxCallNumber,
  offerCall,
  ringBell,
  slotCount,
  withdrawCall,
  Word,
} from './shared-words.js'
import { deliverToPool, type PoolReceiver } from './to-pool.js'
import { ThreadBatch } from './to-thread.js'

/** What a thread needs to start. */
export interface ThreadHandleOptions {
  readonly componentId: string
  readonly prepared: PreparedGuest
  readonly instancePolicy: InstancePolicy
  readonly config: () => Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, SecretValue>> | undefined
  readonly preopens?: readonly Preopen[] | undefined
  readonly linked: LinkedCalls
  readonly changes: Int32Array | undefined
  readonly deadlineMs: () => number
  readonly events: ThreadEvents
}

/** What the pool is told of its threads. */
export interface ThreadEvents {
  onReady(thread: ThreadHandle): void
  onStartFailed(thread: ThreadHandle, message: string, stack: string): void
  /** The thread has done with the answer of a call, so it may be given another one. */
  onAnswered(thread: ThreadHandle): void
  /** A call failed; or, where `isLate`, the guest failed after it had answered. */
  onFailure(failure: CallFailure, stack: string, isLate: boolean): void
  onLog(line: GuestLogLine): void
  /** The thread ended by itself, which it never should. */
  onCrash(thread: ThreadHandle, reason: string, wasReady: boolean): void
}

/** JavaScript heap of a guest thread: what its guest can make the host allocate (handles, headers, messages). */
const resourceLimits = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 }

/** The main thread's end of one guest thread: its worker, the calls that it was given, and the messages to it. */
export class ThreadHandle implements CallCarrier, PoolReceiver {
  state: 'starting' | 'ready' | 'ended' = 'starting'
  /** No further calls: it ends when it has done what it has. */
  isRetiring = false
  /** Its running call has lasted so long that no other one should wait behind it. */
  isSlow = false
  /** When its first call became the first one, or when it became idle. */
  since = performance.now()
  readonly #options: ThreadHandleOptions
  readonly #events: ThreadEvents
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #words = createSharedWords()
  readonly #outgoing = new ThreadBatch()
  readonly linked: LinkedCallDesk
  readonly #byNumber = new Map<number, PooledCall>()
  /** Calls that have not returned, in the order in which the thread takes them. */
  readonly #assigned: PooledCall[] = []
  readonly #freeSlots = Array.from({ length: slotCount }, (_, slot) => slot)
  #lastNumber = 0
  #isFlushDue = false
  #sentConfig: Readonly<Record<string, string>>
  #crashReason = 'its thread ended'

  constructor(options: ThreadHandleOptions) {
    this.#options = options
    this.#events = options.events
    this.linked = new LinkedCallDesk({
      linked: options.linked,
      deadlineMs: options.deadlineMs,
      outgoing: this.#outgoing,
      deadlineAt: () => this.deadlineAt,
      flush: () => this.#flush(),
      flushSoon: () => this.#flushSoon(),
    })
    this.#sentConfig = options.config()
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    const data: GuestThreadData = {
      componentId: options.componentId,
      prepared: options.prepared,
      instancePolicy: options.instancePolicy,
      config: this.#sentConfig,
      secrets: options.secrets ?? {},
      preopens: options.preopens ?? [],
      words: this.#words,
      changes: options.changes,
      port: port2,
    }
    this.#worker = new Worker(new URL('./guest-main.js', import.meta.url), {
      name: `guest ${options.componentId}`,
      workerData: data,
      transferList: [port2],
      resourceLimits,
      env: {},
      execArgv: [],
    })
    this.#worker.on('error', (cause) => (this.#crashReason = messageOf(cause)))
    this.#worker.on('exit', () => this.#onExit())
    this.#port.on('message', (batch: Batch) => this.#receive(batch))
  }

  /** Calls that have not returned; 0 means idle. */
  get load(): number {
    this.settle()
    return this.#assigned.length
  }

  /** Whether it can be given a call: up to `slotCount` at a time. */
  get isAccepting(): boolean {
    return this.state === 'ready' && !this.isRetiring && this.#freeSlots.length > 0
  }

  /** How long one more call would have to wait here, in microseconds, going by those of late. */
  get expectedWaitMicros(): number {
    return this.load * Atomics.load(this.#words, Word.callMicros)
  }

  /** Whether its guest waits for something in the middle of a call: it takes no processor, then. */
  get isBlocked(): boolean {
    const call = this.#assigned[0]
    // A thread that has not woken up yet, or has not been told, waits as well, but not for long.
    return call !== undefined && Atomics.load(this.#words, Word.waits) === 1 && this.isClaimed(call)
  }

  /** The call that the thread runs, or is about to. */
  get current(): PooledCall | undefined {
    this.settle()
    return this.#assigned[0]
  }

  /** When the call that the thread runs has to have ended. */
  get deadlineAt(): number {
    return Math.min(this.since + this.#options.deadlineMs(), this.#assigned[0]?.deadlineAt ?? Infinity)
  }

  /** Gives a call to the thread; it starts when those before it have returned. */
  assign(call: PooledCall): void {
    if (this.#assigned.length === 0) this.since = performance.now()
    call.number = ++this.#lastNumber
    if (call.number >= maxCallNumber) this.isRetiring = true
    call.slot = this.#freeSlots.pop() ?? 0
    this.#byNumber.set(call.number, call)
    this.#assigned.push(call)
    this.#sendConfig()
    offerCall(this.#words, call.slot, call.number)
    call.announce(this.#outgoing)
    call.assign(this)
    if (call.isUrgent) this.#flush()
    else this.#flushSoon()
  }

  /** Whether the call was given to this thread and has not left it. */
  carries(call: PooledCall): boolean {
    return this.#byNumber.get(call.number) === call
  }

  /** Takes back a call that the thread has not started. */
  withdraw(call: PooledCall): boolean {
    if (call.slot < 0 || !withdrawCall(this.#words, call.slot, call.number)) return false
    this.#assigned.splice(this.#assigned.indexOf(call), 1)
    this.#forget(call)
    call.withdraw()
    return true
  }

  /** Takes back every call that the thread has not started, in order. */
  withdrawAll(): PooledCall[] {
    return [...this.#assigned].filter((call) => this.withdraw(call))
  }

  /** The calls that have no complete answer; for when the thread has ended. */
  get unanswered(): PooledCall[] {
    return [...this.#byNumber.values()].filter((call) => !call.isAnswered)
  }

  /** Drops the calls that have returned from the list. */
  settle(): void {
    const returned = Atomics.load(this.#words, Word.returned)
    for (let first = this.#assigned[0]; first && first.number <= returned; first = this.#assigned[0]) {
      this.#assigned.shift()
      this.since = performance.now()
      this.isSlow = false
      if (first.isAnswered) this.#forget(first)
    }
  }

  sendCancel(call: PooledCall): void {
    this.#outgoing.onCancel(call.number)
    this.#flushSoon()
  }

  /** Asks the guest to end its call; it can where it waits, not where it computes. */
  sendAbort(call: PooledCall, { kind, message }: CallFailure): void {
    this.#outgoing.onAbort(call.number, kind, message)
    this.#flushSoon()
  }

  isClaimed(call: PooledCall): boolean {
    return isClaimed(this.#words, call.slot, call.number)
  }

  hasReturned(call: PooledCall): boolean {
    return this.state === 'ended' || Atomics.load(this.#words, Word.returned) >= call.number
  }

  sendChunk(call: PooledCall, chunk: Chunk, once: boolean): void {
    this.#outgoing.onChunk(call.number, chunk, once)
    this.#flushSoon()
  }

  sendEnd(call: PooledCall, trailers: string): void {
    this.#outgoing.onEnd(call.number, trailers)
    this.#flushSoon()
  }

  addTaken(call: PooledCall, bytes: number): void {
    if (call.slot < 0) return
    Atomics.add(this.#words, Word.taken + call.slot, bytes)
    ringBell(this.#words)
  }

  /** Ends the thread at once, whatever it runs. What it had sent is taken in first. */
  async terminate(): Promise<void> {
    if (this.state !== 'ended') {
      this.#drainPort()
      this.state = 'ended'
    }
    this.linked.cancelAll()
    await this.#worker.terminate()
    this.#countOffColocated()
    this.#port.close()
  }

  onReady(): void {
    this.state = 'ready'
    this.#events.onReady(this)
  }

  onStartFailed(message: string, stack: string): void {
    this.#events.onStartFailed(this, message, stack)
  }

  onHead(number: number, status: number, headers: string): void {
    this.#httpCall(number)?.answerHead(status, headers)
  }

  onChunk(number: number, chunk: Chunk): void {
    this.#httpCall(number)?.answerChunk(chunk)
  }

  onEnd(number: number, trailers: string): void {
    const call = this.#httpCall(number)
    if (call === undefined) return
    call.answerEnd(trailers)
    this.#onAnswered(call)
  }

  onResults(number: number, results: Chunk): void {
    const call = this.#byNumber.get(number)
    if (!(call instanceof FunctionPoolCall)) return
    call.answer(results)
    this.#onAnswered(call)
  }

  onFailure(number: number, failure: CallFailure, stack: string): void {
    const call = this.#byNumber.get(number)
    this.#events.onFailure(failure, stack, call?.isAnswered ?? true)
    if (call === undefined) return
    call.fail(failure)
    this.#onAnswered(call)
  }

  onConsumed(number: number, bytes: number): void {
    this.#httpCall(number)?.addRead(bytes)
  }

  onLog(line: GuestLogLine, componentId: string): void {
    Atomics.add(this.#words, Word.logTaken, logCost(line))
    if (componentId === '') this.#events.onLog(line)
    else this.#options.linked.logAs?.(componentId, line)
  }

  #httpCall(number: number): HttpPoolCall | undefined {
    const call = this.#byNumber.get(number)
    return call instanceof HttpPoolCall ? call : undefined
  }

  #onAnswered(call: PooledCall): void {
    this.#freeSlot(call)
    this.settle()
    if (this.hasReturned(call)) this.#byNumber.delete(call.number)
    this.#events.onAnswered(this)
  }

  #forget(call: PooledCall): void {
    this.#byNumber.delete(call.number)
    this.#freeSlot(call)
  }

  #freeSlot(call: PooledCall): void {
    if (call.slot < 0) return
    this.#freeSlots.push(call.slot)
    call.slot = -1
  }

  #sendConfig(): void {
    const config = this.#options.config()
    if (config === this.#sentConfig || isSameConfig(config, this.#sentConfig)) return
    this.#sentConfig = config
    this.#outgoing.onConfig(config)
  }

  /** One message for all that is sent until the event loop has looked at every socket once. */
  #flushSoon(): void {
    if (this.#isFlushDue) return
    this.#isFlushDue = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#isFlushDue = false
    if (this.#outgoing.isEmpty || this.state === 'ended') return
    const { batch, transfers } = this.#outgoing.take()
    this.#port.postMessage(batch, transfers)
    ringBell(this.#words)
  }

  /** One event may stand for many messages: the rest is read without further events. */
  #receive(batch: Batch): void {
    if (this.state === 'ended') return
    deliverToPool(batch, this)
    this.#drainPort()
  }

  #drainPort(): void {
    while (this.state !== 'ended') {
      const received = receiveMessageOnPort(this.#port) as { readonly message: Batch } | undefined
      if (received === undefined) return
      deliverToPool(received.message, this)
    }
  }

  #onExit(): void {
    if (this.#isEnded()) return
    const wasReady = this.state === 'ready'
    this.#drainPort()
    // Its last words may have been that it could not start, which ended it.
    if (this.#isEnded()) return
    this.state = 'ended'
    this.linked.cancelAll()
    this.#countOffColocated()
    this.#port.close()
    this.#events.onCrash(this, this.#crashReason, wasReady)
  }

  #countOffColocated(): void {
    const token = Atomics.exchange(this.#words, Word.colocated, 0)
    if (token !== 0) this.linked.countOff(token)
  }

  #isEnded(): boolean {
    return this.state === 'ended'
  }
}

function isSameConfig(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
}
