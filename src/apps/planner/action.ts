import type { Link } from '../../lattice/control/schemas.js'
import type { HostId } from '../../lattice/ids.js'
import type { StringMap } from '../manifest/manifest.js'

/**
 * A change to the lattice. Idempotent. `key` names the change, so that one in flight is recognised; which events confirm
 * or refute it is in reconciler/settle-attempts.ts.
 */
export type Action = (
  | { readonly kind: 'put-config'; readonly name: string; readonly values: StringMap }
  | { readonly kind: 'delete-config'; readonly name: string }
  | ScaleComponent
  | StartProvider
  | { readonly kind: 'stop-provider'; readonly hostId: HostId; readonly providerId: string }
  | { readonly kind: 'put-link'; readonly link: Link }
  /** Deletes and puts again a link that its provider has refused, for the given reason. */
  | { readonly kind: 'retry-link'; readonly link: Link; readonly reason: string }
  | { readonly kind: 'delete-link'; readonly link: Link }
) & { readonly key: string; readonly application: string }

interface ScaleComponent {
  readonly kind: 'scale-component'
  readonly hostId: HostId
  readonly componentId: string
  readonly image: string
  /** 0 stops it. */
  readonly count: number
  readonly annotations: StringMap
  readonly config: readonly string[]
}

interface StartProvider {
  readonly kind: 'start-provider'
  readonly hostId: HostId
  readonly providerId: string
  readonly image: string
  readonly annotations: StringMap
  readonly config: readonly string[]
}

/** An action without its key. */
export type Unkeyed = Action extends infer A ? (A extends Action ? Omit<A, 'key'> : never) : never

/** Gives an action the key that tells it from every other change. */
export function keyed<A extends Unkeyed>(action: A): A & { readonly key: string } {
  return { ...action, key: keyOf(action) }
}

function keyOf(action: Unkeyed): string {
  switch (action.kind) {
    case 'put-config':
      return joinKey(action.kind, action.name, JSON.stringify(action.values))
    case 'delete-config':
      return joinKey(action.kind, action.name)
    case 'scale-component': {
      const scaler = JSON.stringify(action.annotations)
      return joinKey(
        action.kind,
        action.hostId,
        action.componentId,
        String(action.count),
        action.image,
        scaler,
      )
    }
    case 'start-provider':
      return joinKey(action.kind, action.hostId, action.providerId, JSON.stringify(action.annotations))
    case 'stop-provider':
      return joinKey(action.kind, action.hostId, action.providerId)
    case 'put-link':
    case 'retry-link':
    case 'delete-link':
      return joinKey(action.kind, JSON.stringify(action.link))
    default:
      return action satisfies never
  }
}

function joinKey(...parts: readonly string[]): string {
  return parts.join('\n')
}
