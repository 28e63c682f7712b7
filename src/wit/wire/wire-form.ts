import { unversioned } from '../interface-name.js'
import type { WitInterface } from '../model.js'
import { blobstore } from './blobstore.js'
import { incomingHandler, outgoingHandler } from './http.js'
import { atomics, batch, store, watcher } from './keyvalue.js'
import { consumer, handler } from './messaging.js'
import type { WireInterface } from './wire-interface.js'

/** Interfaces whose calls have another form between components and providers, without resources. */
const forms: Readonly<Record<string, WireInterface>> = {
  'wasi:blobstore/blobstore': blobstore,
  'wasi:http/incoming-handler': incomingHandler,
  'wasi:http/outgoing-handler': outgoingHandler,
  'wasi:keyvalue/atomics': atomics,
  'wasi:keyvalue/batch': batch,
  'wasi:keyvalue/store': store,
  'wasi:keyvalue/watcher': watcher,
  'wasmcloud:messaging/consumer': consumer,
  'wasmcloud:messaging/handler': handler,
}

/** An interface as it is called over links: without those of its functions that are bound to resources. */
export function wireFormOf({ name, functions }: WitInterface): WireInterface {
  const form = forms[unversioned(name)]
  if (form) return form
  const free = functions.filter(({ binding }) => binding.kind === 'free')
  return { name, functions: free.map(({ name: of, params, result }) => ({ name: of, params, result })) }
}
