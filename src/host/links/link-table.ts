import type { Logger } from '../../core/log.js'
import type { Link, StringMap } from '../../lattice/control/schemas.js'
import type { Bucket, BucketChange } from '../../lattice/key-value.js'
import { claimsListEntry, parseClaims } from '../../lattice/store/claims.js'
import { linksOf, parseComponentSpec, sourceOfSpecKey } from '../../lattice/store/component-spec.js'
import { LinkRoutes } from './link-routes.js'
import { watchUntilCurrent } from './watch-bucket.js'

interface SourceLinks {
  readonly links: readonly Link[]
  readonly routes: LinkRoutes
  readonly revision: number
}

const noRoutes = new LinkRoutes([])

/** The links and claims of the lattice as this host sees them, fed by a watch on their bucket. */
export class LinkTable {
  readonly #bucket: Bucket
  readonly #log: Logger
  readonly #sources = new Map<string, SourceLinks>()
  /** Sources by the targets that they have links to. */
  readonly #sourcesOf = new Map<string, Set<string>>()
  readonly #claims = new Map<string, StringMap>()
  readonly #listeners = new Set<(ids: ReadonlySet<string>) => void>()
  #ended: Promise<void> = Promise.resolve()

  constructor(bucket: Bucket, log: Logger) {
    this.#bucket = bucket
    this.#log = log
  }

  /** Resolves once all stored links are known. The watch ends with the signal; ended() waits for that. */
  async start(signal: AbortSignal): Promise<void> {
    const watch = watchUntilCurrent(this.#bucket, {
      signal,
      log: this.#log,
      onChange: (change) => this.#onChange(change),
    })
    this.#ended = watch.ended
    await watch.current
  }

  ended(): Promise<void> {
    return this.#ended
  }

  /** All links, sorted by source and in each source's stored order. */
  all(): readonly Link[] {
    return [...this.#sources.keys()].sort().flatMap((source) => this.#sources.get(source)?.links ?? [])
  }

  /** The links that name the component or provider as source or target. */
  involving(id: string): readonly Link[] {
    const others = [...(this.#sourcesOf.get(id) ?? [])].filter((source) => source !== id).sort()
    const asTarget = others.flatMap((source) => this.#linksOf(source).filter((link) => link.target === id))
    return [...this.#linksOf(id), ...asTarget]
  }

  /** Where the calls of a component go. */
  routesOf(sourceId: string): LinkRoutes {
    return this.#sources.get(sourceId)?.routes ?? noRoutes
  }

  /** Entries of claims.get. */
  claims(): readonly StringMap[] {
    return [...this.#claims.keys()].sort().flatMap((key) => {
      const claims = this.#claims.get(key)
      return claims ? [claims] : []
    })
  }

  /** Takes over what this host has just stored, ahead of the watch. */
  accept(sourceId: string, links: readonly Link[], revision: number): void {
    const before = this.#sources.get(sourceId)
    if (before && before.revision >= revision) return
    this.#sources.set(sourceId, { links, revision, routes: new LinkRoutes(links) })
    this.#noteTargets(sourceId, before?.links ?? [], links)
    this.#announce([...(before?.links ?? []), ...links], sourceId)
  }

  /** Calls `listener` with the ids that a put concerns, an identical one included; the returned function ends that. */
  onChange(listener: (ids: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #linksOf(sourceId: string): readonly Link[] {
    return this.#sources.get(sourceId)?.links ?? []
  }

  #noteTargets(sourceId: string, before: readonly Link[], now: readonly Link[]): void {
    for (const { target } of before) {
      const sources = this.#sourcesOf.get(target)
      sources?.delete(sourceId)
      if (sources?.size === 0) this.#sourcesOf.delete(target)
    }
    for (const { target } of now) {
      const sources = this.#sourcesOf.get(target) ?? new Set()
      this.#sourcesOf.set(target, sources.add(sourceId))
    }
  }

  #onChange(change: BucketChange): void {
    // A deleted specification is logged only, as by the real host: links stay until they are deleted one by one.
    if (change.kind === 'delete')
      this.#log.debug('a key of the lattice store was deleted', { key: change.key })
    if (change.kind !== 'put') return
    const source = sourceOfSpecKey(change.key)
    if (source === undefined) return this.#onClaims(change.key, change.value)
    const spec = parseComponentSpec(change.value)
    if (!spec) return this.#log.warn('a stored component specification is damaged', { key: change.key })
    this.accept(source, linksOf(spec), change.revision)
  }

  #onClaims(key: string, value: Uint8Array): void {
    const claims = parseClaims(key, value)
    if (claims) this.#claims.set(key, claimsListEntry(claims))
  }

  #announce(links: readonly Link[], sourceId: string): void {
    const ids = new Set([sourceId, ...links.map((link) => link.target)])
    for (const listener of [...this.#listeners]) listener(ids)
  }
}
