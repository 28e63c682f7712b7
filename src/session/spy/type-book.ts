import { describeComponent } from '../../component/describe-component.js'
import { loadComponent } from '../../component/references/load-component.js'
import { listExportedFunctions } from '../../host/calls/exported-function.js'
import type { World } from '../../wit/model.js'
import { blobstore, olderBlobstore } from '../../wit/wire/blobstore.js'
import { incomingHandler, outgoingHandler } from '../../wit/wire/http.js'
import { atomics, batch, store, watcher } from '../../wit/wire/keyvalue.js'
import { consumer, handler } from '../../wit/wire/messaging.js'
import type { WireFunction } from '../../wit/wire/wire-interface.js'

/** The interfaces that have a form of their own on the wire. */
const wireInterfaces = [
  ...[blobstore, olderBlobstore, incomingHandler, outgoingHandler],
  ...[atomics, batch, store, watcher, consumer, handler],
]

/** Whose call. */
export interface CalledFunction {
  readonly source: string
  readonly target: string
  readonly interface: string
  readonly function: string
}

/** What running components say of the functions that are called, read from their images once each. */
export class TypeBook {
  readonly #images: Map<string, string>
  readonly #extra: World | undefined
  readonly #worlds = new Map<string, Promise<World | undefined>>()

  /** Images by component id, and what to believe before them. */
  constructor(images: ReadonlyMap<string, string>, extra: World | undefined) {
    this.#images = new Map(images)
    this.#extra = extra
  }

  /** Takes over what runs now. */
  update(images: ReadonlyMap<string, string>): void {
    for (const [id, image] of images) this.#images.set(id, image)
  }

  /** The function's types: what the target exports, or what the source imports; undefined where neither can be read. */
  async find(called: CalledFunction): Promise<WireFunction | undefined> {
    const wire = wireInterfaces.find(({ name }) => name === called.interface)
    if (wire) return wire.functions.find(({ name }) => name === called.function)
    const given = this.#extra && (exported(this.#extra, called) ?? imported(this.#extra, called))
    if (given) return given
    const target = await this.#worldOf(called.target)
    const found = target && exported(target, called)
    if (found) return found
    const source = await this.#worldOf(called.source)
    return source && imported(source, called)
  }

  #worldOf(id: string): Promise<World | undefined> {
    const image = this.#images.get(id)
    if (image === undefined) return Promise.resolve(undefined)
    const key = `${id}\n${image}`
    const known = this.#worlds.get(key) ?? readWorld(image)
    this.#worlds.set(key, known)
    return known
  }
}

async function readWorld(image: string): Promise<World | undefined> {
  try {
    return describeComponent(await loadComponent(image)).world
  } catch {
    return undefined // an image that is not here: calls are told without their values
  }
}

function exported(world: World, called: CalledFunction): WireFunction | undefined {
  return listExportedFunctions(world).find(
    ({ instance, type }) => instance === called.interface && type.name === called.function,
  )?.type
}

function imported(world: World, called: CalledFunction): WireFunction | undefined {
  for (const item of world.imports) {
    if (item.kind === 'interface' && item.name === called.interface)
      return item.functions.find(({ name }) => name === called.function)
  }
  return undefined
}
