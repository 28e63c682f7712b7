import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { Bucket, BucketChange } from '../../lattice/key-value.js'
import {
  isSecretName,
  mergeConfigs,
  parseConfig,
  readConfig,
  readStoredConfig,
} from '../../lattice/store/configs.js'
import { watchUntilCurrent } from './watch-bucket.js'

/** The named configs of the lattice, kept current by a watch on their bucket. */
export class LiveConfigs {
  readonly #bucket: Bucket
  readonly #log: Logger
  /** The newest that was seen of each; without values where it was deleted, so that a late answer does not bring it back. */
  readonly #known = new Map<string, KnownConfig>()
  readonly #listeners = new Set<(name: string) => void>()
  #ended: Promise<void> = Promise.resolve()

  constructor(bucket: Bucket, log: Logger) {
    this.#bucket = bucket
    this.#log = log
  }

  /** Resolves once all stored configs are known. The watch ends with the signal; ended() waits for that. */
  async start(signal: AbortSignal): Promise<void> {
    const watch = watchUntilCurrent(this.#bucket, {
      signal,
      log: this.#log,
      onChange: (change) => this.#onChange(change),
    })
    this.#ended = watch.ended
    await watch.current
  }

  ended(): Promise<void> {
    return this.#ended
  }

  /** The merged values as of now; a config that was deleted is empty, and so are references to secrets. */
  merged(names: readonly string[]): StringMap {
    return mergeConfigs(
      names.map((name) => (isSecretName(name) ? {} : (this.#known.get(name)?.values ?? {}))),
    )
  }

  /** Reads the store itself, not the watched copy: sees what was acknowledged a moment ago. */
  async isStored(name: string): Promise<boolean> {
    return (await readConfig(this.#bucket, name)) !== undefined
  }

  /**
   * The merged values, every name read from the store, references to secrets passed over. Throws CONFIG_NOT_FOUND for a name
   * without values.
   */
  async resolve(names: readonly string[]): Promise<StringMap> {
    const configs: StringMap[] = []
    for (const name of names) {
      if (isSecretName(name)) continue
      const stored = await readStoredConfig(this.#bucket, name)
      if (!stored)
        throw new AppError('CONFIG_NOT_FOUND', `Config ${name} does not exist`, { hint: hintFor(name) })
      // The watch and answers of the store may overtake each other.
      if ((this.#known.get(name)?.revision ?? 0) < stored.revision) this.#known.set(name, stored)
      configs.push(stored.values)
    }
    return mergeConfigs(configs)
  }

  /** Tells the listeners of a name that means something else by now, as a secret with another value does. */
  announce(name: string): void {
    for (const listener of [...this.#listeners]) listener(name)
  }

  /** Calls `listener` with the name of each config that was put or deleted; the returned function ends that. */
  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #onChange(change: BucketChange): void {
    if (change.kind === 'current') return
    const values = change.kind === 'put' ? parseConfig(change.value) : undefined
    if (change.kind === 'put' && !values) this.#log.warn('a stored config is damaged', { config: change.key })
    this.#known.set(change.key, { values, revision: change.revision })
    this.announce(change.key)
  }
}

interface KnownConfig {
  readonly values: StringMap | undefined
  readonly revision: number
}

function hintFor(name: string): string {
  return `washi config put ${name} KEY=VALUE`
}
