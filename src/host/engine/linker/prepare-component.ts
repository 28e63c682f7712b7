import { describeComponent } from '../../../component/describe-component.js'
import type { CoreInstance } from '../../../component/resolve/program.js'
import { AppError, messageOf } from '../../../core/errors.js'
import { bypassShims, type LinkPlan } from './bypass-shims.js'
import { generateSource } from './codegen/generate-source.js'
import { countImports, findSection, sectionId, type ScannedModule } from './core-module/core-module.js'
import { findIrreversibleCode } from './core-module/irreversible-code.js'
import { rewriteCoreModule } from './core-module/rewrite-core-module.js'
import { scanCoreModule } from './core-module/scan-core-module.js'
import { compileFactory } from './instance-factory.js'
import type { HostBinding, PreparedComponent, PrepareOptions } from './prepared-component.js'
import { takeSnapshot, type Snapshot } from './runtime/snapshot.js'

/**
 * Decodes, links and compiles a component. Throws AppError COMPONENT_INVALID for what is no valid component or needs
 * something that washi does not run, and COMPONENT_MEMORY_TOO_LARGE.
 */
export function prepareComponent(bytes: Uint8Array, options: PrepareOptions = {}): PreparedComponent {
  const { world, program: component } = describeComponent(bytes)
  const scans = component.modules.map((module) => scanCoreModule(bytes, module))
  const plan = bypassShims({ bytes, component, scans })
  const barriers = options.reset === false ? ['resets were not asked for'] : findBarriers(plan, scans)
  const used = new Set(plan.instances.map(({ module }) => module))
  const rewritten = scans.map((scan, index) =>
    used.has(index)
      ? rewriteCoreModule(bytes, scan, {
          maxMemoryPages: options.maxMemoryPages,
          exposeState: barriers.length === 0,
        })
      : undefined,
  )
  const states = rewritten.map((module) => module?.state ?? { memory: undefined, globals: [] })
  const { source, bindings } = generateSource({ component, plan, scans, states })
  const modules = rewritten.map((module, index) => {
    if (module) return compileModule(module.bytes, index)
    checkUnused(bytes, scans[index], index)
    return emptyModule()
  })
  // After the compilation, which validates the code: the walk need not fear what is no code at all.
  const code = barriers.length > 0 ? [] : findUnsoundCode(bytes, scans, used)
  const unresettable = [...barriers, ...code]
  const resettable = unresettable.length === 0
  const snapshot = resettable ? snapshotOf({ modules, source, bindings }) : undefined
  return { world, modules, source, bindings, resettable, unresettable, snapshot }
}

/** Why a reset would not bring back the state after instantiation, as far as sections tell. */
function findBarriers({ instances }: LinkPlan, scans: readonly ScannedModule[]): string[] {
  const reasons = instances.flatMap(({ module }: CoreInstance) => {
    const scan = scans[module]
    return scan ? moduleBarriers(scan).map((reason) => `core module ${module} ${reason}`) : []
  })
  return [...new Set(reasons)]
}

/** Value types of globals that JavaScript can read and write back. */
const numberTypes: readonly number[] = [0x7f, 0x7e, 0x7d, 0x7c]

function moduleBarriers(scan: ScannedModule): string[] {
  const own = scan.globals.slice(countImports(scan, 'global'))
  return [
    ...scan.unread.map((name) => `has a ${name} section that is not understood`),
    ...(findSection(scan, sectionId.start) ? ['has a start function'] : []),
    ...(scan.memories.length > 1 ? ['has several memories'] : []),
    ...(own.some(({ type, isMutable }) => isMutable && !numberTypes.includes(type))
      ? ['has a mutable global that is no number']
      : []),
  ]
}

function findUnsoundCode(
  bytes: Uint8Array,
  scans: readonly ScannedModule[],
  used: ReadonlySet<number>,
): string[] {
  return [...used].flatMap((index) => {
    const scan = scans[index]
    return scan ? findIrreversibleCode(bytes, scan).map((what) => `core module ${index} has ${what}`) : []
  })
}

function compileModule(bytes: Uint8Array, index: number): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes)
  } catch (cause) {
    throw new AppError(
      'COMPONENT_INVALID',
      `Cannot compile core module ${index} of the component: ${messageOf(cause)}`,
      { cause },
    )
  }
}

/** A component is as valid as all its modules are, those included of which no instance is made. */
function checkUnused(bytes: Uint8Array, scan: ScannedModule | undefined, index: number): void {
  const code = bytes.subarray(scan?.start, scan?.end)
  if (!WebAssembly.validate(code)) compileModule(code, index)
}

/** Stands for modules of which no instance is made, so that indices stay those of the component. */
function emptyModule(): WebAssembly.Module {
  return new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
}

/**
 * The state of an instance that nobody has called. Without start functions no guest code runs while one is made, so
 * it is the same for all instances, and what the host will give for imports does not matter here.
 */
function snapshotOf(prepared: Pick<PreparedComponent, 'modules' | 'source' | 'bindings'>): Snapshot {
  const standIns = prepared.bindings.map(({ kind }: HostBinding) =>
    kind === 'class' ? class {} : () => undefined,
  )
  try {
    return takeSnapshot(compileFactory(prepared.source)(prepared.modules, standIns, undefined))
  } catch (cause) {
    throw new AppError('COMPONENT_INVALID', `Cannot instantiate component: ${messageOf(cause)}`, { cause })
  }
}
