import { createDeferred } from '../../core/deferred.js'
import type { Logger } from '../../core/log.js'
import { toDesiredApplication } from '../planner/desired.js'
import type { DesiredApplication } from '../planner/desired.js'
import { findVersion } from '../store/application-record.js'
import type { ApplicationStore, StoredApplication } from '../store/application-store.js'
import { findUnsupported } from '../support/find-unsupported.js'

/** What an ApplicationTable works with. */
export interface ApplicationTableOptions {
  readonly store: ApplicationStore
  readonly log: Logger
  /** An application was stored anew, deployed again with the same version included. */
  readonly onStored: (name: string) => void
  readonly onChange: () => void
}

/** The stored applications, kept up to date, and what the deployed ones among them want. */
export class ApplicationTable {
  readonly #options: ApplicationTableOptions
  readonly #applications = new Map<string, StoredApplication>()
  readonly #desired = new Map<string, DesiredApplication>()
  readonly #ready = createDeferred<void>()
  #seen = new Set<string>()

  constructor(options: ApplicationTableOptions) {
    this.#options = options
  }

  /** Resolves once all that was stored has been read. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** What the deployed applications want, in order of name. */
  desired(): readonly DesiredApplication[] {
    return [...this.#desired.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The revision of an application's record. */
  revisionOf(name: string): number | undefined {
    return this.#applications.get(name)?.revision
  }

  /** Follows the store until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const change of this.#options.store.watch({ signal })) {
      if (change.kind === 'stored') this.#set(change.application)
      else if (change.kind === 'current') this.#forgetUnseen()
      else if (change.kind === 'deleted') this.#delete(change.name)
      else
        this.#options.log.debug('an application cannot be read', { name: change.name, reason: change.reason })
      this.#options.onChange()
    }
  }

  #set(application: StoredApplication): void {
    const { name, record, revision } = application
    this.#seen.add(name)
    if (this.#applications.get(name)?.revision === revision) return
    this.#applications.set(name, application)
    const deployed =
      record.deployedVersion === undefined ? undefined : findVersion(record, record.deployedVersion)
    if (deployed)
      this.#desired.set(name, withRefusal(toDesiredApplication(deployed.manifest, revision), deployed))
    else this.#desired.delete(name)
    this.#options.onStored(name)
  }

  #delete(name: string): void {
    this.#applications.delete(name)
    this.#desired.delete(name)
  }

  #forgetUnseen(): void {
    for (const name of [...this.#applications.keys()]) if (!this.#seen.has(name)) this.#delete(name)
    this.#seen = new Set()
    this.#ready.resolve()
  }
}

/** Another manager may have deployed what this one cannot run: none of it is started. */
function withRefusal(
  desired: DesiredApplication,
  { manifest }: { readonly manifest: Parameters<typeof findUnsupported>[0] },
): DesiredApplication {
  const reasons = findUnsupported(manifest).map(({ reason }) => reason)
  return reasons.length === 0 ? desired : { ...desired, refusal: reasons.join('; ') }
}
