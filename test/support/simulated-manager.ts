import type { Action } from '#washi/apps/planner/action.js'
import type { DesiredApplication } from '#washi/apps/planner/desired.js'
import { nextOwned } from '#washi/apps/planner/owned.js'
import { plan } from '#washi/apps/planner/plan.js'
import type { Plan } from '#washi/apps/planner/plan.js'
import { AttemptBook } from '#washi/apps/reconciler/attempt-book.js'
import type { SimulatedLattice } from './simulated-lattice.js'

/** What becomes of an action. `lost`: nobody answers. */
export type Outcome = 'done' | 'refused' | 'lost'

/**
 * The loop of the reconciler without its network: the same plan, the same book of attempts, a clock that is moved by hand. What it
 * has in memory is gone with it, what it has written down (owned) is in the lattice.
 */
export class SimulatedManager {
  readonly #lattice: SimulatedLattice
  readonly #outcomeOf: (action: Action) => Outcome
  readonly #attempts: AttemptBook
  now: number
  /** What was asked for that was so already. */
  readonly repeated: Action[] = []

  constructor(lattice: SimulatedLattice, outcomeOf: (action: Action) => Outcome, now: number) {
    this.#lattice = lattice
    this.#outcomeOf = outcomeOf
    this.now = now
    this.#attempts = new AttemptBook({ now: () => this.now, random: () => 0.5 })
  }

  /** One round: observe, plan, apply at most `limit` actions. */
  step(desired: readonly DesiredApplication[], limit = Infinity): Plan {
    this.#attempts.expire()
    const next = plan(desired, this.#observe(), this.now)
    this.#attempts.retain(next.wanted)
    const { links, configs } = this.#lattice
    this.#lattice.owned = nextOwned(this.#lattice.owned, desired, { links, configs })
    for (const action of next.actions.slice(0, limit)) this.#apply(action)
    return next
  }

  /** Rounds, waiting when there is something to wait for, until nothing is wanted. Throws where that does not come. */
  settle(desired: readonly DesiredApplication[]): Plan {
    for (let round = 0; round < 60; round += 1) {
      const next = this.step(desired)
      if (next.wanted.size === 0) return next
      if (next.actions.length === 0) this.now = next.wakeAt ?? this.now + 1
    }
    throw new Error('the plan does not come to an end')
  }

  #observe(): Parameters<typeof plan>[1] {
    return { ...this.#lattice.observe(), attempts: this.#attempts.attempts }
  }

  #apply(action: Action): void {
    this.#attempts.start(action)
    if (isAlreadySo(this.#lattice, action)) this.repeated.push(action)
    const outcome = this.#outcomeOf(action)
    if (outcome === 'lost') return
    if (outcome === 'refused') return this.#attempts.refute(action.key, new Error('not now'))
    this.#lattice.apply(action)
    this.#attempts.confirm(action.key)
  }
}

function isAlreadySo({ hosts, configs }: SimulatedLattice, action: Action): boolean {
  switch (action.kind) {
    case 'start-provider':
      return hosts.get(action.hostId)?.providers.has(action.providerId) ?? false
    case 'scale-component':
      return (hosts.get(action.hostId)?.components.get(action.componentId)?.instances ?? 0) === action.count
    case 'put-config':
      return JSON.stringify(configs.get(action.name)) === JSON.stringify(action.values)
    default:
      return false
  }
}
