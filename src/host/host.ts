import { createDeferred } from '../core/deferred.js'
import type { HostId } from '../lattice/ids.js'
import type { HostInventory } from '../lattice/control/inventory-schemas.js'

/** Why a host is not running any more. */
export type HostClosed =
  | { readonly kind: 'stopped' }
  /** Somebody on the lattice asked for it. */
  | { readonly kind: 'stop-requested' }
  | { readonly kind: 'connection-lost'; readonly reason: Error | undefined }

/** A running host. Whoever started it stops it. */
export interface Host extends AsyncDisposable {
  readonly id: HostId
  readonly friendlyName: string
  /** Resolves when the host has stopped, whoever wanted it; never rejects. */
  readonly closed: Promise<HostClosed>
  inventory(): HostInventory
  /** Stops in reverse order of the start and tells the lattice. Idempotent; running calls get until `graceMs`. */
  stop(graceMs?: number): Promise<void>
}

/** What createHost() needs to know. */
export interface HostParts {
  readonly id: HostId
  readonly friendlyName: string
  readonly inventory: () => HostInventory
  /** Stops everything; called once. */
  readonly shutDown: (graceMs: number | undefined) => Promise<void>
}

/** A Host whose end can also come from inside. */
export interface EndableHost extends Host {
  end(closed: HostClosed, graceMs?: number): Promise<void>
}

/** Binds the parts to one life: the first stop decides the reason, later ones wait for it. */
export function createHost({ id, friendlyName, inventory, shutDown }: HostParts): EndableHost {
  const closed = createDeferred<HostClosed>()
  let ending: Promise<void> | undefined
  const end = (reason: HostClosed, graceMs?: number): Promise<void> => {
    ending ??= shutDown(graceMs).finally(() => closed.resolve(reason))
    return ending
  }
  const stop = (graceMs?: number): Promise<void> => end({ kind: 'stopped' }, graceMs)
  return {
    id,
    friendlyName,
    closed: closed.promise,
    inventory,
    stop,
    end,
    [Symbol.asyncDispose]: () => stop(),
  }
}
