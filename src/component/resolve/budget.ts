import { unrunnableComponent } from '../binary/invalid-component.js'

/**
 * What the resolution of one component may cost, if nothing else is said. Instantiating components within components
 * multiplies, and so does comparing types, so that a small binary could ask for endless work; what real components
 * need is far below.
 */
const maxResolutionSteps = 500_000

/** Component and core instances are at most this many together. */
const maxInstances = 10_000

/** Counts the work of one resolution or validation and ends it when it is too much. */
export class Budget {
  readonly #maxSteps: number
  #steps = 0
  #instances = 0

  constructor(maxSteps = maxResolutionSteps) {
    this.#maxSteps = maxSteps
  }

  /** Counts `steps` definitions, declarations or parts of types. */
  spend(steps: number, offset: number): void {
    this.#steps += steps
    if (this.#steps > this.#maxSteps) throw unrunnableComponent('it takes too many steps to resolve,', offset)
  }

  /** Counts resources that are made anew or whose places are written down again: each takes memory, not only time. */
  spendOnResources(count: number, offset: number): void {
    this.spend(count * 10, offset)
  }

  /** Counts one instance. */
  instance(offset: number): void {
    this.#instances++
    if (this.#instances > maxInstances) {
      throw unrunnableComponent(`there are more than ${maxInstances} instances`, offset)
    }
  }
}

/** What work is charged to, and the offset that its end is reported with. */
export interface Charge {
  readonly budget: Budget
  readonly offset: number
}
