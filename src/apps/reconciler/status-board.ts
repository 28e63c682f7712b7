import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { encodeStatus } from '../api/messages.js'
import { statusSubject } from '../api/subjects.js'
import type { ApplicationStatus } from '../planner/status.js'

/** The last status of each application; what changes is published on `wadm.status.{lattice}.{name}`. */
export class StatusBoard {
  readonly #connection: LatticeConnection
  readonly #log: Logger
  readonly #statuses = new Map<string, ApplicationStatus>()
  readonly #published = new Map<string, string>()

  constructor(connection: LatticeConnection, log: Logger) {
    this.#connection = connection
    this.#log = log
  }

  /** The status of an application that was deployed while this manager was active. */
  get(name: string): ApplicationStatus | undefined {
    return this.#statuses.get(name)
  }

  /** Takes over the statuses of a plan; an application that is not among them has been undeployed completely. */
  update(
    statuses: ReadonlyMap<string, ApplicationStatus>,
    revisionOf: (name: string) => number | undefined,
  ): void {
    for (const [name, status] of statuses) this.#set(name, { revision: revisionOf(name), ...status })
    for (const name of [...this.#statuses.keys()]) {
      if (!statuses.has(name)) this.#set(name, { ...undeployed, revision: revisionOf(name) })
    }
  }

  #set(name: string, status: ApplicationStatus): void {
    this.#report(name, status)
    this.#statuses.set(name, status)
    const text = JSON.stringify(encodeStatus(status))
    if (this.#published.get(name) === text) return
    this.#published.set(name, text)
    this.#connection.publish(statusSubject(this.#connection.lattice, name), text)
  }

  #report(application: string, { status: { type, message } }: ApplicationStatus): void {
    const before = this.#statuses.get(application)?.status
    if (before?.type === type && before.message === message) return
    const fields = message === '' ? { application } : { application, reason: message }
    if (type === 'failed') this.#log.warn('an application has failed', fields)
    else this.#log.info(`an application is ${type}`, fields)
  }
}

const undeployed: ApplicationStatus = {
  status: { type: 'undeployed', message: 'Manifest has been undeployed' },
  scalers: [],
}
