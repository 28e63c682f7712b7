import type { Manifest } from '../manifest/manifest.js'
import type { ApplicationStatus, StatusType } from '../planner/status.js'

/** An application in a list. */
export interface ApplicationSummary {
  readonly name: string
  /** The version that was put last. */
  readonly version: string
  readonly description: string | undefined
  readonly deployedVersion: string | undefined
  readonly status: ApplicationStatus
}

/** A version in the history of an application. */
export interface ApplicationVersion {
  readonly version: string
  readonly deployed: boolean
}

/** What put() stored. */
export interface PutResult {
  readonly name: string
  readonly version: string
  readonly totalVersions: number
  /** The manager's words. */
  readonly message: string
}

/** What deploy() and undeploy() acknowledged; the effect shows in the status. */
export interface DeployResult {
  readonly name: string
  readonly version: string | undefined
  /** Statuses of at least this revision are about this deployment; undefined from a real wadm. */
  readonly revision: number | undefined
  readonly message: string
}

/** What delete() did. */
export interface DeleteResult {
  /** False where there was nothing to delete. */
  readonly deleted: boolean
  /** Whether the application was deployed, and is being taken down. */
  readonly undeployed: boolean
  readonly message: string
}

/** A manifest as the manager stores it, and as it sent it. */
export interface StoredManifest {
  readonly manifest: Manifest
  readonly json: unknown
}

/** The words for people, per type. */
export const statusWords: Readonly<Record<StatusType, string>> = {
  waiting: 'Waiting',
  undeployed: 'Undeployed',
  reconciling: 'Reconciling',
  deployed: 'Deployed',
  failed: 'Failed',
  unhealthy: 'Unhealthy',
}
