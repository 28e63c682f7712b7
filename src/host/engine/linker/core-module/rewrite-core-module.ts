import { AppError } from '../../../../core/errors.js'
import { unsupportedComponent } from '../../../../component/binary/invalid-component.js'
import { Reader } from '../../../../component/binary/reader.js'
import { countImports, findSection, sectionId, type MemoryLimits, type ScannedModule } from './core-module.js'

/** How a core module is changed before it is compiled. */
export interface RewriteOptions {
  readonly maxMemoryPages: number | undefined
  /** Whether to export the memory and mutable globals that the module defines, for resets. */
  readonly exposeState: boolean
}

/** Names of the exports that a rewritten module has beside its own; undefined where it was not asked to expose state. */
export interface StateExports {
  readonly memory: string | undefined
  readonly globals: readonly string[]
}

/** The bytes to compile, and under which names they export what a reset must restore. */
export interface RewrittenModule {
  readonly bytes: Uint8Array
  readonly state: StateExports
}

/**
 * Lowers the maximum of the module's memories and exposes its state; every other section, that of names included,
 * stays as it is. Throws COMPONENT_MEMORY_TOO_LARGE where the module needs more than it may have.
 */
export function rewriteCoreModule(
  bytes: Uint8Array,
  module: ScannedModule,
  options: RewriteOptions,
): RewrittenModule {
  const replaced = new Map<number, Uint8Array>()
  const memories = lowerMaxima(module, options.maxMemoryPages)
  if (memories) replaced.set(sectionId.memory, memories)
  const state = options.exposeState ? nameState(module) : { memory: undefined, globals: [] }
  if (state.memory !== undefined || state.globals.length > 0) {
    replaced.set(sectionId.export, addExports(bytes, module, state))
  }
  return {
    bytes: replaced.size > 0 ? assemble(bytes, module, replaced) : bytes.subarray(module.start, module.end),
    state,
  }
}

function lowerMaxima(module: ScannedModule, maxPages: number | undefined): Uint8Array | undefined {
  if (module.memories.some(({ isExotic }) => isExotic)) {
    throw unsupportedComponent('a memory that is shared, 64-bit or of another page size is', module.start)
  }
  if (maxPages === undefined || module.memories.length === 0) return undefined
  const limits = module.memories.flatMap((memory) => [
    1,
    ...leb(memory.minimum),
    ...leb(lowered(memory, maxPages)),
  ])
  return section(sectionId.memory, [...leb(module.memories.length), ...limits])
}

function lowered({ minimum, maximum }: MemoryLimits, maxPages: number): number {
  if (minimum > maxPages) {
    throw new AppError(
      'COMPONENT_MEMORY_TOO_LARGE',
      `Cannot run component: it starts with ${shownSize(minimum)} of memory, ${shownSize(maxPages)} are allowed`,
      { hint: 'Raise the memory limit of the host' },
    )
  }
  return Math.min(maximum ?? maxPages, maxPages)
}

function shownSize(pages: number): string {
  return pages < 16 ? `${pages * 64} KiB` : `${(pages / 16).toFixed(1)} MiB`
}

/** Export names that the module does not use itself. */
function nameState(module: ScannedModule): StateExports {
  let prefix = 'washi:'
  while ([...module.exports.keys()].some((name) => name.startsWith(prefix))) prefix += ':'
  const imported = countImports(module, 'global')
  const globals = [...module.globals.keys()].filter(
    (index) => index >= imported && module.globals[index]?.isMutable === true,
  )
  return {
    memory: module.memories.length === 1 ? `${prefix}memory` : undefined,
    globals: globals.map((index) => `${prefix}global${index}`),
  }
}

function addExports(bytes: Uint8Array, module: ScannedModule, state: StateExports): Uint8Array {
  const entries = exportEntries(bytes, module)
  const memory =
    state.memory === undefined ? [] : [...text(state.memory), 2, ...leb(countImports(module, 'memory'))]
  const globals = state.globals.flatMap((name) => [...text(name), 3, ...leb(Number(/\d+$/.exec(name)?.[0]))])
  const count = module.exports.size + state.globals.length + (state.memory === undefined ? 0 : 1)
  return section(sectionId.export, [...leb(count), ...entries, ...memory, ...globals])
}

function exportEntries(bytes: Uint8Array, module: ScannedModule): Uint8Array {
  const own = findSection(module, sectionId.export)
  if (!own) return new Uint8Array()
  const reader = new Reader(bytes, own.body, own.end)
  reader.u32()
  return bytes.subarray(reader.offset, own.end)
}

/** The module with some sections replaced; an export section that it lacked comes where it belongs. */
function assemble(
  bytes: Uint8Array,
  module: ScannedModule,
  replaced: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const parts = [bytes.subarray(module.start, module.start + 8)]
  const rest = new Map(replaced)
  const afterExports: readonly number[] = [
    sectionId.start,
    sectionId.element,
    sectionId.dataCount,
    sectionId.code,
    sectionId.data,
  ]
  const flush = (): void => {
    parts.push(...rest.values())
    rest.clear()
  }
  for (const { id, start, end } of module.sections) {
    if (afterExports.includes(id)) flush()
    parts.push(rest.get(id) ?? bytes.subarray(start, end))
    rest.delete(id)
  }
  flush()
  return joined(parts)
}

/** The parts one after another, copied once: modules have megabytes. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let end = 0
  for (const part of parts) {
    whole.set(part, end)
    end += part.length
  }
  return whole
}

function section(id: number, body: readonly number[]): Uint8Array {
  return Uint8Array.from([id, ...leb(body.length), ...body])
}

function text(value: string): number[] {
  const encoded = new TextEncoder().encode(value)
  return [...leb(encoded.length), ...encoded]
}

/** An unsigned LEB128 number. */
function leb(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push(rest % 128 | 128)
  }
}
