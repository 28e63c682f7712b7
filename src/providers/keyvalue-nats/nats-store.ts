import type { Bucket } from '../../lattice/key-value.js'
import {
  addToNumber,
  type KeyPage,
  type KeyValuePair,
  type KeyValueStore,
} from '../support/key-value-store.js'

/** Attempts at an increment while others change the value, as the original has it but more. */
const maxAttempts = 50

/** A NATS bucket as a store. */
export class NatsStore implements KeyValueStore {
  readonly #bucket: Bucket

  constructor(bucket: Bucket) {
    this.#bucket = bucket
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#bucket.get(key))?.value
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#bucket.put(key, value)
  }

  async delete(key: string): Promise<void> {
    await this.#bucket.purge(key)
  }

  async exists(key: string): Promise<boolean> {
    return (await this.#bucket.get(key)) !== undefined
  }

  /** All at once. */
  async listKeys(): Promise<KeyPage> {
    return { keys: await this.#bucket.keys(), cursor: undefined }
  }

  async increment(key: string, delta: bigint): Promise<bigint> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const entry = await this.#bucket.get(key)
      const sum = addToNumber(key, entry?.value, delta)
      const revision = await this.#bucket.update(key, sum.toString(), entry?.revision)
      if (revision !== undefined) return sum
    }
    throw new Error(`the value of "${key}" changed ${maxAttempts} times in a row while it was incremented`)
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return await Promise.all(keys.map((key) => this.get(key)))
  }

  async setMany(pairs: readonly KeyValuePair[]): Promise<void> {
    // One after the other: of a key that comes twice, the last value counts.
    for (const [key, value] of pairs) await this.set(key, value)
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.delete(key)))
  }
}
