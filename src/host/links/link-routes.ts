import type { Link } from '../../lattice/control/schemas.js'

/** Where the calls of one source go, made anew when its links change; looked up at each call. */
export class LinkRoutes {
  /** Targets by link name, then by `ns:pkg/iface`. */
  readonly #byName = new Map<string, Map<string, string>>()

  constructor(links: readonly Link[]) {
    for (const { name, wit_namespace, wit_package, interfaces, target } of links) {
      const targets = this.#byName.get(name) ?? new Map<string, string>()
      this.#byName.set(name, targets)
      // A later link overwrites an earlier one, as on the real host.
      for (const each of interfaces) targets.set(`${wit_namespace}:${wit_package}/${each}`, target)
    }
  }

  /** The target of calls through an interface over the link of that name. */
  find(key: string, linkName: string): string | undefined {
    return this.#byName.get(linkName)?.get(key)
  }

  /** Names of links that list the interface, sorted. */
  namesFor(key: string): readonly string[] {
    return [...this.#byName].flatMap(([name, targets]) => (targets.has(key) ? [name] : [])).sort()
  }

  /** What links of that name list, sorted. */
  interfacesOf(linkName: string): readonly string[] {
    return [...(this.#byName.get(linkName)?.keys() ?? [])].sort()
  }
}
