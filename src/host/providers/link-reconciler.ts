import type { ProviderLinkState } from '../../lattice/control/inventory-schemas.js'
import type { Link } from '../../lattice/control/schemas.js'
import { linkIdentity, sameLink } from '../../lattice/store/links.js'
import { errorChain } from '../error-chain.js'
import type { Provider, ProviderLink } from '../provider.js'
import { sameProviderLink } from './provider-link.js'

/** What a LinkReconciler works with. */
export interface LinkReconcilerOptions {
  readonly providerId: string
  readonly resolve: (link: Link) => Promise<ProviderLink>
  readonly onEstablished: (link: Link) => void
  readonly onRefused: (link: Link, error: string) => void
  /** The provider failed to let go of a link; it is treated as gone all the same. */
  readonly onUnlinkFailure: (link: Link, failure: unknown) => void
}

interface KnownLink {
  readonly link: Link
  /** What the provider was given; absent where it has nothing of this link. */
  readonly given?: ProviderLink
  readonly error?: string
  /** One of its configs has changed since. */
  readonly isStale?: boolean
}

/**
 * Brings the links that one provider has to those that the lattice wants it to have. Calls must not overlap: the
 * provider's supervisor sees to that. Whatever happened before, and in whatever order, the outcome is the same.
 */
export class LinkReconciler {
  readonly #options: LinkReconcilerOptions
  readonly #known = new Map<string, KnownLink>()
  /** Configs that have changed since the link that is being given was resolved. */
  readonly #changedMeanwhile = new Set<string>()
  #wanted: readonly Link[] = []
  /** Identities of wanted links by their sources and names: looked up at each call. */
  #wantedBySource = new Map<string, string[]>()

  constructor(options: LinkReconcilerOptions) {
    this.#options = options
  }

  /** Sorted by link. Links that the provider was not asked about yet are `pending`. */
  states(): readonly ProviderLinkState[] {
    const wanted = new Map(this.#wanted.map((link) => [linkIdentity(link), link]))
    return [...wanted.keys()].sort().flatMap((identity) => {
      const link = wanted.get(identity)
      return link ? [linkState(link, this.#known.get(identity))] : []
    })
  }

  /** Takes note of what is wanted, before apply(). */
  want(links: readonly Link[]): void {
    this.#wanted = links
    this.#wantedBySource = new Map()
    for (const link of links) {
      const key = sourceKey(link.source_id, link.name)
      const identities = this.#wantedBySource.get(key) ?? []
      identities.push(linkIdentity(link))
      this.#wantedBySource.set(key, identities)
    }
  }

  /**
   * Takes links away that are not wanted (any more, or so), then gives those that are missing. Refused ones are tried
   * again; a refusal with the same words is announced again only with `repeatRefusals`.
   */
  async apply(provider: Provider, { repeatRefusals }: { readonly repeatRefusals: boolean }): Promise<void> {
    const wanted = this.#wanted
    const identities = new Set(wanted.map(linkIdentity))
    for (const [identity, known] of [...this.#known]) {
      if (identities.has(identity)) continue
      await this.#takeAway(provider, known)
      this.#known.delete(identity)
    }
    for (const link of wanted) await this.#give(provider, { link, repeatRefusals })
  }

  /** The provider that had the links is no more: apply() gives them to the next one. */
  forget(): void {
    for (const [identity, { error }] of [...this.#known]) {
      // Refused ones are announced again only where the reason is another.
      if (error === undefined) this.#known.delete(identity)
    }
  }

  /** Takes all links away, last ones first. */
  async clear(provider: Provider): Promise<void> {
    for (const known of [...this.#known.values()].reverse()) await this.#takeAway(provider, known)
    this.#known.clear()
  }

  /** Lets apply() resolve the links that use the config once more. */
  configChanged(name: string): void {
    this.#changedMeanwhile.add(name)
    for (const [identity, known] of this.#known) {
      if (uses(known.link, name)) this.#known.set(identity, { ...known, isStale: true })
    }
  }

  /** Whether the provider has exactly this link. */
  isEstablished(link: Link): boolean {
    const known = this.#known.get(linkIdentity(link))
    return known?.given !== undefined && sameLink(known.link, link)
  }

  /** Whether a link of that source and name is wanted that the provider was not asked about yet. */
  isAwaited(sourceId: string, name: string): boolean {
    const identities = this.#wantedBySource.get(sourceKey(sourceId, name)) ?? []
    return identities.some((identity) => !this.#known.has(identity))
  }

  hasRefused(): boolean {
    return [...this.#known.values()].some((known) => known.error !== undefined)
  }

  async #give(
    provider: Provider,
    {
      link,
      repeatRefusals,
    }: {
      readonly link: Link
      readonly repeatRefusals: boolean
    },
  ): Promise<void> {
    const identity = linkIdentity(link)
    const known = this.#known.get(identity)
    const isUnchanged = known?.given !== undefined && sameLink(known.link, link)
    if (isUnchanged && !known.isStale) return
    this.#changedMeanwhile.clear()
    let resolved: ProviderLink
    try {
      resolved = await this.#options.resolve(link)
    } catch (failure) {
      // A config that was deleted while in use: the link keeps the values that it was made with.
      if (isUnchanged) return
      if (known) await this.#takeAway(provider, known)
      return this.#refuse(identity, { link, known, failure, repeatRefusals })
    }
    if (known?.given && sameProviderLink(known.given, resolved)) {
      this.#note(identity, link, known.given)
      return isUnchanged ? undefined : this.#options.onEstablished(link)
    }
    // Values of a link never change under a provider: the old link goes before the new one comes.
    if (known) await this.#takeAway(provider, known)
    try {
      await this.#hand(provider, link, resolved)
    } catch (failure) {
      return this.#refuse(identity, { link, known, failure, repeatRefusals })
    }
    this.#note(identity, link, resolved)
    this.#options.onEstablished(link)
  }

  /** What was resolved may be out of date by the time that the provider has it: the next apply() sees to that. */
  #note(identity: string, link: Link, given: ProviderLink): void {
    const isStale = [...this.#changedMeanwhile].some((name) => uses(link, name))
    this.#known.set(identity, { link, given, isStale })
  }

  async #hand(provider: Provider, link: Link, resolved: ProviderLink): Promise<void> {
    if (link.source_id === this.#options.providerId) await provider.linkAsSource(resolved)
    if (link.target === this.#options.providerId) await provider.linkAsTarget(resolved)
  }

  #refuse(
    identity: string,
    {
      link,
      known,
      failure,
      repeatRefusals,
    }: {
      readonly link: Link
      readonly known: KnownLink | undefined
      readonly failure: unknown
      readonly repeatRefusals: boolean
    },
  ): void {
    const error = errorChain(failure)
    this.#known.set(identity, { link, error })
    if (repeatRefusals || known?.error !== error) this.#options.onRefused(link, error)
  }

  async #takeAway(provider: Provider, { link, given }: KnownLink): Promise<void> {
    if (!given) return
    try {
      await provider.unlink(given)
    } catch (failure) {
      this.#options.onUnlinkFailure(link, failure)
    }
  }
}

function uses({ source_config, target_config }: Link, config: string): boolean {
  return source_config.includes(config) || target_config.includes(config)
}

function sourceKey(sourceId: string, name: string): string {
  return `${sourceId}\n${name}`
}

function linkState(
  { source_id, target, name, wit_namespace, wit_package }: Link,
  known: KnownLink | undefined,
): ProviderLinkState {
  const link = { source_id, target, name, wit_namespace, wit_package }
  if (known?.error !== undefined) return { ...link, state: 'failed', error: known.error }
  return { ...link, state: known?.given ? 'established' : 'pending' }
}
