import type { GuestPool, GuestPoolOptions } from './guest-pool.js'

/**
 * Starts the guest threads of one component.
 * Throws AppError COMPONENT_INVALID, COMPONENT_UNSUPPORTED or COMPONENT_START_FAILED.
 */
export function startGuestPool(_options: GuestPoolOptions): Promise<GuestPool> {
  return Promise.reject(new Error('guest threads are not there yet'))
}
