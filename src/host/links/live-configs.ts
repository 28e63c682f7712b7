import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { Bucket, BucketChange } from '../../lattice/key-value.js'
import { isSecretName, mergeConfigs, parseConfig, readConfig } from '../../lattice/store/configs.js'
import { watchUntilCurrent } from './watch-bucket.js'

/** The named configs of the lattice, kept current by a watch on their bucket. */
export class LiveConfigs {
  readonly #bucket: Bucket
  readonly #log: Logger
  readonly #values = new Map<string, StringMap>()
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
    return mergeConfigs(names.map((name) => (isSecretName(name) ? {} : (this.#values.get(name) ?? {}))))
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
      const values = await readConfig(this.#bucket, name)
      if (!values)
        throw new AppError('CONFIG_NOT_FOUND', `Config ${name} does not exist`, { hint: hintFor(name) })
      this.#values.set(name, values)
      configs.push(values)
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
    if (values) this.#values.set(change.key, values)
    else this.#values.delete(change.key)
    this.announce(change.key)
  }
}

function hintFor(name: string): string {
  return `washi config put ${name} KEY=VALUE`
}
