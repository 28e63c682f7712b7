import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { atomics, batch, store } from '#washi/wit/wire/keyvalue.js'
import { createValueTarget, err, ok, type ResultValue } from './value-target.js'

type Entries = Map<string, Uint8Array>
type StoreResult = ResultValue<unknown, { readonly tag: string; readonly val?: string }>

/** Keys of one answer of list-keys. */
const pageSize = 3

/**
 * A key-value store in memory, as a provider serves it. Bucket `missing` is no store, bucket `denied` one without access,
 * and everything else there once it was written to.
 */
export function createMemoryKeyValue(): RpcTarget {
  const buckets = new Map<string, Entries>()
  const within = (bucket: unknown, action: (entries: Entries) => StoreResult): StoreResult => {
    if (bucket === 'missing') return err({ tag: 'no-such-store' })
    if (bucket === 'denied') return err({ tag: 'access-denied' })
    const name = String(bucket)
    const entries = buckets.get(name) ?? new Map<string, Uint8Array>()
    buckets.set(name, entries)
    return action(entries)
  }
  return createValueTarget([store, atomics, batch], {
    get: ([bucket, key]) => within(bucket, (entries) => ok(entries.get(String(key)))),
    set: ([bucket, key, value]) =>
      within(bucket, (entries) => ok(void entries.set(String(key), value as Uint8Array))),
    delete: ([bucket, key]) => within(bucket, (entries) => ok(void entries.delete(String(key)))),
    exists: ([bucket, key]) => within(bucket, (entries) => ok(entries.has(String(key)))),
    'list-keys': ([bucket, cursor]) => within(bucket, (entries) => ok(listKeys(entries, cursor))),
    increment: ([bucket, key, delta]) =>
      within(bucket, (entries) => increment(entries, String(key), delta as bigint)),
    'get-many': ([bucket, keys]) =>
      within(bucket, (entries) => ok((keys as string[]).map((key) => pairOf(entries, key)))),
    'set-many': ([bucket, pairs]) =>
      within(bucket, (entries) => {
        for (const [key, value] of pairs as [string, Uint8Array][]) entries.set(key, value)
        return ok(undefined)
      }),
    'delete-many': ([bucket, keys]) =>
      within(bucket, (entries) => ok((keys as string[]).forEach((key) => entries.delete(key)))),
  })
}

function listKeys(entries: Entries, cursor: unknown): unknown {
  const start = typeof cursor === 'bigint' ? Number(cursor) : 0
  const keys = [...entries.keys()].sort()
  const next = start + pageSize
  return { keys: keys.slice(start, next), cursor: next < keys.length ? BigInt(next) : undefined }
}

function increment(entries: Entries, key: string, delta: bigint): StoreResult {
  const text = Buffer.from(entries.get(key) ?? Buffer.from('0')).toString()
  if (!/^\d+$/.test(text)) return err({ tag: 'other', val: `"${text}" is no number` })
  const value = BigInt.asUintN(64, BigInt(text) + delta)
  entries.set(key, Buffer.from(value.toString()))
  return ok(value)
}

function pairOf(entries: Entries, key: string): readonly [string, Uint8Array] | undefined {
  const value = entries.get(key)
  return value && [key, value]
}
