import type { Bucket } from '../key-value.js'
import { jsonOf } from '../message.js'
import type { SecretValue } from './secret-value.js'
import type { Xkey } from './xkey.js'

/** Which value of a secret is asked for. */
export interface SecretPart {
  /** Default: the latest. */
  readonly revision?: number | undefined
  /** Of a value that is a JSON object. */
  readonly field?: string | null | undefined
}

/** A value and the revision that it came with. */
export interface StoredSecret {
  readonly value: SecretValue
  readonly revision: number
}

/** Secrets in a bucket, each encrypted with one key: text, or bytes where it is none. */
export class SecretStore {
  readonly #bucket: Bucket
  readonly #xkey: Xkey

  constructor(bucket: Bucket, xkey: Xkey) {
    this.#bucket = bucket
    this.#xkey = xkey
  }

  /** Throws SECRET_UNREADABLE where it was stored with another key. */
  async get(key: string, { revision, field }: SecretPart): Promise<StoredSecret | undefined> {
    if (!isSecretKey(key)) return undefined
    const entry = await this.#bucket.get(key, revision)
    if (!entry) return undefined
    const value = toValue(this.#xkey.open(entry.value, this.#xkey.publicKey))
    const part = field ? fieldOf(value, field) : value
    return part && { value: part, revision: entry.revision }
  }

  /** Returns the new revision. */
  async put(key: string, value: SecretValue): Promise<number> {
    const bytes = value.kind === 'string' ? Buffer.from(value.value) : value.value
    return await this.#bucket.put(key, this.#xkey.seal(bytes, this.#xkey.publicKey))
  }

  async delete(key: string): Promise<void> {
    if (isSecretKey(key)) await this.#bucket.purge(key)
  }
}

/** Whether a bucket can hold a secret of that key. */
export function isSecretKey(key: string): boolean {
  return /^[-/_=.a-zA-Z0-9]+$/.test(key) && !/^\.|\.$|\.\./.test(key)
}

function toValue(bytes: Uint8Array): SecretValue {
  try {
    return { kind: 'string', value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch {
    // Not text: bytes, then.
    return { kind: 'bytes', value: bytes }
  }
}

function fieldOf(value: SecretValue, field: string): SecretValue | undefined {
  if (value.kind !== 'string') return undefined
  const object = jsonOf({ payload: Buffer.from(value.value) })
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, field)) return undefined
  const part = (object as Readonly<Record<string, unknown>>)[field] // an object, as just seen
  return { kind: 'string', value: typeof part === 'string' ? part : JSON.stringify(part) }
}
