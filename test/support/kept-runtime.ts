import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ComponentRuntime } from '#washi/host/components/component-runtime.js'
import type { GuestPool, GuestPoolOptions } from '#washi/host/engine/guest-pool.js'
import { startGuestPool } from '#washi/host/engine/start-guest-pool.js'

/**
 * Real guests for many short-lived hosts: pools are not stopped but kept, and lent to whoever starts the same component
 * next, as starting a thread takes longer than all else that such a host does. Disposing stops them.
 */
export class KeptRuntime implements ComponentRuntime, AsyncDisposable {
  readonly #files = new Map<string, Promise<Uint8Array>>()
  readonly #idle: LentPool[] = []
  readonly #all: LentPool[] = []

  load(reference: string): Promise<Uint8Array> {
    const bytes = this.#files.get(reference) ?? readFile(fileURLToPath(reference))
    this.#files.set(reference, bytes)
    return bytes
  }

  async startPool(options: GuestPoolOptions): Promise<GuestPool> {
    const index = this.#idle.findIndex(({ borrower }) => borrower.bytes === options.bytes)
    const [lent = await this.#start(options)] = index < 0 ? [] : this.#idle.splice(index, 1)
    return lent.lendTo(options, () => this.#idle.push(lent))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((lent) => lent.pool.stop()))
  }

  async #start(options: GuestPoolOptions): Promise<LentPool> {
    const lent = await LentPool.start(options)
    this.#all.push(lent)
    return lent
  }
}

/** A pool whose surroundings are those of whoever has it. */
class LentPool {
  borrower: GuestPoolOptions
  #pool: GuestPool | undefined

  private constructor(borrower: GuestPoolOptions) {
    this.borrower = borrower
  }

  static async start(options: GuestPoolOptions): Promise<LentPool> {
    const lent = new LentPool(options)
    lent.#pool = await startGuestPool({
      ...options,
      config: () => lent.borrower.config(),
      linked: {
        invoke: (request, sink) => lent.#linked.invoke(request, sink),
        linkNames: (key) => lent.#linked.linkNames(key),
      },
      onLog: (line) => lent.borrower.onLog(line),
      // What threads remember of other components would be another host's.
      changes: undefined,
    })
    return lent
  }

  get pool(): GuestPool {
    if (!this.#pool) throw new Error('the pool has not started')
    return this.#pool
  }

  lendTo(borrower: GuestPoolOptions, giveBack: () => void): GuestPool {
    const pool = this.pool
    this.borrower = borrower
    pool.setLimits(borrower.limits)
    let isLent = true
    const stop = async (): Promise<void> => {
      if (!isLent) return
      isLent = false
      await pool.drain()
      giveBack()
    }
    return {
      world: pool.world,
      colocation: () => undefined,
      handleHttp: (head, hasBody, sink) => pool.handleHttp(head, hasBody, sink),
      invoke: (request, sink) => pool.invoke(request, sink),
      setLimits: (limits) => pool.setLimits(limits),
      drain: () => pool.drain(),
      stop,
      [Symbol.asyncDispose]: stop,
    }
  }

  get #linked(): NonNullable<GuestPoolOptions['linked']> {
    const { linked } = this.borrower
    if (!linked) throw new Error('the borrower links nothing')
    return linked
  }
}
