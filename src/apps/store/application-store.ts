import { AppError, messageOf } from '../../core/errors.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { Bucket, BucketEntry } from '../../lattice/key-value.js'
import { parseApplicationRecord, stringifyApplicationRecord } from './application-record.js'
import type { ApplicationRecord } from './application-record.js'

/** A record and the revision that a change is compared with. */
export interface StoredApplication {
  readonly name: string
  readonly record: ApplicationRecord
  readonly revision: number
}

/** What ApplicationStore.watch() reports. `current`: all that was stored has been reported. */
export type ApplicationChange =
  | { readonly kind: 'stored'; readonly application: StoredApplication }
  | { readonly kind: 'deleted'; readonly name: string }
  | { readonly kind: 'damaged'; readonly name: string; readonly reason: string }
  | { readonly kind: 'current' }

/** What ApplicationStore.change() is to do; undefined leaves the record alone. */
export type RecordChange<T> = {
  readonly result: T
  readonly record?: ApplicationRecord | 'delete' | undefined
}

const maxAttempts = 20

/**
 * The applications of a lattice in the bucket `wadm_manifests`, laid out as wadm does: `{lattice}` holds the sorted names,
 * `{lattice}-{name}` the record. Changes are compare-and-set, so that several managers can share it.
 */
export class ApplicationStore {
  readonly #bucket: Bucket
  readonly #lattice: string
  /** What was read last, by key: a record of the same revision is not read again. */
  readonly #read = new Map<string, { readonly revision: number; readonly record: ApplicationRecord }>()

  constructor(bucket: Bucket, lattice: string) {
    this.#bucket = bucket
    this.#lattice = lattice
  }

  /** Opens the bucket; creates it where it is missing. */
  static async open(connection: LatticeConnection): Promise<ApplicationStore> {
    const bucket = await connection.bucket('wadm_manifests', { create: { history: 1 } })
    return new ApplicationStore(bucket, connection.lattice)
  }

  /** The names of all applications, sorted. */
  async names(): Promise<readonly string[]> {
    const entry = await this.#bucket.get(this.#lattice)
    return entry ? parseNames(entry) : []
  }

  /** The application of that name. Throws STORE_DAMAGED where its record cannot be read. */
  async get(name: string): Promise<StoredApplication | undefined> {
    const entry = await this.#bucket.get(this.#keyOf(name))
    if (!entry) return undefined
    return { name, record: this.#record(name, entry), revision: entry.revision }
  }

  /** Every application, sorted by name. Throws STORE_DAMAGED where a record cannot be read. */
  async all(): Promise<readonly StoredApplication[]> {
    const [names, entries] = await Promise.all([this.names(), this.#bucket.entries()])
    const byKey = new Map(entries.map((entry) => [entry.key, entry]))
    return names.flatMap((name) => {
      const entry = byKey.get(this.#keyOf(name))
      return entry ? { name, record: this.#record(name, entry), revision: entry.revision } : []
    })
  }

  /**
   * Reads the record, lets `change` say what becomes of it, and stores that if nobody else wrote in between; else tries
   * again. Returns what `change` returned, with the new revision where something was stored.
   */
  async change<T>(
    name: string,
    change: (current: ApplicationRecord | undefined) => RecordChange<T> | Promise<RecordChange<T>>,
  ): Promise<{ readonly result: T; readonly revision: number | undefined }> {
    const key = this.#keyOf(name)
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const entry = await this.#bucket.get(key)
      const { result, record } = await change(entry && this.#record(name, entry))
      if (record === undefined) return { result, revision: undefined }
      if (record === 'delete') {
        await this.#changeNames((names) => names.filter((each) => each !== name))
        await this.#bucket.purge(key)
        return { result, revision: undefined }
      }
      // The name goes first: one without a record is passed over, while a record without a name would never be listed.
      await this.#changeNames((names) => (names.includes(name) ? names : [...names, name].sort()))
      const revision = await this.#bucket.update(key, stringifyApplicationRecord(record), entry?.revision)
      if (revision === undefined) continue
      return { result, revision }
    }
    throw new AppError('STORE_CONFLICT', `Cannot change application "${name}": others keep changing it`, {
      hint: 'Run the command again',
    })
  }

  /** All applications, then each change as it happens. Ends with the signal. */
  async *watch(options: { readonly signal: AbortSignal }): AsyncGenerator<ApplicationChange> {
    const prefix = this.#keyOf('')
    for await (const change of this.#bucket.watch(options)) {
      if (change.kind === 'current') yield change
      else if (change.key.startsWith(prefix)) yield this.#toChange(change, change.key.slice(prefix.length))
    }
  }

  #toChange(
    change: ({ readonly kind: 'put' } & BucketEntry) | { readonly kind: 'delete' },
    name: string,
  ): ApplicationChange {
    if (change.kind === 'delete') return { kind: 'deleted', name }
    try {
      return {
        kind: 'stored',
        application: { name, record: this.#record(name, change), revision: change.revision },
      }
    } catch (thrown) {
      return { kind: 'damaged', name, reason: messageOf(thrown) }
    }
  }

  #record(name: string, entry: BucketEntry): ApplicationRecord {
    const known = this.#read.get(entry.key)
    if (known?.revision === entry.revision) return known.record
    const record = readRecord(name, entry)
    this.#read.set(entry.key, { revision: entry.revision, record })
    return record
  }

  async #changeNames(change: (names: readonly string[]) => readonly string[]): Promise<void> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const entry = await this.#bucket.get(this.#lattice)
      const names = entry ? parseNames(entry) : []
      const next = change(names)
      if (next === names || next.length === names.length) return
      const revision = await this.#bucket.update(this.#lattice, JSON.stringify(next), entry?.revision)
      if (revision !== undefined) return
    }
    throw new AppError('STORE_CONFLICT', 'Cannot change the list of applications: others keep changing it', {
      hint: 'Run the command again',
    })
  }

  #keyOf(name: string): string {
    return `${this.#lattice}-${name}`
  }
}

const decoder = new TextDecoder()

function parseNames(entry: BucketEntry): readonly string[] {
  const parsed: unknown = JSON.parse(decoder.decode(entry.value))
  return Array.isArray(parsed) ? parsed.filter((name): name is string => typeof name === 'string') : []
}

function readRecord(name: string, entry: BucketEntry): ApplicationRecord {
  try {
    return parseApplicationRecord(decoder.decode(entry.value))
  } catch (cause) {
    throw new AppError('STORE_DAMAGED', `Cannot read the stored application "${name}": ${messageOf(cause)}`, {
      hint: `washi app delete ${name}`,
      cause,
    })
  }
}
