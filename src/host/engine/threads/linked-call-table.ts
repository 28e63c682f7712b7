import type { CallFailure } from '../../http-exchange.js'
import type { LinkNames } from '../guest-pool.js'
import type { ByteSink, ByteSource, LinkedCall, LinkedFunctionCall } from '../wasi/guest-host.js'
import { ArrivingBytes } from './arriving-bytes.js'
import { bodyWindow, progressStep } from './flow.js'
import type { Mailbox } from './mailbox.js'
import { fromChunk, splitLines, toChunk, type Chunk } from './message-parts.js'
import type { ColocationOffer, LinkedAnswers } from './to-thread.js'

const noPaths: readonly string[] = []

/** The calls that the guest of a thread makes over links, in the guest thread. */
export class LinkedCallTable implements LinkedAnswers {
  readonly #mailbox: Mailbox
  readonly #open = new Map<number, OpenCall>()
  readonly #names = new Map<number, LinkNames>()
  readonly #offers = new Map<number, ColocationOffer | undefined>()
  #lastId = 0

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox
  }

  /** Sends a call on its way; it is not flushed yet. `caller` is the number of the call that the guest is in. */
  start(call: LinkedFunctionCall, caller: number): OpenCall {
    this.#lastId += 1
    const { asyncParams = noPaths, asyncResults = noPaths } = call
    const params = toChunk(call.params)
    const open = new OpenCall(this.#lastId, { asyncParams, asyncResults }, this.#mailbox)
    this.#open.set(open.id, open)
    const { key, linkName, instance } = call
    const rest = { params, asyncParams, asyncResults, isVoid: call.isVoid ?? false }
    this.#mailbox.outgoing.onLinkedCall(open.id, {
      ...{ caller, key, linkName, instance, function: call.function },
      ...rest,
    })
    return open
  }

  /** Asks for the names of links; the answer is there once takeNames() returns it. */
  askNames(key: string): number {
    this.#lastId += 1
    this.#mailbox.outgoing.onLinkNamesQuestion(this.#lastId, key)
    return this.#lastId
  }

  takeNames(id: number): LinkNames | undefined {
    const names = this.#names.get(id)
    this.#names.delete(id)
    return names
  }

  /** Asks for a component that may run in this thread; the answer is there once hasOffer() says so. */
  askColocation(key: string, linkName: string, known: readonly number[]): number {
    this.#lastId += 1
    this.#mailbox.outgoing.onColocationQuestion(this.#lastId, key, linkName, known)
    return this.#lastId
  }

  hasOffer(id: number): boolean {
    return this.#offers.has(id)
  }

  takeOffer(id: number): ColocationOffer | undefined {
    const offer = this.#offers.get(id)
    this.#offers.delete(id)
    return offer
  }

  /** The guest's call is over: what it has left open is cancelled. */
  closeAll(): void {
    this.#names.clear()
    this.#offers.clear()
    if (this.#open.size === 0) return
    for (const call of this.#open.values()) call.cancel()
    this.#open.clear()
  }

  onLinkedResults(id: number, results: Chunk): void {
    const call = this.#open.get(id)
    call?.answer(fromChunk(results))
    if (call?.isUnary) this.#open.delete(id)
  }

  onLinkedData(id: number, path: string, chunk: Chunk): void {
    this.#open.get(id)?.sourceOf(path)?.receive(chunk)
  }

  onLinkedDataEnd(id: number, path: string): void {
    this.#open.get(id)?.sourceOf(path)?.finish()
  }

  onLinkedTaken(id: number, path: string, bytes: number): void {
    this.#open.get(id)?.sinkOf(path)?.onTaken(bytes)
  }

  onLinkedEnd(id: number): void {
    this.#open.get(id)?.end()
    this.#open.delete(id)
  }

  onLinkedFailure(id: number, failure: CallFailure): void {
    this.#open.get(id)?.fail(failure)
    this.#open.delete(id)
  }

  onLinkNames(id: number, names: string): void {
    this.#names.set(id, { names: splitLines(names) })
  }

  onColocation(id: number, offer: ColocationOffer | undefined): void {
    this.#offers.set(id, offer)
  }
}

/** Which parameters and results of a call are asynchronous. */
interface AsyncPaths {
  readonly asyncParams: readonly string[]
  readonly asyncResults: readonly string[]
}

/** A call over a link as its guest has it. */
export class OpenCall implements LinkedCall {
  readonly id: number
  readonly isUnary: boolean
  state: 'running' | 'answered' | 'failed' = 'running'
  failure: CallFailure | undefined
  results: Uint8Array | undefined
  readonly #mailbox: Mailbox
  readonly #sources = new Map<string, ArrivingBytes>()
  readonly #sinks = new Map<string, LeavingBytes>()
  #isOver = false

  constructor(id: number, { asyncParams, asyncResults }: AsyncPaths, mailbox: Mailbox) {
    this.id = id
    this.#mailbox = mailbox
    this.isUnary = asyncParams.length === 0 && asyncResults.length === 0
    for (const path of asyncParams) this.#sinks.set(path, new LeavingBytes(id, path, mailbox))
    for (const path of asyncResults) this.#sources.set(path, this.#createSource(path))
  }

  source(path: string): ByteSource {
    return this.#sources.get(path) ?? throwNoPath(path)
  }

  sink(path: string): ByteSink {
    return this.#sinks.get(path) ?? throwNoPath(path)
  }

  sourceOf(path: string): ArrivingBytes | undefined {
    return this.#sources.get(path)
  }

  sinkOf(path: string): LeavingBytes | undefined {
    return this.#sinks.get(path)
  }

  answer(results: Uint8Array): void {
    this.results = results
    this.state = 'answered'
    if (this.isUnary) this.#isOver = true
  }

  end(): void {
    this.#isOver = true
    for (const source of this.#sources.values()) source.finish()
    for (const sink of this.#sinks.values()) sink.close()
  }

  /** A failure after the results breaks off what was still to come. */
  fail(failure: CallFailure): void {
    this.#isOver = true
    this.failure = failure
    if (this.state === 'running') this.state = 'failed'
    this.#breakOff()
  }

  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (this.state === 'running') this.state = 'failed'
    this.failure ??= { kind: 'cancelled', message: 'The call was cancelled' }
    this.#breakOff()
    this.#mailbox.outgoing.onLinkedCancel(this.id)
    this.#mailbox.flushSoon()
  }

  #breakOff(): void {
    for (const source of this.#sources.values()) source.fail()
    for (const sink of this.#sinks.values()) sink.close()
  }

  #createSource(path: string): ArrivingBytes {
    return new ArrivingBytes(true, (bytes) => {
      if (this.#isOver) return
      this.#mailbox.outgoing.onLinkedConsumed(this.id, path, bytes)
      this.#mailbox.flush()
    })
  }
}

/** The bytes of an asynchronous parameter on their way to the main thread. */
class LeavingBytes implements ByteSink {
  isClosed = false
  readonly #call: number
  readonly #path: string
  readonly #mailbox: Mailbox
  #onTheWay = 0

  constructor(call: number, path: string, mailbox: Mailbox) {
    this.#call = call
    this.#path = path
    this.#mailbox = mailbox
  }

  room(): number {
    const left = bodyWindow - this.#onTheWay
    return left < 4096 ? 0 : Math.min(left, progressStep)
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed || bytes.length === 0) return
    this.#onTheWay += bytes.length
    this.#mailbox.outgoing.onLinkedWrite(this.#call, this.#path, toChunk(bytes))
  }

  flush(): void {
    this.#mailbox.flushSoon()
  }

  end(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#mailbox.outgoing.onLinkedWriteEnd(this.#call, this.#path)
    this.#mailbox.flushSoon()
  }

  onTaken(bytes: number): void {
    this.#onTheWay -= bytes
  }

  /** The call is over. */
  close(): void {
    this.isClosed = true
  }
}

function throwNoPath(path: string): never {
  throw new Error(`the call has no asynchronous value at ${path}`)
}
