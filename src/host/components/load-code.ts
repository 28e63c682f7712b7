import { parseReference } from '../../component/references/reference.js'
import { AppError } from '../../core/errors.js'
import type { HostLimits } from './component-limits.js'
import type { ComponentRuntime } from './component-runtime.js'

/** What loadCode() goes by. */
export interface CodeSources {
  readonly runtime: ComponentRuntime
  readonly limits: HostLimits
  readonly isFileLoadAllowed: boolean
}

/** The binary of a component. Throws what the runtime throws, and COMPONENT_START_FAILED for what the host must not load. */
export async function loadCode(
  { runtime, limits, isFileLoadAllowed }: CodeSources,
  imageRef: string,
): Promise<Uint8Array> {
  if (!isFileLoadAllowed && parseReference(imageRef).kind === 'file') {
    throw new AppError(
      'COMPONENT_START_FAILED',
      `Cannot load "${imageRef}": this host takes nothing from files`,
      {
        hint: 'Start the host with --allow-file-load=true',
      },
    )
  }
  return await runtime.load(imageRef, { maxBytes: limits.maxComponentBytes })
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
