import type { World } from '../../../wit/model.js'
import { findOffer, isBuiltIn } from '../built-in-interfaces.js'
import type { ComponentImports, MissingFunction } from '../linker/component-instance.js'
import { createExportAdapters, type ExportAdapter } from './export-adapters.js'
import type { GuestHost } from './guest-host.js'
import type { LinkSelection } from './link-selection.js'
import { createLinkedFunction } from './linked-imports.js'
import { findServed, serveInterfaces } from './serve-interfaces.js'
import { trapGuest } from './trap.js'

/** What a component's world is answered with. */
export interface GuestImports {
  readonly imports: ComponentImports
  /** Answers for functions of interfaces that nothing is linked to, with a trap that says what is missing. */
  readonly onMissing: (interfaceName: string | undefined, functionName: string) => MissingFunction
  /** How exports are called that have another form on the wire. */
  readonly adapters: ReadonlyMap<string, ExportAdapter>
  /** The links that the instance calls over. */
  readonly links: LinkSelection
  /** An instance was created or reset: it knows and holds nothing of what earlier ones did. */
  readonly beginInstance: () => void
  /** A call is over: writes out lines of its output that have no end. */
  readonly finishOutput: () => void
}

/** Creates the imports of a component for one thread, by the exact names of its world. */
export function createGuestImports(host: GuestHost, world: World): GuestImports {
  const { interfaces, state, stdout, stderr } = serveInterfaces(host)
  const imports: Record<string, object> = {}
  for (const item of world.imports) {
    if (item.kind !== 'interface') continue
    const found = findOffer(item.name)
    imports[item.name] = (found && findServed(interfaces, found)) ?? {}
  }
  return {
    imports,
    onMissing: (interfaceName, functionName) => {
      const linked =
        interfaceName === undefined || isBuiltIn(interfaceName)
          ? undefined
          : createLinkedFunction({ host, world, links: state.links }, interfaceName, functionName)
      return (
        linked ?? (() => trapGuest(describeMissingFunction(host.componentId, interfaceName, functionName)))
      )
    },
    adapters: createExportAdapters(interfaces),
    links: state.links,
    beginInstance: () => state.clear(),
    finishOutput: () => {
      stdout.finish()
      stderr.finish()
    },
  }
}

function describeMissingFunction(
  componentId: string,
  interfaceName: string | undefined,
  functionName: string,
): string {
  if (interfaceName === undefined) {
    return `Function "${functionName}" of the component's world cannot be linked: only interfaces can`
  }
  if (isBuiltIn(interfaceName))
    return `${interfaceName} has no function "${functionName}" in this version of washi`
  return `Component "${componentId}" cannot call "${functionName}" of ${interfaceName}: resources do not cross links`
}
