import type { ProviderLinkState } from '../../lattice/control/inventory-schemas.js'
import type { Link } from '../../lattice/control/schemas.js'
import type { HostId } from '../../lattice/ids.js'
import type { StringMap } from '../manifest/manifest.js'
import type { Attempt } from './attempt.js'
import type { OwnedByApplication } from './owned.js'

/** Everything the planner knows of the lattice, and of what was tried so far. */
export interface Observed {
  /** Sorted by id. */
  readonly hosts: readonly ObservedHost[]
  readonly links: readonly Link[]
  readonly configs: ReadonlyMap<string, StringMap>
  readonly owned: OwnedByApplication
  /** By key of the action. */
  readonly attempts: ReadonlyMap<string, Attempt>
}

/** A host and what runs on it. */
export interface ObservedHost {
  readonly id: HostId
  /** Its friendly name, where it told one. */
  readonly name?: string | undefined
  readonly labels: StringMap
  readonly components: readonly ObservedComponent[]
  readonly providers: readonly ObservedProvider[]
}

/** A running component. */
export interface ObservedComponent {
  readonly id: string
  readonly image: string
  readonly instances: number
  readonly annotations: StringMap
}

/** A running provider. */
export interface ObservedProvider {
  readonly id: string
  readonly annotations: StringMap
  /** `pending` until its first health check; undefined where it was running before anybody listened. */
  readonly health: 'pending' | 'healthy' | 'failed' | undefined
  /** What became of its links; undefined on hosts that do not tell (real wasmCloud hosts). */
  readonly links: readonly ProviderLinkState[] | undefined
  /** Why it does not do its work at present, where its host tells. */
  readonly trouble?: string | undefined
}

/** The annotations with which a manager marks what it starts. */
export const annotation = {
  managedBy: 'wasmcloud.dev/managed-by',
  application: 'wasmcloud.dev/appspec',
  scaler: 'wasmcloud.dev/scaler',
  spread: 'wasmcloud.dev/spread_name',
} as const

/** The annotations of what is started for a scaler. */
export function managedAnnotations(application: string, scalerId: string, spread: string): StringMap {
  return {
    [annotation.managedBy]: 'wadm',
    [annotation.application]: application,
    [annotation.scaler]: scalerId,
    [annotation.spread]: spread,
  }
}

/** The application that something was started for; undefined where no manager started it. */
export function applicationOf(annotations: StringMap): string | undefined {
  return annotations[annotation.managedBy] === 'wadm' ? annotations[annotation.application] : undefined
}

/** A host as statuses name it: its friendly name and the beginning of its id. */
export function describeHost({ id, name }: Pick<ObservedHost, 'id' | 'name'>): string {
  return name === undefined || name === '' ? id : `${name} (${id.slice(0, 8)})`
}
