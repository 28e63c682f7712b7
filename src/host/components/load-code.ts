import { readComponentClaims } from '../../component/claims/read-component-claims.js'
import type { ComponentClaims } from '../../component/claims/read-component-claims.js'
import { parseReference } from '../../component/references/reference.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { HostLimits } from './component-limits.js'
import type { ComponentRuntime } from './component-runtime.js'

/** What loadCode() goes by. */
export interface CodeSources {
  readonly runtime: ComponentRuntime
  readonly limits: HostLimits
  readonly isFileLoadAllowed: boolean
  readonly clock: Clock
}

/** The binary of a component, and what it was signed with. */
export interface ComponentCode {
  readonly bytes: Uint8Array
  readonly claims: ComponentClaims | undefined
}

/**
 * Fetches a component. Throws what the runtime throws, COMPONENT_START_FAILED for what the host must not load, and
 * COMPONENT_CLAIMS_INVALID.
 */
export async function loadCode(
  { runtime, limits, isFileLoadAllowed, clock }: CodeSources,
  imageRef: string,
): Promise<ComponentCode> {
  if (!isFileLoadAllowed && parseReference(imageRef).kind === 'file') {
    throw new AppError(
      'COMPONENT_START_FAILED',
      `Cannot load "${imageRef}": this host takes nothing from files`,
      {
        hint: 'Start the host with --allow-file-load=true',
      },
    )
  }
  const bytes = await runtime.load(imageRef, { maxBytes: limits.maxComponentBytes })
  return { bytes, claims: readComponentClaims(bytes, clock.now()) }
}

/** Throws COMPONENT_START_FAILED where a host that runs so many components may not run another. */
export function requireRoom(running: number, { maxComponents }: HostLimits): void {
  if (running < maxComponents) return
  throw new AppError(
    'COMPONENT_START_FAILED',
    `Cannot start another component: this host runs ${maxComponents} already`,
    { hint: 'Start the host with a larger --max-components' },
  )
}
