import { z } from 'zod'
import { encodePath, type ApiAnswer, type ApiRequest, type HttpApi } from '../support/http-api.js'
import {
  addToNumber,
  StoreError,
  type KeyPage,
  type KeyValuePair,
  type KeyValueStore,
} from '../support/key-value-store.js'

/** Attempts at an increment while others change the value. */
const maxAttempts = 100
/** Most operations of one transaction. */
const maxOperations = 64
/** Requests for several keys at the same time. */
const maxParallel = 16

const entriesSchema = z.tuple([z.object({ Value: z.string().nullable(), ModifyIndex: z.int() })])
const namesSchema = z.array(z.string())

interface Entry {
  readonly value: Uint8Array
  readonly index: number
}

/** A folder of Consul's key-value tree as a store. */
export class ConsulStore implements KeyValueStore {
  readonly #api: HttpApi
  /** Of all keys, with a slash at its end where it is not empty. */
  readonly #prefix: string
  readonly #query: string

  constructor(
    api: HttpApi,
    { folder, datacenter }: { readonly folder: string; readonly datacenter: string | undefined },
  ) {
    this.#api = api
    this.#prefix = folder === '' ? '' : `${folder}/`
    this.#query = datacenter === undefined ? '' : `dc=${encodeURIComponent(datacenter)}`
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#entry(key))?.value
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#send({ method: 'PUT', path: this.#path(key), body: value })
  }

  async delete(key: string): Promise<void> {
    await this.#send({ method: 'DELETE', path: this.#path(key) })
  }

  async exists(key: string): Promise<boolean> {
    return (await this.#entry(key)) !== undefined
  }

  /** All at once. */
  async listKeys(): Promise<KeyPage> {
    const folder = this.#prefix === '' ? '' : encodePath(this.#prefix)
    const answer = await this.#send({ method: 'GET', path: `/v1/kv/${folder}?${this.#with('keys=true')}` })
    if (answer.status === 404) return { keys: [], cursor: undefined }
    const names = parse(namesSchema, answer)
    return { keys: names.map((name) => name.slice(this.#prefix.length)), cursor: undefined }
  }

  async increment(key: string, delta: bigint): Promise<bigint> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const entry = await this.#entry(key)
      const sum = addToNumber(key, entry?.value, delta)
      const path = this.#path(key, `cas=${entry?.index ?? 0}`)
      const { body } = await this.#send({ method: 'PUT', path, body: sum.toString() })
      if (body.toString().trim() === 'true') return sum
    }
    throw new Error(`the value of "${key}" changed ${maxAttempts} times in a row while it was incremented`)
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    const values: (Uint8Array | undefined)[] = []
    for (let start = 0; start < keys.length; start += maxParallel) {
      const some = keys.slice(start, start + maxParallel)
      values.push(...(await Promise.all(some.map((key) => this.get(key)))))
    }
    return values
  }

  async setMany(pairs: readonly KeyValuePair[]): Promise<void> {
    const operations = pairs.map(([key, value]) => ({
      KV: { Verb: 'set', Key: this.#name(key), Value: Buffer.from(value).toString('base64') },
    }))
    await this.#transact(operations)
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    await this.#transact(keys.map((key) => ({ KV: { Verb: 'delete', Key: this.#name(key) } })))
  }

  /** In as many transactions as it takes, one after the other. */
  async #transact(operations: readonly object[]): Promise<void> {
    for (let start = 0; start < operations.length; start += maxOperations) {
      const body = JSON.stringify(operations.slice(start, start + maxOperations))
      await this.#send({ method: 'PUT', path: `/v1/txn?${this.#query}`, body })
    }
  }

  async #entry(key: string): Promise<Entry | undefined> {
    const answer = await this.#send({ method: 'GET', path: this.#path(key) })
    if (answer.status === 404) return undefined
    const [{ Value: value, ModifyIndex: index }] = parse(entriesSchema, answer)
    return { value: Buffer.from(value ?? '', 'base64'), index }
  }

  /** The answer where it is good, or says that there is nothing. */
  async #send(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await this.#api.send(request)
    if (answer.status === 403) throw new StoreError({ tag: 'access-denied' })
    if (answer.status === 200 || (answer.status === 404 && request.method === 'GET')) return answer
    throw new Error(`Consul answers with status ${answer.status}`)
  }

  #name(key: string): string {
    const name = `${this.#prefix}${key}`
    encodePath(name)
    if (key === '') throw new Error('a key cannot be empty')
    return name
  }

  #path(key: string, more = ''): string {
    return `/v1/kv/${encodePath(this.#name(key))}?${this.#with(more)}`
  }

  #with(more: string): string {
    return [this.#query, more].filter((part) => part !== '').join('&')
  }
}

function parse<S extends z.ZodType>(schema: S, { body }: ApiAnswer): z.output<S> {
  try {
    return schema.parse(JSON.parse(body.toString()))
  } catch {
    throw new Error('the answer of Consul cannot be read')
  }
}
