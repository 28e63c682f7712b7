import type { LatticeConnection } from '../../lattice/connection.js'
import { jsonOf } from '../../lattice/message.js'
import { spyLeaseMs, spyRequestSchema, type SpyMessageInput } from '../../lattice/spy/messages.js'
import type { CallFailure, HttpTarget } from '../http-exchange.js'
import type { RpcAnswerSink, RpcCall, RpcRequest, RpcTarget } from '../rpc-exchange.js'
import { createHttpOverRpc } from './http-over-rpc.js'

/** What a tap works with. */
export interface CallTapOptions {
  readonly connection: LatticeConnection
  readonly hostId: string
  /** Ids of what answers calls through wrap() now. */
  readonly ids: () => readonly string[]
  readonly now: () => number
  /** Told when the first spy comes and when the last one has gone. */
  readonly onToggle: () => void
}

interface Spy {
  readonly inbox: string
  /** Only calls from or to that id. */
  readonly id: string | undefined
  readonly timer: NodeJS.Timeout
}

/** Where a call goes, and its spies. */
interface Tapped {
  readonly tap: CallTap
  readonly call: string
  readonly spies: readonly Spy[]
}

/**
 * Tells spies of the calls that components and providers of this host answer, wherever they come from: those that stay on
 * the host are on no bus. While nobody spies, a call costs one comparison more.
 */
export class CallTap {
  readonly #options: CallTapOptions
  readonly #spies = new Map<string, Spy>()
  #calls = 0

  constructor(options: CallTapOptions) {
    this.#options = options
  }

  /** Whether somebody spies: then no call may take a way that does not lead through here. */
  get isOn(): boolean {
    return this.#spies.size > 0
  }

  /** Listens for spies until the signal. */
  start(signal: AbortSignal): void {
    const { connection } = this.#options
    const listening = connection.listen(connection.subjects.spy, (message) => {
      if (message.reply !== '') this.#onRequest(message.reply, jsonOf(message))
    })
    signal.addEventListener(
      'abort',
      () => {
        listening.end()
        for (const spy of [...this.#spies.values()]) this.#forget(spy)
      },
      { once: true },
    )
  }

  /** The target of that id, with the calls that it is asked for told to spies. */
  wrap<Target extends RpcTarget>(id: string, target: Target): Target
  wrap(id: string, target: RpcTarget & Partial<HttpTarget>): RpcTarget & Partial<HttpTarget> {
    const invoke = (request: RpcRequest, sink: RpcAnswerSink): RpcCall => {
      const spies = this.isOn ? this.#spiesOf(request.sourceId, id) : []
      return spies.length === 0
        ? target.invoke(request, sink)
        : this.#copy({ id, target, spies }, request, sink)
    }
    if (!target.handleHttp) return { invoke }
    return {
      invoke,
      handleHttp: (head, hasBody, sink, sourceId = '') => {
        if (this.isOn && this.#spiesOf(sourceId, id).length > 0)
          return createHttpOverRpc({ invoke }, { sourceId, linkName: 'default' }).handleHttp(
            head,
            hasBody,
            sink,
          )
        return (target as HttpTarget).handleHttp(head, hasBody, sink, sourceId)
      },
    }
  }

  /** Sends a copy; one that is too long for a message goes without its bytes. */
  tell(spies: readonly Pick<Spy, 'inbox'>[], message: SpyMessageInput): void {
    const { connection } = this.#options
    const fits = JSON.stringify(message)
    const text = fits.length < connection.maxPayload ? fits : JSON.stringify(withoutBytes(message))
    try {
      for (const { inbox } of spies) connection.publish(inbox, text)
    } catch {
      // The connection has closed: nobody is there to be told.
    }
  }

  /** What every message says. */
  get stamp(): { readonly host: string; readonly time: number } {
    return { host: this.#options.hostId, time: this.#options.now() }
  }

  #copy(
    {
      id,
      target,
      spies,
    }: { readonly id: string; readonly target: RpcTarget; readonly spies: readonly Spy[] },
    request: RpcRequest,
    sink: RpcAnswerSink,
  ): RpcCall {
    this.#calls += 1
    const call = String(this.#calls)
    const { sourceId, linkName, instance, function: name, params } = request
    const about = { source: sourceId, target: id, link: linkName, interface: instance, function: name }
    const bytes = { params: toBase64(params), size: params.length }
    this.tell(spies, { kind: 'call', call, ...this.stamp, ...about, ...bytes })
    const copying = new CopyingSink(sink, { tap: this, call, spies })
    return copying.follow(target.invoke(request, copying))
  }

  #spiesOf(source: string, target: string): readonly Spy[] {
    return [...this.#spies.values()].filter(({ id }) => id === undefined || id === source || id === target)
  }

  #onRequest(inbox: string, json: unknown): void {
    const request = spyRequestSchema.safeParse(json)
    const known = this.#spies.get(inbox)
    if (!request.success || request.data.ends === true) return this.#forget(known)
    if (request.data.isProbe === true) return this.#welcome(inbox)
    clearTimeout(known?.timer)
    const timer = setTimeout(() => this.#forget(this.#spies.get(inbox)), spyLeaseMs)
    timer.unref()
    const spy: Spy = { inbox, id: request.data.id, timer }
    const wasOn = this.isOn
    this.#spies.set(inbox, spy)
    if (!wasOn) this.#options.onToggle()
    this.#welcome(inbox)
  }

  #welcome(inbox: string): void {
    this.tell([{ inbox }], { kind: 'watching', ...this.stamp, ids: [...this.#options.ids()] })
  }

  #forget(spy: Spy | undefined): void {
    if (!spy) return
    clearTimeout(spy.timer)
    if (this.#spies.delete(spy.inbox) && !this.isOn) this.#options.onToggle()
  }
}

/** Passes an answer on, counts what streams, and tells the spies of it at its end. */
class CopyingSink implements RpcAnswerSink {
  readonly #sink: RpcAnswerSink
  readonly #tapped: Tapped
  readonly #startedAt = performance.now()
  readonly #streams: Record<string, number> = {}
  #result = new Uint8Array()
  #isOver = false

  constructor(sink: RpcAnswerSink, tapped: Tapped) {
    this.#sink = sink
    this.#tapped = tapped
  }

  /** The call with its streams counted. */
  follow(call: RpcCall): RpcCall {
    return {
      write: (path, bytes) => {
        this.#count(`params.${path}`, bytes)
        return call.write(path, bytes)
      },
      end: (path) => call.end(path),
      resume: (path) => call.resume(path),
      cancel: () => {
        this.#tell('the caller has gone')
        call.cancel()
      },
    }
  }

  onResult(results: Uint8Array): void {
    this.#result = new Uint8Array(results) // what is passed on belongs to the caller
    this.#sink.onResult(results)
  }

  onData(path: string, bytes: Uint8Array): boolean {
    this.#count(`results.${path}`, bytes)
    return this.#sink.onData(path, bytes)
  }

  onDataEnd(path: string): void {
    this.#sink.onDataEnd(path)
  }

  onEnd(): void {
    this.#tell(undefined)
    this.#sink.onEnd()
  }

  onFailure(failure: CallFailure): void {
    this.#tell(failure.message)
    this.#sink.onFailure(failure)
  }

  onDrain(path: string): void {
    this.#sink.onDrain(path)
  }

  #count(path: string, bytes: Uint8Array): void {
    this.#streams[path] = (this.#streams[path] ?? 0) + bytes.length
  }

  #tell(failure: string | undefined): void {
    if (this.#isOver) return
    this.#isOver = true
    const { tap, call, spies } = this.#tapped
    const durationMs = performance.now() - this.#startedAt
    const outcome = failure === undefined ? { result: toBase64(this.#result) } : { failure }
    const size = this.#result.length
    tap.tell(spies, {
      kind: 'answer',
      call,
      ...tap.stamp,
      durationMs,
      ...outcome,
      size,
      streams: this.#streams,
    })
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function withoutBytes(message: SpyMessageInput): SpyMessageInput {
  if (message.kind === 'call') return { ...message, params: undefined }
  return message.kind === 'answer' ? { ...message, result: undefined } : message
}
