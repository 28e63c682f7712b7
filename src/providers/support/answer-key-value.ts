import { messageOf } from '../../core/errors.js'
import type { ProviderCall } from '../../host/provider.js'
import { atomics, batch, store } from '../../wit/wire/keyvalue.js'
import type { WireInterface } from '../../wit/wire/wire-interface.js'
import { StoreError, type KeyValuePair, type KeyValueStore } from './key-value-store.js'
import { err, ok, type Outcome } from './outcome.js'

/** What key-value providers serve. */
export const keyValueWire: readonly WireInterface[] = [store, atomics, batch]

/** The same as links list it. */
export const keyValueInterfaces = [
  'wasi:keyvalue/store',
  'wasi:keyvalue/atomics',
  'wasi:keyvalue/batch',
] as const

type Action = (store: KeyValueStore, args: readonly unknown[]) => Promise<unknown>

/** Answers a call of wasi:keyvalue by the store that `open` finds for its bucket; never throws. */
export async function answerKeyValue(
  call: ProviderCall,
  open: (bucket: string) => Promise<KeyValueStore> | KeyValueStore,
): Promise<Outcome> {
  try {
    const [bucket, ...args] = call.args as [string, ...unknown[]] // as decoded: each function takes the bucket first
    const action = actions[call.function]
    if (!action) throw new Error(`there is no function ${call.function}`)
    return ok(await action(await open(bucket), args))
  } catch (thrown) {
    return err(thrown instanceof StoreError ? thrown.wire : { tag: 'other', val: messageOf(thrown) })
  }
}

/** By function; arguments are as decoded. */
const actions: Readonly<Record<string, Action>> = {
  get: (to, [key]) => to.get(key as string),
  set: (to, [key, value]) => to.set(key as string, value as Uint8Array),
  delete: (to, [key]) => to.delete(key as string),
  exists: (to, [key]) => to.exists(key as string),
  'list-keys': (to, [cursor]) => to.listKeys(cursor as bigint | undefined),
  increment: (to, [key, delta]) => to.increment(key as string, delta as bigint),
  'get-many': async (to, [keys]) => await getPairs(to, keys as readonly string[]),
  'set-many': (to, [pairs]) => to.setMany(pairs as readonly KeyValuePair[]),
  'delete-many': (to, [keys]) => to.deleteMany(keys as readonly string[]),
}

async function getPairs(
  to: KeyValueStore,
  keys: readonly string[],
): Promise<readonly (KeyValuePair | undefined)[]> {
  const values = await to.getMany(keys)
  return keys.map((key, index) => {
    const value = values[index]
    return value && [key, value]
  })
}
