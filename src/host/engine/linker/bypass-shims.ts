import type {
  CoreExport,
  CoreInstance,
  CoreItem,
  CoreNamespace,
  ResolvedComponent,
} from '../../../component/resolve/program.js'
import type { ScannedModule } from './core-module/core-module.js'
import { asFixupModule, asShimModule, type ShimModule } from './core-module/shim-module.js'

/** Which core instances are made, and what stands for the exports of those that are not. */
export interface LinkPlan {
  readonly instances: readonly CoreInstance[]
  /** The item itself, or what a removed shim would have passed its call on to. */
  readonly follow: (item: CoreItem) => CoreItem
}

/** A component whose core modules were scanned, in the order of its `modules`. */
export interface ScannedComponent {
  readonly bytes: Uint8Array
  readonly component: ResolvedComponent
  readonly scans: readonly ScannedModule[]
}

/**
 * Takes the shim and fixup modules of wit-component out of a component: what they connect through a table when the
 * component starts is connected directly, which saves two core instances and an indirect call. A shim that is used in
 * any other way stays.
 */
export function bypassShims(scanned: ScannedComponent): LinkPlan {
  const { instances } = scanned.component
  const bypasses = findBypasses(scanned)
  const gone = new Set([...bypasses].flatMap(([shim, { fixup }]) => [shim, fixup]))
  const follow = (item: CoreItem): CoreItem => {
    const bypass = item.kind === 'export' ? bypasses.get(item.instance) : undefined
    const target = item.kind === 'export' ? bypass?.targets.get(item.name) : undefined
    return target ? follow(target) : item
  }
  return { instances: instances.filter((instance) => !gone.has(instance)), follow }
}

interface Bypass {
  readonly fixup: CoreInstance
  /** What each export of the shim stands for. */
  readonly targets: ReadonlyMap<string, CoreItem>
}

function findBypasses({ bytes, component, scans }: ScannedComponent): Map<CoreInstance, Bypass> {
  const { instances } = component
  const shims = new Map<CoreInstance, ShimModule>()
  for (const instance of instances) {
    const scan = scans[instance.module]
    const shim = scan && instance.args.length === 0 ? asShimModule(bytes, scan) : undefined
    if (shim) shims.set(instance, shim)
  }
  const bypasses = new Map<CoreInstance, Bypass>()
  for (const fixup of shims.size > 0 ? instances : []) {
    const scan = scans[fixup.module]
    const found = scan && planBypass({ bytes, scan, fixup, shims })
    if (found && !bypasses.has(found.shim) && isUsedForCallsOnly(instances, found.shim, fixup)) {
      bypasses.set(found.shim, found.bypass)
    }
  }
  return bypasses
}

interface FixupCandidate {
  readonly bytes: Uint8Array
  readonly scan: ScannedModule
  readonly fixup: CoreInstance
  readonly shims: ReadonlyMap<CoreInstance, ShimModule>
}

/** The shim that an instance fixes up; undefined where it is no fixup, or one that leaves slots open. */
function planBypass({
  bytes,
  scan,
  fixup,
  shims,
}: FixupCandidate): { shim: CoreInstance; bypass: Bypass } | undefined {
  const fills = asFixupModule(bytes, scan)
  const table = fills && argumentOf(fixup, fills.table)
  const shim = table?.kind === 'export' ? shims.get(table.instance) : undefined
  if (!fills || !shim || table?.kind !== 'export' || table.name !== shim.table) return undefined
  const targets = new Map<string, CoreItem>()
  for (const [name, slot] of shim.slots) {
    const source = fills.functions.get(slot)
    const target = source && argumentOf(fixup, source)
    // Shims that pass calls on to shims could do so in a circle.
    if (!target || (target.kind === 'export' && shims.has(target.instance))) return undefined
    targets.set(name, target)
  }
  return { shim: table.instance, bypass: { fixup, targets } }
}

function argumentOf(
  instance: CoreInstance,
  { module, name }: { module: string; name: string },
): CoreItem | undefined {
  const from = instance.args.find((argument) => argument.name === module)?.from
  return from && itemOf(from, name)
}

function itemOf(from: CoreNamespace, name: string): CoreItem | undefined {
  if (from.kind === 'items') return from.items.get(name)
  // Which sort it has is the module's affair; only functions and the shim's table are asked for here.
  return { kind: 'export', instance: from.instance, name, sort: 'function' } satisfies CoreExport
}

/** Whether nobody but its fixup sees the shim's table. */
function isUsedForCallsOnly(
  instances: readonly CoreInstance[],
  shim: CoreInstance,
  fixup: CoreInstance,
): boolean {
  const others = instances.filter((instance) => instance !== fixup)
  return others.every(({ args }) => args.every(({ from }) => !seesTable(from, shim)))
}

function seesTable(from: CoreNamespace, shim: CoreInstance): boolean {
  if (from.kind === 'instance') return from.instance === shim
  return [...from.items.values()].some(
    (item) => item.kind === 'export' && item.instance === shim && item.sort !== 'function',
  )
}
