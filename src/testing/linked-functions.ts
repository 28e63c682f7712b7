import { findOffer } from '../host/engine/built-in-interfaces.js'
import { olderBlobstore } from '../wit/wire/blobstore.js'
import { outgoingHandler } from '../wit/wire/http.js'
import { atomics, batch, store } from '../wit/wire/keyvalue.js'
import { consumer } from '../wit/wire/messaging.js'
import type { WireFunction, WireInterface } from '../wit/wire/wire-interface.js'
import { unversioned } from '../wit/interface-name.js'
import type { World } from '../wit/model.js'

/**
 * Interfaces whose calls have another form on links, without resources, by what links list. Of a blobstore's two versions it
 * is the one that a component turns to where the other is not there: its results are streams alone.
 */
const wireForms: Readonly<Record<string, WireInterface>> = {
  'wasi:blobstore/blobstore': olderBlobstore,
  'wasi:http/outgoing-handler': outgoingHandler,
  'wasi:keyvalue/atomics': atomics,
  'wasi:keyvalue/batch': batch,
  'wasi:keyvalue/store': store,
  'wasmcloud:messaging/consumer': consumer,
}

/** What a component calls over a link for an import of that full name, in the form that the calls have there. */
export function linkedFunctions(world: World, name: string): readonly WireFunction[] {
  const link = findOffer(name)?.offer.link
  const form = wireForms[link ?? unversioned(name)]
  if (form !== undefined) return form.functions
  const item = world.imports.find((one) => one.name === name)
  if (item?.kind !== 'interface' || link !== undefined) return []
  return item.functions.filter(({ binding }) => binding.kind === 'free')
}

/** The functions of an instance that a call names. */
export function functionsOfInstance(world: World, instance: string): readonly WireFunction[] {
  const form = Object.values(wireForms).find((one) => one.name === instance)
  return form?.functions ?? linkedFunctions(world, instance)
}
