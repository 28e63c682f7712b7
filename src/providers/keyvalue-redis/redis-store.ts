import type { KeyPage, KeyValuePair, KeyValueStore } from '../support/key-value-store.js'
import type { RedisArgument, RedisConnection } from './redis-connection.js'

const scanCount = '1000'

/** The database of a connection as a store; the name of a bucket means nothing to it. */
export class RedisStore implements KeyValueStore {
  readonly #connection: RedisConnection

  constructor(connection: RedisConnection) {
    this.#connection = connection
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return asBytes(await this.#send('GET', key))
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#send('SET', key, asBuffer(value))
  }

  async delete(key: string): Promise<void> {
    await this.#send('DEL', key)
  }

  async exists(key: string): Promise<boolean> {
    return Number(await this.#send('EXISTS', key)) > 0
  }

  async listKeys(cursor = 0n): Promise<KeyPage> {
    const reply = await this.#send('SCAN', cursor.toString(), 'COUNT', scanCount)
    const [next, keys] = reply as [Buffer, Buffer[]] // as Redis documents it
    const following = BigInt(next.toString())
    // A scan may meet a key more than once.
    const unique = [...new Set(keys.map((key) => key.toString()))]
    return { keys: unique, cursor: following === 0n ? undefined : following }
  }

  async increment(key: string, delta: bigint): Promise<bigint> {
    return BigInt(String(await this.#send('INCRBY', key, delta.toString())))
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (keys.length === 0) return []
    const reply = await this.#send('MGET', ...keys)
    return (reply as unknown[]).map(asBytes) // one for each key
  }

  async setMany(pairs: readonly KeyValuePair[]): Promise<void> {
    if (pairs.length === 0) return
    await this.#send('MSET', ...pairs.flatMap(([key, value]) => [key, asBuffer(value)]))
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#send('DEL', ...keys)
  }

  #send(...args: readonly RedisArgument[]): Promise<unknown> {
    return this.#connection.command(args)
  }
}

function asBytes(reply: unknown): Uint8Array | undefined {
  if (!(reply instanceof Uint8Array)) return undefined
  return new Uint8Array(reply.buffer, reply.byteOffset, reply.byteLength)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
