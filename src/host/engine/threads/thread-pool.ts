import { createDeferred } from '../../../core/deferred.js'
import { unversioned } from '../../../wit/interface-name.js'
import type { World } from '../../../wit/model.js'
import type { CallFailure, HttpAnswerSink, HttpCall, HttpRequestHead } from '../../http-exchange.js'
import type { RpcAnswerSink, RpcCall, RpcRequest } from '../../rpc-exchange.js'
import type { Colocation, GuestLimits, GuestLogLine, GuestPool, GuestPoolOptions } from '../guest-pool.js'
import type { PrepareGuest } from '../prepare-guest.js'
import type { PreparedGuest } from '../prepared-guest.js'
import { EventLoopLoad } from './event-loop-load.js'
import { logGuestFailure } from './log-guest-failure.js'
import { FunctionPoolCall } from './function-pool-call.js'
import { HttpPoolCall } from './http-pool-call.js'
import type { PooledCall } from './pooled-call.js'
import { callableFunctions } from '../callable-functions.js'
import { describeLackingFunction } from '../describe-lacking-function.js'
import { mayColocate } from '../may-colocate.js'
import {
  isGrowthUseful,
  isStaying,
  mayGrow,
  mostThreads,
  pickThread,
  type ThreadLimits,
} from './thread-choice.js'
import { nextToken } from './code-token.js'
import { ThreadHandle, type ThreadEvents } from './thread-handle.js'
import { unlinkedCalls } from './unlinked-calls.js'
import { callerIsLate, Watchdog } from './watchdog.js'

/** While calls wait, the pool looks this often whether they wait behind a slow one or for want of threads. */
const waitTickMs = 5
/** Threads beyond the first end when they have been idle for so long. */
const idleMs = 10_000
/** After a failed start the pool does not grow for so long. */
const startPauseMs = 1_000
const defaultGraceMs = 5_000
const noHandler = 'The component exports no wasi:http/incoming-handler'
const wasStopped: CallFailure = { kind: 'unavailable', message: 'The component was stopped' }

/** Options of a pool, with the number of threads that can compute at once. */
export interface ThreadPoolOptions extends GuestPoolOptions {
  readonly processors: number
}

/** The guest threads of one component, and the calls that wait for them. */
export class ThreadPool implements GuestPool, ThreadEvents {
  readonly world: World
  readonly #options: ThreadPoolOptions
  readonly #prepare: PrepareGuest
  readonly #hasHandler: boolean
  /** `instance function` of what can be called with wRPC bytes. */
  readonly #functions: ReadonlySet<string>
  readonly #watchdog: Watchdog
  readonly #mainThreadLoad = new EventLoopLoad()
  #prepared: PreparedGuest
  /** Of the prepared code. */
  #token = nextToken()
  readonly #mayColocate: boolean
  /** One word: calls of the component that run in other components' threads. */
  readonly #colocated = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #limits: GuestLimits
  #threads: ThreadHandle[] = []
  #queue: PooledCall[] = []
  #waitTick: NodeJS.Timeout | undefined
  #idleTick: NodeJS.Timeout | undefined
  /** Whether no call waited at some time since the last tick. */
  #wasDrained = false
  /** No thread is added before: the last one failed to start. */
  #growsFrom = 0
  #stopped: Promise<void> | undefined
  readonly #terminations = new Set<Promise<void>>()
  #drainers: (() => void)[] = []
  readonly #firstReady = createDeferred<void>()

  constructor(options: ThreadPoolOptions, prepared: PreparedGuest, prepare: PrepareGuest) {
    this.world = prepared.world
    this.#options = options
    this.#prepared = prepared
    this.#prepare = prepare
    this.#limits = options.limits
    this.#hasHandler = prepared.world.exports.some(
      (item) => item.kind === 'interface' && unversioned(item.name) === 'wasi:http/incoming-handler',
    )
    this.#mayColocate = mayColocate(options, prepared)
    this.#functions = new Set(callableFunctions(prepared.world))
    this.#watchdog = new Watchdog({
      threads: () => this.#threads,
      deadlineMs: () => this.#limits.deadlineMs,
      kill: (thread, failure) => this.#kill(thread, failure),
    })
  }

  /** Starts the first thread; rejects with an Error whose stack is the guest's where its start fails. */
  start(): Promise<void> {
    this.#addThread()
    return this.#firstReady.promise
  }

  /** Gives up waiting for the first thread. */
  failStart(reason: string): void {
    this.#firstReady.reject(new Error(reason))
  }

  handleHttp(head: HttpRequestHead, hasBody: boolean, sink: HttpAnswerSink): HttpCall {
    const call = new HttpPoolCall(head, hasBody, { sink, onCancel: (cancelled) => this.#onCancel(cancelled) })
    return this.#begin(call, this.#hasHandler ? undefined : noHandler)
  }

  invoke(request: RpcRequest, sink: RpcAnswerSink): RpcCall {
    const call = new FunctionPoolCall(request, { sink, onCancel: (cancelled) => this.#onCancel(cancelled) })
    return this.#begin(call, this.#refuseFunction(request))
  }

  colocation(): Colocation | undefined {
    if (!this.#mayColocate || this.#stopped !== undefined) return undefined
    const { componentId, instancePolicy, config, secrets = {} } = this.#options
    const { maxInstances, deadlineMs } = this.#limits
    return {
      ...{ componentId, instancePolicy, secrets, maxInstances, deadlineMs },
      token: this.#token,
      prepared: this.#prepared,
      config: config(),
      running: this.#colocated,
    }
  }

  setLimits(limits: GuestLimits): void {
    if (limits.maxMemoryBytes !== this.#limits.maxMemoryBytes) {
      this.#prepared = this.#prepare(limits)
      this.#token = nextToken()
      for (const thread of this.#threads) thread.isRetiring = true
    }
    this.#limits = limits
    const surplus = this.#threads
      .filter((thread) => !thread.isRetiring)
      .slice(mostThreads(this.#threadLimits))
    for (const thread of surplus) thread.isRetiring = true
    this.#endRetired()
    this.#dispatch()
  }

  /** Resolves when no call waits or runs any more; for a pool that gets no further ones. */
  async drain(): Promise<void> {
    const isBusy = (): boolean =>
      this.#queue.length > 0 || this.#threads.some((thread) => thread.unanswered.length > 0)
    while (isBusy()) {
      const { promise, resolve } = createDeferred<void>()
      this.#drainers.push(resolve)
      await promise
    }
  }

  stop(graceMs = defaultGraceMs): Promise<void> {
    this.#stopped ??= this.#stop(graceMs)
    return this.#stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  onReady(): void {
    this.#firstReady.resolve()
    this.#dispatch()
  }

  onStartFailed(thread: ThreadHandle, message: string, stack: string): void {
    this.#firstReady.reject(Object.assign(new Error(message), { stack }))
    this.#end(thread)
    logGuestFailure(this.#options.log, {
      failure: { kind: 'trap', message },
      stack,
      when: 'while it started',
    })
    this.#growsFrom = performance.now() + startPauseMs
    if (this.#threads.length === 0) this.#failQueue({ kind: 'trap', message })
  }

  onAnswered(thread: ThreadHandle): void {
    if (thread.isRetiring) this.#endRetired()
    if (this.#queue.length > 0) this.#dispatch()
    if (this.#waitTick !== undefined && !this.#wasDrained && this.#countWaiting() === 0)
      this.#wasDrained = true
    this.#wakeDrainers()
  }

  onFailure(failure: CallFailure, stack: string, isLate: boolean): void {
    const when = isLate ? 'after it had answered' : 'in a call'
    logGuestFailure(this.#options.log, { failure, stack, when })
  }

  onLog(line: GuestLogLine): void {
    this.#options.onLog(line)
  }

  onCrash(thread: ThreadHandle, reason: string, wasReady: boolean): void {
    const message = `The component's thread ended: ${reason}`
    if (!wasReady) return this.onStartFailed(thread, message, '')
    const failure: CallFailure = { kind: /memory/i.test(reason) ? 'memory' : 'trap', message }
    this.onFailure(failure, '', false)
    this.#abandon(thread, failure)
  }

  get #threadLimits(): ThreadLimits {
    return { maxThreads: this.#options.maxThreads, maxInstances: this.#limits.maxInstances }
  }

  /** Why a function cannot be called, where that is known before a thread looks for it. */
  #refuseFunction({ instance, function: name }: RpcRequest): string | undefined {
    if (this.#functions.has(`${instance} ${name}`)) return undefined
    const { componentId } = this.#options
    return describeLackingFunction({ componentId, instance, name, known: this.#functions })
  }

  #begin<Call extends PooledCall>(call: Call, refusal: string | undefined): Call {
    const message = refusal ?? this.#admit(call)
    if (message !== undefined) queueMicrotask(() => call.fail({ kind: 'unavailable', message }))
    return call
  }

  /** Gives the call to a thread or lets it wait; returns why it can do neither. */
  #admit(call: PooledCall): string | undefined {
    if (this.#stopped !== undefined) return 'The component was stopped'
    if (call.deadlineAt <= performance.now()) return callerIsLate.message
    this.#watchdog.arm()
    const thread = this.#queue.length === 0 ? pickThread(this.#threads) : undefined
    if (thread?.load === 0) {
      thread.assign(call)
      return undefined
    }
    if (this.#countWaiting() >= this.#limits.maxQueued) return 'The queue of the component is full'
    if (thread === undefined) this.#queue.push(call)
    else thread.assign(call)
    // Those that retire take no further calls, however soon they are done.
    if (!this.#threads.some(isStaying)) this.#addThread()
    this.#armWaitTick()
    return undefined
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const thread = pickThread(this.#threads)
      const call = thread && this.#queue.shift()
      if (call === undefined) return
      if (call.deadlineAt <= performance.now()) call.fail(callerIsLate)
      else thread?.assign(call)
      // It does not watch while nothing runs, however much waits.
      this.#watchdog.arm()
    }
  }

  #countWaiting(): number {
    let waiting = this.#queue.length
    for (const thread of this.#threads) waiting += Math.max(0, thread.load - 1)
    return waiting
  }

  #armWaitTick(): void {
    if (this.#waitTick !== undefined) return
    this.#wasDrained = false
    this.#waitTick = setTimeout(() => this.#onWaitTick(), waitTickMs)
  }

  /** Calls that wait behind a slow one go elsewhere; and where some have been waiting all the time, a thread is added. */
  #onWaitTick(): void {
    this.#waitTick = undefined
    this.#endRetired()
    const since = performance.now() - waitTickMs
    const withdrawn = this.#threads.flatMap((thread) => {
      if (thread.load === 0 || thread.since > since) return []
      thread.isSlow = true
      return thread.withdrawAll()
    })
    this.#queue.unshift(...withdrawn)
    this.#dispatch()
    if (this.#countWaiting() === 0) return
    if (!this.#wasDrained && this.#isGrowthUseful()) this.#addThread()
    this.#armWaitTick()
  }

  #isGrowthUseful(): boolean {
    const now = performance.now()
    if (now < this.#growsFrom) return false
    // The main thread takes one of them where it has much to do.
    const processors = (): number => this.#options.processors - (this.#mainThreadLoad.isBusy(now) ? 1 : 0)
    return isGrowthUseful(this.#threads, { now, processors })
  }

  #addThread(): void {
    if (this.#stopped !== undefined || !mayGrow(this.#threads, this.#threadLimits)) return
    this.#threads.push(
      new ThreadHandle({
        ...this.#options,
        changes: this.#options.changes,
        linked: this.#options.linked ?? unlinkedCalls(this.#options.componentId),
        deadlineMs: () => this.#limits.deadlineMs,
        prepared: this.#prepared,
        events: this,
      }),
    )
    this.#armIdleTick()
  }

  #armIdleTick(): void {
    if (this.#idleTick !== undefined || this.#threads.length < 2) return
    this.#idleTick = setTimeout(() => this.#onIdleTick(), idleMs / 2)
    this.#idleTick.unref()
  }

  #onIdleTick(): void {
    this.#idleTick = undefined
    const before = performance.now() - idleMs
    const idle = this.#threads.filter(
      ({ state, load, since }) => state === 'ready' && load === 0 && since < before,
    )
    const surplus = Math.min(idle.length, this.#threads.length - 1)
    for (const thread of idle.slice(idle.length - surplus)) thread.isRetiring = true
    this.#endRetired()
    this.#armIdleTick()
  }

  /** Ends the retiring threads that have nothing left to do; one that is still needed is replaced. */
  #endRetired(): void {
    for (const thread of this.#threads.filter(({ isRetiring, load }) => isRetiring && load === 0))
      this.#end(thread)
    if (!this.#threads.some(isStaying) && this.#queue.length > 0) this.#addThread()
  }

  #end(thread: ThreadHandle): void {
    this.#threads = this.#threads.filter((other) => other !== thread)
    const termination = thread.terminate().finally(() => this.#terminations.delete(termination))
    this.#terminations.add(termination)
  }

  #kill(thread: ThreadHandle, failure: CallFailure): void {
    const isLate = thread.current?.isAnswered ?? false
    this.#end(thread)
    this.onFailure(failure, '', isLate)
    this.#abandon(thread, failure)
  }

  /** The thread is gone: the call that it ran fails, those that waited behind it go elsewhere. */
  #abandon(thread: ThreadHandle, failure: CallFailure): void {
    this.#threads = this.#threads.filter((other) => other !== thread)
    this.#queue.unshift(...thread.withdrawAll().filter((call) => !call.isOver))
    for (const call of thread.unanswered) call.fail(failure)
    if (this.#threads.length === 0) this.#addThread()
    this.#dispatch()
    if (this.#queue.length > 0) this.#armWaitTick()
    this.#wakeDrainers()
  }

  /** After the handlers of this moment, which settle what was answered. */
  #wakeDrainers(): void {
    if (this.#drainers.length === 0) return
    const drainers = this.#drainers
    this.#drainers = []
    setImmediate(() => {
      for (const wake of drainers) wake()
    })
  }

  #onCancel(call: PooledCall): void {
    const queued = this.#queue.indexOf(call)
    if (queued >= 0) {
      this.#queue.splice(queued, 1)
      return this.#wakeDrainers()
    }
    const thread = this.#threads.find((candidate) => candidate.carries(call))
    if (thread === undefined || thread.withdraw(call)) return this.#wakeDrainers()
    call.cancelledAt = performance.now()
    thread.sendCancel(call)
    this.#watchdog.arm()
  }

  #failQueue(failure: CallFailure): void {
    const queue = this.#queue
    this.#queue = []
    for (const call of queue) call.fail(failure)
    this.#wakeDrainers()
  }

  async #stop(graceMs: number): Promise<void> {
    clearTimeout(this.#waitTick)
    clearTimeout(this.#idleTick)
    this.#failQueue(wasStopped)
    const grace = createDeferred<void>()
    const timer = setTimeout(grace.resolve, graceMs)
    await Promise.race([this.drain(), grace.promise])
    clearTimeout(timer)
    this.#watchdog.stop()
    const stopped = this.#threads
    for (const thread of stopped) this.#end(thread)
    for (const call of stopped.flatMap((thread) => thread.unanswered)) call.fail(wasStopped)
    this.#wakeDrainers()
    this.#firstReady.reject(new Error('The component was stopped'))
    await Promise.all(this.#terminations)
  }
}
