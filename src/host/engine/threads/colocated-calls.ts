import type { LinkedFunctionCall } from '../wasi/guest-host.js'
import { ColocatedComponent, type ThreadOfOther } from './colocated-component.js'
import type { LinkedCallTable } from './linked-call-table.js'

/** What calls within the thread are made with. */
export interface ColocatedCallsOptions {
  /** See GuestPoolOptions.changes. */
  readonly changes: Int32Array
  readonly linked: LinkedCallTable
  readonly thread: ThreadOfOther
}

/**
 * Calls of linked components that may run in the caller's thread. What was learned of links and components holds until
 * the shared count of changes moves, so that a change is seen by the next call.
 */
export class ColocatedCalls {
  readonly #options: ColocatedCallsOptions
  /** By link name and interface; undefined where such calls go over messages. */
  readonly #routes = new Map<string, ColocatedComponent | undefined>()
  /** By the token of their code. */
  readonly #components = new Map<number, ColocatedComponent>()
  #seenChanges: number

  constructor(options: ColocatedCallsOptions) {
    this.#options = options
    this.#seenChanges = Atomics.load(options.changes, 0)
  }

  /** The result of the call; undefined where it has to go over messages. Throws as ColocatedComponent.call(). */
  call(call: LinkedFunctionCall): Uint8Array | undefined {
    if (call.asyncParams !== undefined || call.asyncResults !== undefined) return undefined
    this.#forgetIfChanged()
    const route = `${call.linkName} ${call.key}`
    const known = this.#routes.get(route)
    const component = known !== undefined || this.#routes.has(route) ? known : this.#learn(route, call)
    return component?.call(call)
  }

  #forgetIfChanged(): void {
    const changes = Atomics.load(this.#options.changes, 0)
    if (changes === this.#seenChanges) return
    this.#seenChanges = changes
    this.#routes.clear()
  }

  #learn(route: string, { key, linkName }: LinkedFunctionCall): ColocatedComponent | undefined {
    const { linked, thread } = this.#options
    const id = linked.askColocation(key, linkName, [...this.#components.keys()])
    while (!linked.hasOffer(id)) thread.wait(Infinity)
    const offer = linked.takeOffer(id)
    let component = offer && this.#components.get(offer.token)
    if (offer && component) component.renew(offer)
    else if (offer?.prepared) {
      component = new ColocatedComponent(offer, offer.prepared, thread)
      this.#forgetOlderCode(offer.componentId)
      this.#components.set(offer.token, component)
    }
    this.#routes.set(route, component)
    return component
  }

  /** After an update, nobody calls the code before any more. */
  #forgetOlderCode(componentId: string): void {
    for (const [token, component] of this.#components) {
      if (component.componentId === componentId) this.#components.delete(token)
    }
  }
}
