import { LinkSelection } from './link-selection.js'
import { OpenThings } from './open-things.js'

/** What one instance leaves with the host, and the next one must not find. */
export class InstanceState {
  readonly links = new LinkSelection()
  readonly open = new OpenThings()

  /** Another instance begins. */
  clear(): void {
    this.links.clear()
    this.open.closeAll()
  }
}
