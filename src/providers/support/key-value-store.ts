/** A store as all key-value providers have it. What a method throws is the error `other`, but for a StoreError. */
export interface KeyValueStore {
  get(key: string): Promise<Uint8Array | undefined>
  set(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
  exists(key: string): Promise<boolean>
  /** Some keys in any order, and where to go on; a key that is there all the time comes at least once. */
  listKeys(cursor: bigint | undefined): Promise<KeyPage>
  /** Adds to the number that the value is as decimal text, atomically. */
  increment(key: string, delta: bigint): Promise<bigint>
  getMany(keys: readonly string[]): Promise<readonly (Uint8Array | undefined)[]>
  setMany(pairs: readonly KeyValuePair[]): Promise<void>
  deleteMany(keys: readonly string[]): Promise<void>
}

/** One answer of listKeys(). */
export interface KeyPage {
  readonly keys: readonly string[]
  readonly cursor: bigint | undefined
}

/** A key with its value. */
export type KeyValuePair = readonly [key: string, value: Uint8Array]

/** `error` of wasi:keyvalue. */
export type WireStoreError =
  | { readonly tag: 'no-such-store' | 'access-denied' }
  | { readonly tag: 'other'; readonly val: string }

/** A failure that has a case of its own. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly wire: WireStoreError

  constructor(wire: WireStoreError) {
    super(wire.tag)
    this.wire = wire
  }
}

/** The largest value of a u64. */
const maxU64 = 2n ** 64n - 1n

/** The sum of a stored number and `delta`; nothing stored is 0. Throws for what is no number, and for an overflow. */
export function addToNumber(key: string, stored: Uint8Array | undefined, delta: bigint): bigint {
  const text = stored === undefined ? '0' : Buffer.from(stored).toString('latin1')
  if (!/^\d{1,20}$/.test(text)) throw new Error(`the value of "${key}" is not a number`)
  const sum = BigInt(text) + delta
  if (sum > maxU64) throw new Error(`the value of "${key}" would exceed 64 bits`)
  return sum
}
