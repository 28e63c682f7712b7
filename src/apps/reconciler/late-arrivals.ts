import type { Link } from '../../lattice/control/schemas.js'
import type { OwnedByApplication, Present } from '../planner/owned.js'

/** A request lives no longer than its time-out of seconds, a killed manager's included. */
const graceMs = 30_000

/**
 * Remembers how long what was put for applications has not been seen. A request on its way may still bring it, that of a
 * manager killed since perhaps: whoever forgot it by then would leave it behind for good.
 */
export class LateArrivals {
  readonly #now: () => number
  #absentSince = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** What is there, and what may still come. */
  expected(owned: OwnedByApplication, present: Present): Present {
    const absent = new Map<string, number>()
    const mayCome = (key: string): boolean => {
      const since = this.#absentSince.get(key) ?? this.#now()
      absent.set(key, since)
      return this.#now() - since < graceMs
    }
    const there = new Set(present.links.map(keyOf))
    const all = Object.values(owned)
    const links = all
      .flatMap((own) => own.links)
      .filter((link) => !there.has(keyOf(link)) && mayCome(keyOf(link)))
    const configs = all
      .flatMap((own) => own.configs)
      .filter((name) => !present.configs.has(name) && mayCome(name))
    this.#absentSince = absent
    return {
      links: [...present.links, ...links],
      configs: new Map([...present.configs, ...configs.map((name) => [name, undefined] as const)]),
    }
  }
}

/** What isSameLink() compares. */
function keyOf({ source_id, target, name, wit_namespace, wit_package }: Link): string {
  return JSON.stringify([source_id, target, name, wit_namespace, wit_package])
}
