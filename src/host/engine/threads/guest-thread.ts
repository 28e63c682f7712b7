import type { MessagePort } from 'node:worker_threads'
import { unversioned } from '../../../wit/interface-name.js'
import type { CallFailure } from '../../http-exchange.js'
import type { GuestLogLine, InstancePolicy, LinkNames, Preopen, SecretValue } from '../guest-pool.js'
import type { ComponentInstance, GuestFunction } from '../linker/component-instance.js'
import { createInstantiateGuest, type InstantiateGuest } from '../instantiate-guest.js'
import type { PreparedGuest } from '../prepared-guest.js'
import { createGuestImports, type GuestImports } from '../wasi/create-imports.js'
import type { GuestHost, LinkedCall, LinkedFunctionCall } from '../wasi/guest-host.js'
import { LinkedCallFailed } from '../wasi/trap.js'
import { IncomingRequest } from '../wasi/http/incoming-request.js'
import { ResponseOutparam } from '../wasi/http/outgoing-response.js'
import { ColocatedCalls } from './colocated-calls.js'
import { CallRefused, ExportedFunctions } from './exported-functions.js'
import { GuestCall } from './guest-call.js'
import { CallAborted, describeGuestFailure } from './guest-failure.js'
import { GuestFunctionCall } from './guest-function-call.js'
import { LinkedCallTable } from './linked-call-table.js'
import { Mailbox } from './mailbox.js'
import { splitLines, type Chunk } from './message-parts.js'
import { claimCall, Word } from './shared-words.js'
import type { ExportedName, ThreadReceiver } from './to-thread.js'

/** What a guest thread is given when it starts. */
export interface GuestThreadData {
  readonly componentId: string
  readonly prepared: PreparedGuest
  readonly instancePolicy: InstancePolicy
  readonly config: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, SecretValue>>
  readonly preopens: readonly Preopen[]
  readonly words: Int32Array
  /** See GuestPoolOptions.changes. */
  readonly changes: Int32Array | undefined
  readonly port: MessagePort
}

/** An instance with the function that answers requests. */
interface Guest {
  readonly instance: ComponentInstance
  readonly handle: GuestFunction | undefined
  /** Whether the instance has answered before; then it has state of earlier calls. */
  isUsed: boolean
}

const reuseRemark =
  '; its instance had served other calls: does the component support instance policy "reuse"?'

/** A guest thread from within: runs one call after the other, each against an instance as the policy has it. */
export class GuestThread implements GuestHost, ThreadReceiver {
  readonly componentId: string
  config: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, SecretValue>>
  readonly preopens: readonly Preopen[]
  readonly #data: GuestThreadData
  readonly #mailbox: Mailbox
  readonly #imports: GuestImports
  readonly #instantiate: InstantiateGuest
  readonly #functions: ExportedFunctions
  readonly linked: LinkedCallTable
  readonly #colocated: ColocatedCalls | undefined
  readonly #calls = new Map<number, GuestCall | GuestFunctionCall>()
  readonly #waiting: (GuestCall | GuestFunctionCall)[] = []
  #running: GuestCall | GuestFunctionCall | undefined
  #guest: Guest | undefined
  #isStopped = false

  constructor(data: GuestThreadData) {
    this.componentId = data.componentId
    this.config = data.config
    this.secrets = data.secrets
    this.preopens = data.preopens
    this.#data = data
    this.#mailbox = new Mailbox(data.port, data.words, this)
    this.linked = new LinkedCallTable(this.#mailbox)
    const { changes } = data
    this.#colocated = changes && new ColocatedCalls({ changes, linked: this.linked, thread: this })
    this.#imports = createGuestImports(this, data.prepared.world)
    this.#functions = new ExportedFunctions(data.prepared.world, this.#imports.adapters)
    this.#instantiate = createInstantiateGuest(data.prepared)
  }

  /** Instantiates once, then serves calls until it is told to stop. Never returns to the event loop before that. */
  run(): void {
    try {
      this.#guest = this.#createGuest()
    } catch (thrown) {
      const { failure, stack } = describeGuestFailure(thrown)
      this.#imports.finishOutput()
      this.#mailbox.outgoing.onStartFailed(failure.message, stack)
      return this.#mailbox.flush()
    }
    this.#mailbox.outgoing.onReady()
    this.#mailbox.flush()
    while (!this.#isStopped) {
      this.#mailbox.pump()
      const call = this.#waiting.shift()
      if (call !== undefined) this.#serve(call)
      else if (!this.#isStopped) this.#mailbox.wait(Infinity)
    }
  }

  log(line: GuestLogLine, componentId = ''): void {
    this.#mailbox.log(line, componentId)
  }

  pump(): void {
    this.#mailbox.pump()
  }

  wait(timeoutMs: number): void {
    this.#throwIfAborted()
    this.#mailbox.wait(timeoutMs)
    this.#throwIfAborted()
  }

  noteColocated(token: number): void {
    Atomics.store(this.#data.words, Word.colocated, token)
  }

  callLinked(call: LinkedFunctionCall): Uint8Array {
    const direct = this.#colocated?.call(call)
    if (direct !== undefined) return direct
    const open = this.linked.start(call, this.#running?.number ?? 0)
    while (open.state === 'running') this.wait(Infinity)
    const { results, failure } = open
    if (results !== undefined) return results
    throw new LinkedCallFailed(
      failure ?? { kind: 'unavailable', message: 'The call ended without an answer' },
    )
  }

  startLinked(call: LinkedFunctionCall): LinkedCall {
    const open = this.linked.start(call, this.#running?.number ?? 0)
    this.#mailbox.flush()
    return open
  }

  linkNames(key: string): LinkNames {
    const id = this.linked.askNames(key)
    for (;;) {
      const names = this.linked.takeNames(id)
      if (names !== undefined) return names
      this.wait(Infinity)
    }
  }

  onCall(number: number, slot: number, hasBody: boolean, head: string): void {
    const call = new GuestCall({ number, slot, hasBody, head }, this.#mailbox, this.#data.words)
    this.#calls.set(number, call)
    this.#waiting.push(call)
  }

  onFunctionCall(number: number, slot: number, name: ExportedName, params: Chunk): void {
    const call = new GuestFunctionCall({ number, slot, name, params }, this.#mailbox)
    this.#calls.set(number, call)
    this.#waiting.push(call)
  }

  onChunk(number: number, chunk: Chunk): void {
    const call = this.#calls.get(number)
    if (call instanceof GuestCall) call.body.receive(chunk)
  }

  onEnd(number: number, trailers: string): void {
    const call = this.#calls.get(number)
    if (call instanceof GuestCall) call.body.end(splitLines(trailers))
  }

  onCancel(call: number): void {
    this.#calls.get(call)?.cancel()
  }

  onAbort(number: number, kind: CallFailure['kind'], message: string): void {
    const call = this.#calls.get(number)
    if (call !== undefined) call.abortion = { kind, message }
  }

  onConfig(config: Readonly<Record<string, string>>): void {
    this.config = config
  }

  onStop(): void {
    this.#isStopped = true
  }

  #serve(call: GuestCall | GuestFunctionCall): void {
    if (claimCall(this.#data.words, call.slot, call.number)) {
      const begin = performance.now()
      this.#running = call
      if (call instanceof GuestCall) this.#answer(call)
      else this.#answerFunction(call)
      this.#running = undefined
      this.linked.closeAll()
      this.#mailbox.flush()
      this.#renewGuest()
      this.#noteDuration((performance.now() - begin) * 1000)
      Atomics.store(this.#data.words, Word.returned, call.number)
    }
    this.#calls.delete(call.number)
  }

  /** One call in eight counts: an outlier is forgotten soon, and a changed load is seen soon. */
  #noteDuration(micros: number): void {
    const average = Atomics.load(this.#data.words, Word.callMicros)
    Atomics.store(this.#data.words, Word.callMicros, Math.round(average + (micros - average) / 8))
  }

  #answer(call: GuestCall): void {
    try {
      const guest = (this.#guest ??= this.#createGuest())
      const { handle } = guest
      if (handle === undefined) {
        return call.answer.fail({
          kind: 'unavailable',
          message: 'The component exports no wasi:http/incoming-handler',
        })
      }
      handle(new IncomingRequest(this, call), new ResponseOutparam(call))
      this.#imports.finishOutput()
      call.answer.finish(guest.isUsed ? reuseRemark : '')
      guest.isUsed = true
      // An instance that could not answer may not be able to answer again.
      if (call.answer.hasFailed) this.#guest = undefined
    } catch (thrown) {
      this.#guest = undefined
      this.#imports.finishOutput()
      const { failure, stack } = describeGuestFailure(thrown)
      call.answer.fail(failure, stack)
    }
  }

  #answerFunction(call: GuestFunctionCall): void {
    try {
      const guest = (this.#guest ??= this.#createGuest())
      const results = this.#functions.call(guest.instance, call.name, call.params)
      this.#imports.finishOutput()
      call.answer(results)
      guest.isUsed = true
    } catch (thrown) {
      this.#imports.finishOutput()
      if (thrown instanceof CallRefused) return call.fail(thrown.failure)
      this.#guest = undefined
      const { failure, stack } = describeGuestFailure(thrown)
      call.fail(failure, stack)
    }
  }

  /** Makes ready for the next call, after the answer of this one was sent. */
  #renewGuest(): void {
    if (this.#guest !== undefined && this.#data.instancePolicy === 'reuse') return
    if (this.#guest?.instance.reset()) {
      this.#guest.isUsed = false
      this.#imports.beginInstance()
      return
    }
    this.#guest = undefined
    try {
      this.#guest = this.#createGuest()
    } catch {
      // The next call tries again, and fails with the reason.
    }
  }

  #createGuest(): Guest {
    const { imports, onMissing, beginInstance } = this.#imports
    beginInstance()
    const instance = this.#instantiate(imports, { onMissing })
    return { instance, handle: findHandler(instance), isUsed: false }
  }

  #throwIfAborted(): void {
    const abortion = this.#running?.abortion
    if (abortion !== undefined) throw new CallAborted(abortion)
  }
}

function findHandler(instance: ComponentInstance): GuestFunction | undefined {
  for (const [name, exported] of Object.entries(instance.exports)) {
    if (unversioned(name) === 'wasi:http/incoming-handler' && typeof exported === 'object')
      return exported['handle']
  }
  return undefined
}
