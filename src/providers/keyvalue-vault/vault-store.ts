import { z } from 'zod'
import type { HttpApi } from '../support/http-api.js'
import {
  addToNumber,
  StoreError,
  type KeyPage,
  type KeyValuePair,
  type KeyValueStore,
} from '../support/key-value-store.js'

/** Attempts at a change while others change the same secret. */
const maxAttempts = 100

const secretSchema = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullish(),
    metadata: z.object({ version: z.int() }),
  }),
})

interface Secret {
  readonly fields: ReadonlyMap<string, Uint8Array>
  /** 0 where there is none. */
  readonly version: number
}

type Fields = Map<string, Uint8Array>

/** A secret of Vault as a store: its fields are the keys, with values in base64 without padding. */
export class VaultStore implements KeyValueStore {
  readonly #api: HttpApi
  readonly #data: string

  constructor(api: HttpApi, { mount, path }: { readonly mount: string; readonly path: string }) {
    this.#api = api
    this.#data = `/v1/${mount}/data/${path}`
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return (await this.#read()).fields.get(key)
  }

  async set(key: string, value: Uint8Array): Promise<void> {
    await this.#change((fields) => fields.set(key, value).size)
  }

  async delete(key: string): Promise<void> {
    await this.#change((fields) => fields.delete(key))
  }

  async exists(key: string): Promise<boolean> {
    return (await this.#read()).fields.has(key)
  }

  /** All at once. */
  async listKeys(): Promise<KeyPage> {
    return { keys: [...(await this.#read()).fields.keys()].sort(), cursor: undefined }
  }

  async increment(key: string, delta: bigint): Promise<bigint> {
    return await this.#change((fields) => {
      const sum = addToNumber(key, fields.get(key), delta)
      fields.set(key, Buffer.from(sum.toString()))
      return sum
    })
  }

  async getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]> {
    if (keys.length === 0) return []
    const { fields } = await this.#read()
    return keys.map((key) => fields.get(key))
  }

  async setMany(pairs: readonly KeyValuePair[]): Promise<void> {
    if (pairs.length === 0) return
    await this.#change((fields) => pairs.forEach(([key, value]) => fields.set(key, value)))
  }

  async deleteMany(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return
    await this.#change((fields) => keys.forEach((key) => fields.delete(key)))
  }

  /** Writes the whole secret, unless another one has been written since it was read: then once more. */
  async #change<T>(change: (fields: Fields) => T): Promise<T> {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const { fields, version } = await this.#read()
      const changed = new Map(fields)
      const result = change(changed)
      if (isSame(fields, changed) || (await this.#write(changed, version))) return result
    }
    throw new Error(`the secret changed ${maxAttempts} times in a row while it was written`)
  }

  async #read(): Promise<Secret> {
    const { status, body } = await this.#api.send({ method: 'GET', path: this.#data })
    if (status === 403) throw new StoreError({ tag: 'access-denied' })
    const parsed = status === 200 || status === 404 ? secretSchema.safeParse(parseJson(body)) : undefined
    // One that was deleted is not there, but has a version.
    if (parsed?.success)
      return { fields: decode(parsed.data.data.data ?? {}), version: parsed.data.data.metadata.version }
    if (status === 404) return { fields: new Map(), version: 0 }
    throw new Error(`Vault answers with status ${status}`)
  }

  /** Returns false where somebody else was faster. */
  async #write(fields: Fields, version: number): Promise<boolean> {
    const data = Object.fromEntries([...fields].map(([key, value]) => [key, encode(value)]))
    const body = JSON.stringify({ options: { cas: version }, data })
    const answer = await this.#api.send({ method: 'POST', path: this.#data, body })
    if (answer.status === 200 || answer.status === 204) return true
    if (answer.status === 403) throw new StoreError({ tag: 'access-denied' })
    if (answer.status === 400 && answer.body.includes('check-and-set')) return false
    throw new Error(`Vault answers with status ${answer.status}`)
  }
}

function isSame(a: ReadonlyMap<string, Uint8Array>, b: ReadonlyMap<string, Uint8Array>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value)
}

function encode(value: Uint8Array): string {
  return Buffer.from(value).toString('base64').replace(/=+$/, '')
}

/** Others may have stored what is no text: as JSON then. */
function decode(data: Readonly<Record<string, unknown>>): Fields {
  const entries = Object.entries(data).map(([key, value]): [string, Uint8Array] => [
    key,
    typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.from(JSON.stringify(value)),
  ])
  return new Map(entries)
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    // The schema refuses it.
    return undefined
  }
}
