import type { CallFailure } from '../../http-exchange.js'
import type { RpcAnswerSink, RpcCall } from '../../rpc-exchange.js'
import type { Colocation, LinkedCalls } from '../guest-pool.js'
import { bodyWindow } from './flow.js'
import { fromChunk, joinLines, toChunk, type Chunk } from './message-parts.js'
import type { LinkedCallStart, LinkedQuestions } from './to-pool.js'
import type { ColocationOffer, ThreadBatch } from './to-thread.js'

/** What a desk works with. */
export interface DeskOptions {
  readonly linked: LinkedCalls
  /** Execution time of the caller's calls. */
  readonly deadlineMs: () => number
  /** When the time of the call that the guest is in is over. */
  readonly deadlineAt: () => number
  /** What goes to the guest thread. */
  readonly outgoing: ThreadBatch
  /** Sends what was collected at once: a guest is waiting. */
  readonly flush: () => void
  /** Sends what was collected, soon. */
  readonly flushSoon: () => void
}

/** The calls that the guest of a thread makes over links, in the main thread: between the guest and the targets. */
export class LinkedCallDesk implements LinkedQuestions {
  readonly #options: DeskOptions
  readonly #open = new Map<number, DeskCall>()
  /** By token, the counts of the components that the thread may run itself. */
  readonly #counts = new Map<number, Int32Array>()

  constructor(options: DeskOptions) {
    this.#options = options
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#open.size
  }

  onLinkedCall(id: number, start: LinkedCallStart): void {
    const onOver = (): void => void this.#open.delete(id)
    const call = new DeskCall({ id, start, onOver, desk: this.#options })
    this.#open.set(id, call)
    call.begin()
  }

  onLinkedWrite(id: number, path: string, chunk: Chunk): void {
    this.#open.get(id)?.write(path, chunk)
  }

  onLinkedWriteEnd(id: number, path: string): void {
    this.#open.get(id)?.endWrite(path)
  }

  onLinkedConsumed(id: number, path: string, bytes: number): void {
    this.#open.get(id)?.onConsumed(path, bytes)
  }

  onLinkedCancel(id: number): void {
    const call = this.#open.get(id)
    this.#open.delete(id)
    call?.cancel()
  }

  onLinkNamesQuestion(id: number, key: string): void {
    const { linked, outgoing, flush } = this.#options
    outgoing.onLinkNames(id, joinLines(linked.linkNames(key).names))
    flush()
  }

  onColocationQuestion(id: number, key: string, linkName: string, known: readonly number[]): void {
    const { linked, outgoing, flush, deadlineMs } = this.#options
    const found = linked.colocate?.(key, linkName)
    // Only the caller's own deadline can end what runs in its thread.
    const offer = found && found.deadlineMs >= deadlineMs() ? found : undefined
    if (offer) this.#counts.set(offer.token, offer.running)
    outgoing.onColocation(id, offer && (known.includes(offer.token) ? withoutCode(offer) : offer))
    flush()
  }

  /** The thread has ended in the middle of a call of the component with that token, which counts no longer. */
  countOff(token: number): void {
    const running = this.#counts.get(token)
    if (running) Atomics.sub(running, 0, 1)
  }

  /** What the guest waits for at its targets, oldest first, as `"ping" of test:pingpong/pingpong@0.1.0`. */
  describeOpen(): readonly string[] {
    return [...this.#open.values()].map((call) => call.describe())
  }

  /** The thread is gone: the targets hear of it. */
  cancelAll(): void {
    const open = [...this.#open.values()]
    this.#open.clear()
    for (const call of open) call.cancel()
  }
}

function withoutCode({ prepared: _prepared, ...offer }: Colocation): ColocationOffer {
  return offer
}

interface DeskCallOptions {
  readonly id: number
  readonly start: LinkedCallStart
  readonly onOver: () => void
  readonly desk: DeskOptions
}

class DeskCall implements RpcAnswerSink {
  readonly #options: DeskCallOptions
  readonly #isUnary: boolean
  #call: RpcCall | undefined
  #isOver = false
  /** Bytes of results that the guest has not taken, by path; made for calls that have some. */
  #untaken: Map<string, number> | undefined
  readonly #paused = new Set<string>()
  /** Bytes of parameters that the target has not made room for, by path. */
  readonly #held = new Map<string, number>()

  constructor(options: DeskCallOptions) {
    this.#options = options
    const { asyncParams, asyncResults } = options.start
    this.#isUnary = asyncParams.length === 0 && asyncResults.length === 0
  }

  begin(): void {
    const { start, desk } = this.#options
    const { key, linkName, instance, asyncParams, asyncResults, isVoid } = start
    const request = { key, linkName, instance, function: start.function, asyncParams, asyncResults, isVoid }
    const rest = { params: fromChunk(start.params), deadlineAt: desk.deadlineAt() }
    this.#call = desk.linked.invoke({ ...request, ...rest }, this)
  }

  describe(): string {
    const { instance, function: name } = this.#options.start
    return instance === '' ? `"${name}"` : `"${name}" of ${instance}`
  }

  write(path: string, chunk: Chunk): void {
    const bytes = fromChunk(chunk)
    const { length } = bytes
    if (this.#call?.write(path, bytes) === false) {
      this.#held.set(path, (this.#held.get(path) ?? 0) + length)
      return
    }
    this.#tellTaken(path, length)
  }

  endWrite(path: string): void {
    this.#call?.end(path)
  }

  onConsumed(path: string, bytes: number): void {
    const left = (this.#untaken?.get(path) ?? 0) - bytes
    this.#untaken?.set(path, left)
    if (left > bodyWindow / 2 || !this.#paused.delete(path)) return
    this.#call?.resume(path)
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#call?.cancel()
  }

  onResult(results: Uint8Array): void {
    if (this.#isOver) return
    const { id, desk } = this.#options
    desk.outgoing.onLinkedResults(id, toChunk(results))
    // The end of a call without streams follows at once, and sends both.
    if (!this.#isUnary) desk.flush()
  }

  onData(path: string, bytes: Uint8Array): boolean {
    if (this.#isOver) return true
    const { id, desk } = this.#options
    this.#untaken ??= new Map()
    const untaken = (this.#untaken.get(path) ?? 0) + bytes.length
    this.#untaken.set(path, untaken)
    desk.outgoing.onLinkedData(id, path, toChunk(bytes.slice()))
    desk.flushSoon()
    if (untaken < bodyWindow) return true
    this.#paused.add(path)
    return false
  }

  onDataEnd(path: string): void {
    if (this.#isOver) return
    const { id, desk } = this.#options
    desk.outgoing.onLinkedDataEnd(id, path)
    desk.flushSoon()
  }

  onEnd(): void {
    this.#finish(({ outgoing }, id) => {
      if (!this.#isUnary) outgoing.onLinkedEnd(id)
    })
  }

  onFailure(failure: CallFailure): void {
    this.#finish(({ outgoing }, id) => outgoing.onLinkedFailure(id, failure))
  }

  onDrain(path: string): void {
    const held = this.#held.get(path) ?? 0
    this.#held.delete(path)
    if (held > 0) this.#tellTaken(path, held)
  }

  #finish(tell: (desk: DeskOptions, id: number) => void): void {
    if (this.#isOver) return
    this.#isOver = true
    const { id, desk, onOver } = this.#options
    onOver()
    tell(desk, id)
    desk.flush()
  }

  #tellTaken(path: string, bytes: number): void {
    if (this.#isOver) return
    const { id, desk } = this.#options
    desk.outgoing.onLinkedTaken(id, path, bytes)
    desk.flushSoon()
  }
}
