import type { ProviderLink } from '../../host/provider.js'

/** Whose call it is, and over which link it came. */
export interface CallOrigin {
  readonly sourceId: string
  readonly linkName: string
}

/** What a provider holds for each link at which it is the target, found by the source of a call and the link's name. */
export class TargetLinks<T> {
  readonly #held = new Map<string, T>()
  readonly #release: (held: T) => Promise<void>

  /** `release` is called once for each that was made. */
  constructor(release: (held: T) => Promise<void>) {
    this.#release = release
  }

  get values(): readonly T[] {
    return [...this.#held.values()]
  }

  /** Makes what the link needs, unless it has that. Throws what `make` throws, and holds nothing then. */
  async open(link: ProviderLink, make: () => Promise<T>): Promise<void> {
    const key = keyOf(link.sourceId, link.name)
    if (!this.#held.has(key)) this.#held.set(key, await make())
  }

  /** Releases what the link had, if it had something. */
  async close(link: ProviderLink): Promise<void> {
    const key = keyOf(link.sourceId, link.name)
    const held = this.#held.get(key)
    if (held === undefined) return
    this.#held.delete(key)
    await this.#release(held)
  }

  find({ sourceId, linkName }: CallOrigin): T | undefined {
    return this.#held.get(keyOf(sourceId, linkName))
  }

  /** Releases everything; throws what went wrong after having tried all. */
  async closeAll(): Promise<void> {
    const held = [...this.#held.values()]
    this.#held.clear()
    const results = await Promise.allSettled(held.map((each) => this.#release(each)))
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    if (failures.length > 0) throw new AggregateError(failures, 'Cannot release every link')
  }
}

/** Says that nothing is held for the caller, and what to do. */
export function describeUnlinked({ sourceId, linkName }: CallOrigin, providerId: string): string {
  return `"${sourceId}" has no link named "${linkName}" to the provider "${providerId}", or the provider refused it; run "washi get inventory"`
}

function keyOf(sourceId: string, name: string): string {
  return `${sourceId} ${name}`
}
