import { disposeSymbol } from './dispose.js'
import { expected, trap } from './errors.js'

/** What a guest resource type is to its wrappers: one for every type of every instance. */
export interface ResourceOwner {
  /** Counts the lives of the instance: a reset begins another, in which the wrappers of the last one are dead. */
  life: number
  /** Runs the guest's destructor, if it has one. */
  readonly destroy: (representation: number) => void
}

/** The owner of a resource type. */
export function createOwner(destroy: (representation: number) => void): ResourceOwner {
  return { life: 0, destroy }
}

/** Representation of a wrapper whose resource was dropped or given away. */
const gone = -1

/**
 * A resource of a guest as JavaScript sees it; generated classes extend it. An owned one that is neither disposed of
 * nor given back is destroyed some time after it became garbage.
 */
export class GuestResource {
  readonly #owner: ResourceOwner
  readonly #life: number
  readonly #isOwned: boolean
  #representation: number

  constructor(owner: ResourceOwner, representation: number, isOwned: boolean) {
    this.#owner = owner
    this.#life = owner.life
    this.#representation = representation
    this.#isOwned = isOwned
  }

  /** Whether `value` is a live resource of `owner`. */
  static isLive(value: unknown, owner: ResourceOwner): value is GuestResource {
    return (
      value instanceof GuestResource &&
      value.#owner === owner &&
      value.#life === owner.life &&
      value.#representation !== gone
    )
  }

  static representation(resource: GuestResource): number {
    return resource.#representation
  }

  /** Takes the resource from its wrapper, which is dead then. */
  static release(resource: GuestResource): number {
    if (!resource.#isOwned) trap('a borrowed resource cannot be given away')
    const representation = resource.#representation
    resource.#representation = gone
    graveyard.unregister(resource)
    return representation
  }

  [disposeSymbol as typeof Symbol.dispose](): void {
    const owner = this.#owner
    if (!this.#isOwned || !GuestResource.isLive(this, owner)) return
    owner.destroy(GuestResource.release(this))
  }
}

interface Remains {
  readonly owner: ResourceOwner
  readonly life: number
  readonly representation: number
}

const graveyard = new FinalizationRegistry<Remains>(({ owner, life, representation }) => {
  if (owner.life !== life) return
  try {
    owner.destroy(representation)
  } catch {
    // The instance has trapped or runs: there is nothing to be freed in it, or nobody to be told.
  }
})

/** The class of a guest resource type; generated code makes its instances without calling its constructor. */
type ResourceClass = abstract new (...args: never[]) => GuestResource

/** Wraps a resource that JavaScript owns from now on. */
export function wrapOwned(type: ResourceClass, owner: ResourceOwner, representation: number): GuestResource {
  const resource = wrap(type, owner, representation, true)
  graveyard.register(resource, { owner, life: owner.life, representation }, resource)
  return resource
}

/** Wraps a resource that its instance lends out. */
export function wrapBorrowed(
  type: ResourceClass,
  owner: ResourceOwner,
  representation: number,
): GuestResource {
  return wrap(type, owner, representation, false)
}

function wrap(type: ResourceClass, ...args: ConstructorParameters<typeof GuestResource>): GuestResource {
  return Reflect.construct(GuestResource, args, type) as GuestResource // its subclass
}

/** The representation of a live resource. */
export function representationOf(value: unknown, owner: ResourceOwner, what: string): number {
  if (!GuestResource.isLive(value, owner)) return expected(what, value)
  return GuestResource.representation(value)
}

/** Takes a resource over from JavaScript. */
export function releaseOwned(value: unknown, owner: ResourceOwner, what: string): number {
  if (!GuestResource.isLive(value, owner)) return expected(what, value)
  return GuestResource.release(value)
}

/** Takes a resource over for another instance of the same component: a new wrapper, the old one is dead. */
export function transferOwned(
  type: ResourceClass,
  owner: ResourceOwner,
  value: unknown,
  what: string,
): GuestResource {
  return wrapOwned(type, owner, releaseOwned(value, owner, what))
}

/** Refuses `new` on the class of a resource that has no constructor. */
export function noConstructor(what: string): never {
  throw new TypeError(`${what} has no constructor`)
}
