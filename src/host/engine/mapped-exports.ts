import { handler } from '../../wit/wire/messaging.js'
import { watcher } from '../../wit/wire/keyvalue.js'
import type { WireInterface } from '../../wit/wire/wire-interface.js'

/** An exported interface that is called in another form than its own, which has resources. */
export interface MappedExport {
  /** How others call it. */
  readonly wire: WireInterface
  /** Its own functions by those of the wire. */
  readonly functions: Readonly<Record<string, string>>
}

const mapped: Readonly<Record<string, MappedExport>> = {
  'wasi:keyvalue/watcher@0.2.0-draft': {
    wire: watcher,
    functions: { 'on-set': 'on-set', 'on-delete': 'on-delete' },
  },
  'wasmcloud:messaging/incoming-handler@0.3.0': { wire: handler, functions: { 'handle-message': 'handle' } },
}

/** The form in which an export of that full name is called; undefined where that is its own. */
export function findMappedExport(name: string): MappedExport | undefined {
  return Object.hasOwn(mapped, name) ? mapped[name] : undefined
}
