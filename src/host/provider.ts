import type { Logger } from '../core/log.js'
import type { HttpTarget } from './http-exchange.js'

/** A link as a provider sees it: with its own side's configuration resolved to values. */
export interface ProviderLink {
  readonly sourceId: string
  readonly target: string
  readonly name: string
  readonly witNamespace: string
  readonly witPackage: string
  readonly interfaces: readonly string[]
  /** Merged values of the link's source_config, respectively target_config. */
  readonly sourceConfig: Readonly<Record<string, string>>
  readonly targetConfig: Readonly<Record<string, string>>
}

/** What the host lends to a provider while it runs. */
export interface ProviderContext {
  readonly providerId: string
  /** Merged values of the provider's own named configs. */
  readonly config: Readonly<Record<string, string>>
  readonly log: Logger
  /** The component (or other target) of that id; its calls fail as `unavailable` while nothing answers to it. */
  httpTarget(targetId: string): HttpTarget
}

/** Health as of the lattice protocol. */
export interface ProviderHealth {
  readonly healthy: boolean
  readonly message?: string | undefined
}

/**
 * A running provider. Each of its methods is called by one supervisor, one at a time, in the order
 * start, any number of linkAs…/unlink, stop. An AppError thrown from a link method refuses that link, with its
 * message as the reason that the lattice shows; the provider goes on.
 */
export interface Provider {
  start(): Promise<void>
  /** The provider is the link's source: it calls the target (an http-server calls a component). Idempotent. */
  linkAsSource(link: ProviderLink): Promise<void>
  /** The provider is the link's target: the source calls it. Idempotent. */
  linkAsTarget(link: ProviderLink): Promise<void>
  /** Undoes either; unknown links are ignored. */
  unlink(link: ProviderLink): Promise<void>
  health(): Promise<ProviderHealth>
  /** Idempotent; releases everything. */
  stop(): Promise<void>
}

/** A kind of provider that the host can run in its own process. */
export interface ProviderDefinition {
  /** The last part of its references: `http-server`. */
  readonly name: string
  /** Interfaces that it calls on link targets, without version: `wasi:http/incoming-handler`. */
  readonly calls: readonly string[]
  /** Interfaces that it serves to link sources, without version: `wasi:keyvalue/store`. */
  readonly serves: readonly string[]
  /** Checks the provider's config and creates it; does no I/O. Throws AppError for bad config. */
  create(context: ProviderContext): Provider
}
