import {
  addToNumber,
  type KeyPage,
  type KeyValuePair,
  type KeyValueStore,
} from '../support/key-value-store.js'

const pageSize = 1_000

interface Entry {
  /** Grows from entry to entry: where a listing goes on. */
  readonly serial: bigint
  readonly value: Uint8Array
}

/** A bucket in memory. */
export class MemoryStore implements KeyValueStore {
  readonly #entries = new Map<string, Entry>()
  #lastSerial = 0n

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#entries.get(key)?.value
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    // A copy: what was decoded is a view of a whole message.
    this.#put(key, value.slice())
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key)
  }

  async exists(key: string): Promise<boolean> {
    return this.#entries.has(key)
  }

  async listKeys(cursor = 0n): Promise<KeyPage> {
    const keys: string[] = []
    let last = cursor
    // In the order of their serials: an entry that is set again keeps its own.
    for (const [key, { serial }] of this.#entries) {
      if (serial <= cursor) continue
      if (keys.length === pageSize) return { keys, cursor: last }
      keys.push(key)
      last = serial
    }
    return { keys, cursor: undefined }
  }

  async increment(key: string, delta: bigint): Promise<bigint> {
    const sum = addToNumber(key, this.#entries.get(key)?.value, delta)
    this.#put(key, Buffer.from(sum.toString()))
    return sum
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    return keys.map((key) => this.#entries.get(key)?.value)
  }

  async setMany(pairs: readonly KeyValuePair[]): Promise<void> {
    for (const [key, value] of pairs) this.#put(key, value.slice())
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#entries.delete(key)
  }

  #put(key: string, value: Uint8Array): void {
    const serial = this.#entries.get(key)?.serial ?? (this.#lastSerial += 1n)
    this.#entries.set(key, { serial, value })
  }
}
