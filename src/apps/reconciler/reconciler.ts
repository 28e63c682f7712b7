import type { Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { ControlClient } from '../../lattice/control/client.js'
import type { Link, StringMap } from '../../lattice/control/schemas.js'
import { subscribeEvents } from '../../lattice/events/subscribe-events.js'
import { linksOf, parseComponentSpec, sourceOfSpecKey } from '../../lattice/store/component-spec.js'
import { parseConfig } from '../../lattice/store/configs.js'
import { openLatticeStore } from '../../lattice/store/lattice-store.js'
import type { LatticeStore } from '../../lattice/store/lattice-store.js'
import type { Action } from '../planner/action.js'
import type { Observed } from '../planner/observed.js'
import { nextOwned } from '../planner/owned.js'
import { plan } from '../planner/plan.js'
import type { Plan } from '../planner/plan.js'
import type { ApplicationStatus } from '../planner/status.js'
import type { ApplicationStore } from '../store/application-store.js'
import { LatticeStateWriter, toLatticeState } from '../store/lattice-state.js'
import { OwnedStore } from '../store/owned-store.js'
import { ApplicationTable } from './application-table.js'
import { applyAction, isDoneWhenAccepted } from './apply-action.js'
import { AttemptBook } from './attempt-book.js'
import { BucketMirror } from './bucket-mirror.js'
import { HostTable } from './host-table.js'
import { LateArrivals } from './late-arrivals.js'
import { StatusBoard } from './status-board.js'
import { Wake } from './wake.js'

/** What a Reconciler works with. */
export interface ReconcilerOptions {
  readonly connection: LatticeConnection
  readonly store: ApplicationStore
  readonly log: Logger
  readonly clock: Clock
  /** From 0 to below 1; for the jitter of retries. */
  readonly random: () => number
}

/** How often all hosts are asked anew, in case that a change came without an event. */
const resyncMs = 30_000

/** When to try again what a busy host or an absent bus did not answer. */
const retryMs = 1_000

/**
 * Keeps the lattice as the deployed applications want it: observes, plans, applies, and waits for the next event or for
 * the time that the plan names. Single use: run() until its signal.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #control: ControlClient
  readonly #wake: Wake
  readonly #attempts: AttemptBook
  readonly #hosts: HostTable
  readonly #statuses: StatusBoard
  readonly #applications: ApplicationTable
  readonly #running = new Set<Promise<void>>()
  readonly #late: LateArrivals
  #nextResync = 0

  constructor(options: ReconcilerOptions) {
    const { connection, store, log, clock, random } = options
    const now = (): number => clock.now()
    this.#options = options
    this.#control = new ControlClient(connection)
    this.#wake = new Wake(clock)
    this.#late = new LateArrivals(now)
    this.#attempts = new AttemptBook({ now, random })
    this.#hosts = new HostTable({ control: this.#control, log, now })
    this.#statuses = new StatusBoard(connection, log)
    this.#applications = new ApplicationTable({
      store,
      log,
      onStored: (name) => this.#attempts.forgive(name),
      onChange: () => this.#wake.notify(),
    })
  }

  /** The last status of an application that is or was deployed; undefined for others. */
  statusOf(name: string): ApplicationStatus | undefined {
    return this.#statuses.get(name)
  }

  /** Reconciles until the signal. Rejects only for bugs and for a lattice without its stores. */
  async run(signal: AbortSignal): Promise<void> {
    const { connection } = this.#options
    const ended = new AbortController()
    const all = AbortSignal.any([signal, ended.signal])
    const forgetReconnect = connection.onReconnect(() => this.#resyncSoon())
    const onAbort = (): void => this.#wake.notify()
    all.addEventListener('abort', onAbort, { once: true })
    try {
      const events = this.#followEvents(all)
      const view = await this.#openView()
      await Promise.all([
        endingAll(ended, events),
        endingAll(ended, this.#applications.run(all)),
        endingAll(ended, view.links.run(all)),
        endingAll(ended, view.configs.run(all)),
        endingAll(ended, this.#loop(view, all)),
      ])
    } finally {
      ended.abort()
      forgetReconnect()
      all.removeEventListener('abort', onAbort)
      await Promise.allSettled(this.#running)
    }
  }

  async #openView(): Promise<View> {
    const { connection } = this.#options
    const stores: LatticeStore = await openLatticeStore(connection)
    const state = await connection.bucket('wadm_state', { create: { history: 1 } })
    const onChange = (): void => this.#wake.notify()
    return {
      owned: await OwnedStore.open(state, connection.lattice),
      state: new LatticeStateWriter(state, connection.lattice),
      links: new BucketMirror({ bucket: stores.data, parse: parseLinks, onChange }),
      configs: new BucketMirror({
        bucket: stores.config,
        parse: (_key, value) => parseConfig(value),
        onChange,
      }),
    }
  }

  async #followEvents(signal: AbortSignal): Promise<void> {
    for await (const event of subscribeEvents(this.#options.connection, { signal })) {
      this.#hosts.onEvent(event)
      this.#attempts.onEvent(event)
      this.#wake.notify()
    }
  }

  async #loop(view: View, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options
    await untilAborted(Promise.all([this.#applications.ready, view.links.ready, view.configs.ready]), signal)
    while (!signal.aborted) {
      try {
        const isComplete = await this.#observe(signal)
        const { wakeAt = Infinity } = await this.#reconcile(view)
        const again = isComplete ? Infinity : clock.now() + retryMs
        await this.#wake.wait(Math.min(wakeAt, this.#nextResync, again))
      } catch (failure) {
        if (signal.aborted) return
        if (!(failure instanceof AppError)) throw failure
        // The bus is away, most of the time: the connection comes back by itself, and its return wakes the loop.
        this.#options.log.warn('cannot reconcile', { reason: failure.message })
        await this.#wake.wait(clock.now() + retryMs)
      }
    }
  }

  /** Whether every host has answered. */
  async #observe(signal: AbortSignal): Promise<boolean> {
    const { clock, connection } = this.#options
    if (clock.now() >= this.#nextResync) {
      const before = performance.now()
      await connection.flush()
      const roundTripMs = performance.now() - before
      await this.#hosts.discover(Math.round(Math.min(2_000, Math.max(150, 20 * roundTripMs))))
      this.#nextResync = clock.now() + resyncMs
    }
    signal.throwIfAborted()
    return await this.#hosts.refresh()
  }

  async #reconcile(view: View): Promise<Plan> {
    this.#attempts.expire()
    const desired = this.#applications.desired()
    let next = this.#plan(view)
    const unseen = next.actions
      .filter((action) => action.kind === 'retry-link')
      .filter(({ key }) => !this.#attempts.attempts.has(key))
    if (unseen.length > 0) {
      for (const action of unseen) this.#attempts.noteFailure(action, action.reason)
      next = this.#plan(view)
    }
    this.#attempts.retain(next.wanted)
    this.#statuses.update(next.statuses, (name) => this.#applications.revisionOf(name))
    const { links, configs } = this.#observed(view)
    const expected = this.#late.expected(view.owned.current, { links, configs })
    await view.owned.save(nextOwned(view.owned.current, desired, expected))
    for (const action of next.actions) this.#issue(action)
    if (next.wanted.size === 0) await view.state.write(toLatticeState(this.#hosts.states()))
    return next
  }

  #plan(view: View): Plan {
    return plan(this.#applications.desired(), this.#observed(view), this.#options.clock.now())
  }

  #observed({ links, configs, owned }: View): Observed {
    return {
      hosts: this.#hosts.snapshot(),
      links: [...links.values.values()].flat(),
      configs: configs.values,
      owned: owned.current,
      attempts: this.#attempts.attempts,
    }
  }

  #issue(action: Action): void {
    this.#attempts.start(action)
    this.#options.log.debug('applying', { action: action.kind, application: action.application })
    const running = this.#apply(action).finally(() => {
      this.#running.delete(running)
      this.#wake.notify()
    })
    this.#running.add(running)
  }

  async #apply(action: Action): Promise<void> {
    try {
      await applyAction(this.#control, action)
      if (!isDoneWhenAccepted(action)) return
      this.#attempts.confirm(action.key)
    } catch (failure) {
      this.#options.log.warn('an action was refused', {
        action: action.kind,
        application: action.application,
        reason: messageOf(failure),
      })
      this.#attempts.refute(action.key, failure)
    }
    if ('hostId' in action) this.#hosts.markDirty(action.hostId)
  }

  #resyncSoon(): void {
    this.#nextResync = 0
    this.#wake.notify()
  }
}

/** What is known of the lattice beside its hosts. */
interface View {
  readonly owned: OwnedStore
  readonly state: LatticeStateWriter
  readonly links: BucketMirror<readonly Link[]>
  readonly configs: BucketMirror<StringMap>
}

function parseLinks(key: string, value: Uint8Array): readonly Link[] | undefined {
  if (sourceOfSpecKey(key) === undefined) return undefined
  const spec = parseComponentSpec(value)
  return spec && linksOf(spec)
}

/** The promise; when it ends, the others do too. */
async function endingAll(ended: AbortController, part: Promise<void>): Promise<void> {
  try {
    await part
  } finally {
    ended.abort()
  }
}

/** The promise, or undefined if the signal comes first. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined
  return await new Promise<T | undefined>((resolve, reject) => {
    const onAbort = (): void => resolve(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
