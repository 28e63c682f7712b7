import { randomUUID } from 'node:crypto'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { Bucket } from '../../lattice/key-value.js'

/** Who holds a lease, and at which revision. */
export interface LeaseHolder {
  readonly id: string
  readonly revision: number
}

/**
 * The right to be the lattice's one active manager among those of washi: a key in the bucket `wadm_state` that is taken by
 * compare-and-set. It does not expire: whether its holder still lives is told by its subscription to the application API.
 */
export class ManagerLease {
  readonly #bucket: Bucket
  readonly #key: string
  readonly #id = randomUUID()

  private constructor(bucket: Bucket, lattice: string) {
    this.#bucket = bucket
    this.#key = `washi_manager_${lattice}`
  }

  /** Opens the bucket; creates it where it is missing. Takes nothing. */
  static async open(connection: LatticeConnection): Promise<ManagerLease> {
    const bucket = await connection.bucket('wadm_state', { create: { history: 1 } })
    return new ManagerLease(bucket, connection.lattice)
  }

  /** Whoever has it; undefined where nobody has. */
  async holder(): Promise<LeaseHolder | undefined> {
    const entry = await this.#bucket.get(this.#key)
    return entry && { id: decode(entry.value), revision: entry.revision }
  }

  /** Whether it is this one's. */
  isOwn(holder: LeaseHolder | undefined): boolean {
    return holder?.id === this.#id
  }

  /** Takes it if it still is as `seen` (undefined: nobody's). False where somebody else was faster. */
  async take(seen: LeaseHolder | undefined): Promise<boolean> {
    if (this.isOwn(seen)) return true
    return (await this.#bucket.update(this.#key, this.#id, seen?.revision)) !== undefined
  }

  /** Gives it back, if it is still this one's. */
  async release(): Promise<void> {
    const holder = await this.holder()
    if (this.isOwn(holder)) await this.#bucket.purge(this.#key)
  }

  /** Resolves once it is no longer this one's, or with the signal. */
  async lost(signal: AbortSignal): Promise<void> {
    for await (const change of this.#bucket.watch({ signal })) {
      if (change.kind === 'current' || change.key !== this.#key) continue
      if (change.kind === 'delete' || decode(change.value) !== this.#id) return
    }
  }
}

function decode(value: Uint8Array): string {
  return new TextDecoder().decode(value)
}
