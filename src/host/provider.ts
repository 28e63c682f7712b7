import type { Logger } from '../core/log.js'
import type { SecretValues } from '../lattice/secrets/secret-value.js'
import type { WireInterface } from '../wit/wire/wire-interface.js'
import type { HttpTarget } from './http-exchange.js'

export type { SecretValue, SecretValues } from '../lattice/secrets/secret-value.js'

/** A link as a provider sees it: with configuration and secrets resolved to values. */
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
  /** Secrets among them, apart. */
  readonly sourceSecrets: SecretValues
  readonly targetSecrets: SecretValues
}

/** What the host lends to a provider while it runs. */
export interface ProviderContext {
  readonly providerId: string
  /** Merged values of the provider's own named configs. */
  readonly config: Readonly<Record<string, string>>
  /** Secrets among its named configs. */
  readonly secrets: SecretValues
  /** What floods it is thinned out. */
  readonly log: Logger
  /** The links that the lattice wants the provider to have by now, as linkAsSource() and linkAsTarget() will bring them. */
  links(): Promise<readonly ProviderLink[]>
  /** The component (or other target) of that id; its calls fail as `unavailable` while nothing answers to it. */
  httpTarget(targetId: string): HttpTarget
  /** Calls a function of a link's target with values, and resolves with its result as a value. Throws AppError. */
  call(request: OutgoingCall): Promise<unknown>
  /** The message bus of the host's lattice. */
  readonly bus: { readonly url: string; readonly jsDomain: string | undefined }
}

/** A call that a provider makes; of functions without streams and futures. */
export interface OutgoingCall {
  readonly targetId: string
  readonly linkName: string
  readonly of: WireInterface
  readonly function: string
  readonly args: readonly unknown[]
  readonly signal?: AbortSignal | undefined
}

/**
 * A call that a provider is to answer. Values are those of the linker, results included (`{ tag: 'ok', val }`); streams
 * are async iterables (of Uint8Array for `stream<u8>`, else of elements) and futures promises, both ways. A future that its
 * sender ended without a value is undefined.
 */
export interface ProviderCall {
  readonly sourceId: string
  readonly linkName: string
  /** As on the wire, with version: `wrpc:keyvalue/store@0.2.0-draft`. */
  readonly instance: string
  readonly function: string
  readonly args: readonly unknown[]
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal
}

/** Health as of the lattice protocol. */
export interface ProviderHealth {
  readonly healthy: boolean
  readonly message?: string | undefined
}

/**
 * A running provider. Each of its methods is called by one supervisor, one at a time, in the order
 * start, any number of linkAs…/unlink/configure, stop. An AppError thrown from a link method refuses that link, with its
 * message as the reason that the lattice shows; the provider goes on. A method that does not end in time counts as failed,
 * and the next one is called all the same. A provider that ended, or stays unhealthy, is stopped and created anew.
 */
export interface Provider {
  start(): Promise<void>
  /** Resolves with the reason where the provider ended by itself; never rejects. */
  readonly ended?: Promise<string> | undefined
  /** Takes over other values of its configuration. Without this method the provider is started anew with them. */
  configure?(values: Pick<ProviderContext, 'config' | 'secrets'>): Promise<void>
  /** The provider is the link's source: it calls the target (an http-server calls a component). Idempotent. */
  linkAsSource(link: ProviderLink): Promise<void>
  /** The provider is the link's target: the source calls it. Idempotent. */
  linkAsTarget(link: ProviderLink): Promise<void>
  /**
   * Answers a call of a function of ProviderDefinition.wire with its result; several run at the same time. What it throws
   * fails the call, and its message is all that a caller on this host sees of it. Streams of the result are read to their
   * end or cancelled (return()), also where the caller has gone.
   */
  call?(call: ProviderCall): Promise<unknown>
  /** Whether stop() is called without unlink() for the links that are left. */
  readonly stopsWithLinks?: boolean | undefined
  /** Undoes either; unknown links are ignored. */
  unlink(link: ProviderLink): Promise<void>
  health(): Promise<ProviderHealth>
  /** Idempotent; releases everything. */
  stop(): Promise<void>
}

/** A kind of provider that a host can run. */
export interface ProviderDefinition {
  /** The last part of its references: `http-server`. */
  readonly name: string
  /** Interfaces that it calls on link targets, without version: `wasi:http/incoming-handler`; absent where nobody knows. */
  readonly calls?: readonly string[] | undefined
  /** Interfaces that it serves to link sources, without version: `wasi:keyvalue/store`; absent where nobody knows. */
  readonly serves?: readonly string[] | undefined
  /** Its signed claims, for those who ask who it is: backends of secrets. */
  readonly token?: string | undefined
  /** As its claims have it. Default 0. */
  readonly revision?: number | undefined
  /** The form on the wire of what it serves; Provider.call() answers each function of these. */
  readonly wire?: readonly WireInterface[] | undefined
  /** Checks the provider's config and creates it; does no I/O. Throws AppError for bad config. */
  create(context: ProviderContext): Provider
}
