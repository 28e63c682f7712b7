import type { Manifest } from '../manifest/manifest.js'
import type { ApplicationStatus } from '../planner/status.js'
import type { ApplicationStore } from '../store/application-store.js'

/** What the operations work on. */
export interface ApiSurroundings {
  readonly store: ApplicationStore
  /** The status of a deployed application, or of one that is being taken down; undefined for others. */
  readonly statusOf: (name: string) => ApplicationStatus | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Tells whoever listens what was deployed, or that something was undeployed. */
  readonly announce: (event: ManagerEvent) => void
}

/** What other programs may want to know at once. */
export type ManagerEvent =
  | { readonly kind: 'published'; readonly manifest: Manifest }
  | { readonly kind: 'unpublished'; readonly name: string }
