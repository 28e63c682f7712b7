import type { GuestLogLine, LinkNames, Preopen, SecretValue } from '../guest-pool.js'
import { createInstantiateGuest, type InstantiateGuest } from '../instantiate-guest.js'
import type { ComponentInstance } from '../linker/component-instance.js'
import type { PreparedGuest } from '../prepared-guest.js'
import { createGuestImports, type GuestImports } from '../wasi/create-imports.js'
import type { GuestHost, LinkedFunctionCall } from '../wasi/guest-host.js'
import { LinkedCallFailed, trapGuest } from '../wasi/trap.js'
import { CallRefused, ExportedFunctions } from './exported-functions.js'
import { CallAborted, describeGuestFailure } from './guest-failure.js'
import type { ColocationOffer } from './to-thread.js'

/** What a component in another one's thread needs of that thread. */
export interface ThreadOfOther {
  log(line: GuestLogLine, componentId: string): void
  pump(): void
  wait(timeoutMs: number): void
  /** Notes which other component runs; should the thread end meanwhile, the main thread counts it off. 0 for none. */
  noteColocated(token: number): void
}

/** A component that is called in the thread of its caller: with an instance, configuration and log of its own. */
export class ColocatedComponent implements GuestHost {
  readonly componentId: string
  config: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, SecretValue>>
  readonly preopens: readonly Preopen[] = []
  readonly #thread: ThreadOfOther
  readonly #imports: GuestImports
  readonly #functions: ExportedFunctions
  readonly #instantiate: InstantiateGuest
  #offer: ColocationOffer
  #instance: ComponentInstance | undefined

  constructor(offer: ColocationOffer, prepared: PreparedGuest, thread: ThreadOfOther) {
    this.componentId = offer.componentId
    this.config = offer.config
    this.secrets = offer.secrets
    this.#offer = offer
    this.#thread = thread
    this.#imports = createGuestImports(this, prepared.world)
    this.#functions = new ExportedFunctions(prepared.world, this.#imports.adapters)
    this.#instantiate = createInstantiateGuest(prepared)
  }

  /** The same code under changed settings. */
  renew(offer: ColocationOffer): void {
    this.#offer = offer
    this.config = offer.config
    this.secrets = offer.secrets
  }

  /**
   * Calls one of its functions; undefined where it runs as often as it may already, or has no such function, which its own
   * pool explains better. Throws LinkedCallFailed for a trap of
   * it, and CallAborted where the caller's own call has to end.
   */
  call({ instance, function: name, params }: LinkedFunctionCall): Uint8Array | undefined {
    const { running, maxInstances, token } = this.#offer
    if (Atomics.add(running, 0, 1) >= maxInstances) {
      Atomics.sub(running, 0, 1)
      return undefined
    }
    this.#thread.noteColocated(token)
    try {
      return this.#call(instance, name, params)
    } finally {
      this.#renewInstance()
      this.#thread.noteColocated(0)
      Atomics.sub(running, 0, 1)
    }
  }

  log(line: GuestLogLine): void {
    this.#thread.log(line, this.componentId)
  }

  pump(): void {
    this.#thread.pump()
  }

  wait(timeoutMs: number): void {
    this.#thread.wait(timeoutMs)
  }

  callLinked(): never {
    return trapGuest('a component without links made a call over one')
  }

  startLinked(): never {
    return this.callLinked()
  }

  linkNames(): LinkNames {
    return { names: [] }
  }

  #call(instance: string, name: string, params: Uint8Array): Uint8Array | undefined {
    try {
      this.#instance ??= this.#createInstance()
      const results = this.#functions.call(this.#instance, { instance, function: name }, params)
      this.#imports.finishOutput()
      return results
    } catch (thrown) {
      this.#imports.finishOutput()
      if (thrown instanceof CallRefused) return refused(thrown)
      this.#instance = undefined
      if (thrown instanceof CallAborted) throw thrown
      const { failure, stack } = describeGuestFailure(thrown)
      const message = `The component failed in a call (${failure.kind}): ${failure.message}${stack === '' ? '' : `\n${stack}`}`
      this.log({ stream: 'logging', level: 'error', context: 'washi', message })
      throw new LinkedCallFailed({
        kind: failure.kind,
        message: `component "${this.componentId}" failed: ${failure.message}`,
      })
    }
  }

  #createInstance(): ComponentInstance {
    const { imports, onMissing, beginInstance } = this.#imports
    beginInstance()
    return this.#instantiate(imports, { onMissing })
  }

  #renewInstance(): void {
    if (this.#instance === undefined || this.#offer.instancePolicy === 'reuse') return
    if (this.#instance.reset()) this.#imports.beginInstance()
    else this.#instance = undefined
  }
}

function refused({ failure }: CallRefused): undefined {
  if (failure.kind === 'unavailable') return undefined
  throw new LinkedCallFailed(failure)
}
