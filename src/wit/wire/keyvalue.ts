import {
  bool,
  bytes,
  func,
  listOf,
  optionOf,
  record,
  resultOf,
  string,
  tupleOf,
  u64,
  variant,
  type WireInterface,
} from './wire-interface.js'

const error = variant('error', 'no-such-store', 'access-denied', ['other', string])
const keyResponse = record('key-response', { keys: listOf(string), cursor: optionOf(u64) })
const pair = tupleOf(string, bytes)
const place = { bucket: string, key: string }

export const store: WireInterface = {
  name: 'wrpc:keyvalue/store@0.2.0-draft',
  functions: [
    func('get', place, resultOf(optionOf(bytes), error)),
    func('set', { ...place, value: bytes }, resultOf(undefined, error)),
    func('delete', place, resultOf(undefined, error)),
    func('exists', place, resultOf(bool, error)),
    func('list-keys', { bucket: string, cursor: optionOf(u64) }, resultOf(keyResponse, error)),
  ],
}

export const atomics: WireInterface = {
  name: 'wrpc:keyvalue/atomics@0.2.0-draft',
  functions: [func('increment', { ...place, delta: u64 }, resultOf(u64, error))],
}

export const batch: WireInterface = {
  name: 'wrpc:keyvalue/batch@0.2.0-draft',
  functions: [
    func('get-many', { bucket: string, keys: listOf(string) }, resultOf(listOf(optionOf(pair)), error)),
    func('set-many', { bucket: string, 'key-values': listOf(pair) }, resultOf(undefined, error)),
    func('delete-many', { bucket: string, keys: listOf(string) }, resultOf(undefined, error)),
  ],
}

/** Exported by components that want to hear of changes. */
export const watcher: WireInterface = {
  name: 'wrpc:keyvalue/watcher@0.2.0-draft',
  functions: [func('on-set', { ...place, value: bytes }), func('on-delete', place)],
}
