import { availableParallelism } from 'node:os'
import { AppError } from '../../core/errors.js'
import { checkImports } from './check-imports.js'
import type { GuestPool, GuestPoolOptions } from './guest-pool.js'
import { enableExtendedConst } from './linker/enable-extended-const.js'
import { createPrepareGuest } from './prepare-guest.js'
import { ThreadPool } from './threads/thread-pool.js'
import { checkPreopens } from './wasi/filesystem/check-preopens.js'

/** A component that has not started by then will not; its first instance runs constructors only. */
const maxStartMs = 60_000

/**
 * Starts the guest threads of one component; resolves once it was instantiated in one of them.
 * Throws AppError COMPONENT_INVALID, COMPONENT_UNSUPPORTED, COMPONENT_IMPORTS_MISSING with all that nothing can satisfy,
 * ENGINE_NOT_INSTALLED, or COMPONENT_START_FAILED with the guest's message and stack.
 */
export async function startGuestPool(options: GuestPoolOptions): Promise<GuestPool> {
  enableExtendedConst()
  await checkPreopens(options.componentId, options.preopens ?? [])
  const { bytes, instancePolicy, engine = { kind: 'washi' } } = options
  const prepare = await createPrepareGuest({ bytes, instancePolicy, engine })
  const prepared = prepare(options.limits)
  checkImports(options.componentId, prepared.world)
  const pool = new ThreadPool({ ...options, processors: availableParallelism() }, prepared, prepare)
  const timer = setTimeout(
    () => pool.failStart(`it was not instantiated within ${maxStartMs / 1000} s`),
    maxStartMs,
  )
  try {
    await pool.start()
    return pool
  } catch (cause) {
    await pool.stop(0)
    throw toStartFailure(options.componentId, cause)
  } finally {
    clearTimeout(timer)
  }
}

function toStartFailure(componentId: string, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const { message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause))
  return new AppError('COMPONENT_START_FAILED', `Cannot start component "${componentId}": ${message}`, {
    cause,
    hint: stack.includes('wasm-function') ? `It trapped while it was instantiated:\n${stack}` : undefined,
  })
}
