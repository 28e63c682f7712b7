import type { ComponentClaims } from '../../component/claims/read-component-claims.js'
import type { ComponentDescription } from '../../lattice/control/inventory-schemas.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { SecretValues } from '../../lattice/secrets/secret-value.js'
import type { GuestPool, InstancePolicy } from '../engine/guest-pool.js'
import type { ComponentServing } from '../calls/component-server.js'
import type { HttpTarget } from '../http-exchange.js'
import type { RpcTarget } from '../rpc-exchange.js'

/** How a component is to run. */
export interface ComponentSettings {
  readonly count: number
  readonly limits: StringMap | null
  /** Names of configs. */
  readonly config: readonly string[]
}

/** A component that runs on this host. `settings`, reference and pool change with scale and update. */
export interface RunningComponent {
  readonly id: string
  readonly annotations: StringMap
  imageRef: string
  /** What its code was signed with. */
  claims: ComponentClaims | undefined
  settings: ComponentSettings
  policy: InstancePolicy
  /** What its instances have of secrets. */
  secrets: SecretValues
  pool: GuestPool
  /** The pool as others call it. */
  target: RpcTarget & HttpTarget
  /** What makes it reachable on the lattice. */
  serving: ComponentServing
}

/** The component's entry in the inventory. */
export function describeComponent(component: RunningComponent): ComponentDescription {
  return {
    id: component.id,
    image_ref: component.imageRef,
    ...(component.claims?.wascap?.name ? { name: component.claims.wascap.name } : {}),
    annotations: component.annotations,
    revision: component.claims?.wascap?.rev ?? 0,
    max_instances: component.settings.count,
    limits: component.settings.limits,
  }
}
