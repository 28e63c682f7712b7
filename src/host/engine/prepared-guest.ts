import type { World } from '../../wit/model.js'
import type { JcoComponent } from './jco/jco-component.js'
import type { PreparedComponent } from './linker/prepared-component.js'

/** A component as an engine has prepared it for its threads: plain data and compiled modules, which may be posted. */
export interface PreparedGuest {
  readonly world: World
  readonly code:
    | { readonly kind: 'washi'; readonly component: PreparedComponent }
    | { readonly kind: 'jco'; readonly component: JcoComponent }
}
