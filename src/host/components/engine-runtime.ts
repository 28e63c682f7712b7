import { loadComponent } from '../../component/references/load-component.js'
import { startGuestPool } from '../engine/start-guest-pool.js'
import type { ComponentRuntime } from './component-runtime.js'

/** Components from files, run by washi's own engine. */
export const engineRuntime: ComponentRuntime = {
  load: loadComponent,
  startPool: startGuestPool,
}
