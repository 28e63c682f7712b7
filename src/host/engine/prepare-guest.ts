import { describeComponent } from '../../component/describe-component.js'
import type { EngineChoice } from './engine-choice.js'
import type { GuestLimits, InstancePolicy } from './guest-pool.js'
import { compileWithJco } from './jco/jco-component.js'
import { loadJco } from './jco/load-jco.js'
import { transpile } from './jco/transpile.js'
import { prepareComponent } from './linker/prepare-component.js'
import type { PreparedGuest } from './prepared-guest.js'

const pageBytes = 64 * 1024

/** What is to be prepared. */
export interface GuestToPrepare {
  readonly bytes: Uint8Array
  readonly instancePolicy: InstancePolicy
  readonly engine: EngineChoice
}

/** Prepares a component for limits; called again where they change. */
export type PrepareGuest = (limits: GuestLimits) => PreparedGuest

/** Does what needs no limits, once. Throws ENGINE_NOT_INSTALLED and what says that the component cannot run. */
export async function createPrepareGuest(guest: GuestToPrepare): Promise<PrepareGuest> {
  const { bytes, engine, instancePolicy } = guest
  switch (engine.kind) {
    case 'washi':
      return (limits) => {
        const reset = instancePolicy === 'fresh'
        const component = prepareComponent(bytes, { maxMemoryPages: maxPages(limits), reset })
        return { world: component.world, code: { kind: 'washi', component } }
      }
    case 'jco': {
      const { world } = describeComponent(bytes)
      const transpiled = await transpile(await loadJco(engine.folder), bytes)
      return (limits) => {
        const component = compileWithJco(transpiled, maxPages(limits))
        return { world, code: { kind: 'jco', component } }
      }
    }
    default:
      return engine satisfies never
  }
}

function maxPages({ maxMemoryBytes }: GuestLimits): number {
  return Math.max(1, Math.floor(maxMemoryBytes / pageBytes))
}
