import * as wire from '../../../wit/wire/keyvalue.js'
import type { WireInterface } from '../../../wit/wire/wire-interface.js'
import type { GuestHost } from './guest-host.js'
import type { LinkSelection } from './link-selection.js'
import { LinkedInterface } from './linked/linked-interface.js'
import { resultOf } from './linked/results.js'

/** `wasi:keyvalue/store.key-response`. */
interface KeyResponse {
  readonly keys: readonly string[]
  readonly cursor: bigint | undefined
}

/**
 * `wasi:keyvalue` store, atomics and batch over links. A bucket is its identifier: opening one calls nobody. Every
 * error reaches the guest as the interface has it, those of the call itself as `other`.
 */
export function createKeyValue(host: GuestHost, links: LinkSelection): Readonly<Record<string, object>> {
  const linkTo = (key: string, to: WireInterface): LinkedInterface =>
    new LinkedInterface({ host, links, key, wire: to })
  const store = linkTo('wasi:keyvalue/store', wire.store)
  const atomics = linkTo('wasi:keyvalue/atomics', wire.atomics)
  const batch = linkTo('wasi:keyvalue/batch', wire.batch)
  return {
    'wasi:keyvalue/store': { Bucket, open: (identifier: string) => new Bucket(store, identifier) },
    'wasi:keyvalue/atomics': {
      increment: (bucket: Bucket, key: string, delta: bigint) =>
        ask<bigint>(atomics, 'increment', [bucket.identifier, key, delta]),
    },
    'wasi:keyvalue/batch': {
      getMany: (bucket: Bucket, keys: readonly string[]) => ask(batch, 'get-many', [bucket.identifier, keys]),
      setMany: (bucket: Bucket, entries: readonly (readonly [string, Uint8Array])[]) =>
        ask(batch, 'set-many', [bucket.identifier, entries]),
      deleteMany: (bucket: Bucket, keys: readonly string[]) =>
        ask(batch, 'delete-many', [bucket.identifier, keys]),
    },
  }
}

/** `wasi:keyvalue/store.bucket`. */
class Bucket {
  readonly identifier: string
  readonly #store: LinkedInterface

  constructor(store: LinkedInterface, identifier: string) {
    this.#store = store
    this.identifier = identifier
  }

  get(key: string): Uint8Array | undefined {
    return ask(this.#store, 'get', [this.identifier, key])
  }

  set(key: string, value: Uint8Array): void {
    return ask(this.#store, 'set', [this.identifier, key, value])
  }

  delete(key: string): void {
    return ask(this.#store, 'delete', [this.identifier, key])
  }

  exists(key: string): boolean {
    return ask(this.#store, 'exists', [this.identifier, key])
  }

  listKeys(cursor: bigint | undefined): KeyResponse {
    return ask(this.#store, 'list-keys', [this.identifier, cursor])
  }
}

function ask<T>(linked: LinkedInterface, name: string, args: readonly unknown[]): T {
  return resultOf<T>(toOther, () => linked.call(name, args))
}

/** `wasi:keyvalue/store.error` for what went wrong on the way. */
function toOther(message: string): unknown {
  return { tag: 'other', val: message }
}
