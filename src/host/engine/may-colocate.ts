import type { GuestPoolOptions } from './guest-pool.js'
import { explainImports } from './explain-imports.js'
import type { PreparedGuest } from './prepared-guest.js'

/** Larger components would cost each thread that calls them too much memory. */
const maxBytes = 1024 * 1024

/**
 * Whether a component may run in the threads of those that call it: small, run by washi's own linker, without links and
 * directories of its own. All else is called in its own threads.
 */
export function mayColocate(
  { bytes, preopens = [] }: Pick<GuestPoolOptions, 'bytes' | 'preopens'>,
  { world, code }: PreparedGuest,
): boolean {
  if (code.kind !== 'washi' || bytes.length > maxBytes || preopens.length > 0) return false
  return explainImports(world).every(({ kind }) => kind === 'built-in')
}
