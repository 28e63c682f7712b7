import type { GuestPool, GuestPoolOptions } from '../engine/guest-pool.js'

/** What the host needs in order to run components; the engine and the references implement it. */
export interface ComponentRuntime {
  /** The bytes that a reference stands for. Throws AppError with the reason. */
  load(reference: string, options?: { readonly maxBytes?: number }): Promise<Uint8Array>
  /** Decodes, links and instantiates once. Throws AppError with the reason. */
  startPool(options: GuestPoolOptions): Promise<GuestPool>
}
