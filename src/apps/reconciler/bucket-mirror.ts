import { createDeferred } from '../../core/deferred.js'
import type { Bucket } from '../../lattice/key-value.js'

/** What a BucketMirror works with. */
export interface BucketMirrorOptions<T> {
  readonly bucket: Bucket
  /** The key under which a value is kept, and the value; undefined for entries that do not matter. */
  readonly parse: (key: string, value: Uint8Array) => T | undefined
  readonly onChange: () => void
}

/** The values of a bucket, kept up to date. */
export class BucketMirror<T> {
  readonly #options: BucketMirrorOptions<T>
  readonly #values = new Map<string, T>()
  readonly #ready = createDeferred<void>()
  #seen = new Set<string>()

  constructor(options: BucketMirrorOptions<T>) {
    this.#options = options
  }

  /** Resolves once all that was stored has been read. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** By key. */
  get values(): ReadonlyMap<string, T> {
    return this.#values
  }

  /** Follows the bucket until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const change of this.#options.bucket.watch({ signal })) {
      if (change.kind === 'current') this.#forgetUnseen()
      else this.#set(change.key, change.kind === 'put' ? change.value : undefined)
      this.#options.onChange()
    }
  }

  #set(key: string, value: Uint8Array | undefined): void {
    this.#seen.add(key)
    const parsed = value && this.#options.parse(key, value)
    if (parsed === undefined) this.#values.delete(key)
    else this.#values.set(key, parsed)
  }

  /** After a reconnect everything is reported again: what is not was deleted meanwhile. */
  #forgetUnseen(): void {
    for (const key of this.#values.keys()) if (!this.#seen.has(key)) this.#values.delete(key)
    this.#seen = new Set()
    this.#ready.resolve()
  }
}
