import { Reader } from '../../../../component/binary/reader.js'
import { findSection, sectionId, type CoreImport, type ScannedModule } from './core-module.js'

const opcode = { end: 0x0b, callIndirect: 0x11, localGet: 0x20, i32Const: 0x41 } as const

/** A shim of wit-component: every function passes its arguments on to one slot of the module's table. */
export interface ShimModule {
  /** The slot that the function of an export name calls. */
  readonly slots: ReadonlyMap<string, number>
  /** Export name of the table. */
  readonly table: string
}

/** A fixup of wit-component: it fills slots of an imported table with imported functions, and does nothing else. */
export interface FixupModule {
  readonly table: CoreImport
  readonly functions: ReadonlyMap<number, CoreImport>
}

/** Recognises a shim by its whole shape; undefined for any other module. */
export function asShimModule(bytes: Uint8Array, module: ScannedModule): ShimModule | undefined {
  const code = findSection(module, sectionId.code)
  const others = [sectionId.data, sectionId.start, sectionId.element, sectionId.memory, sectionId.global]
  if (!code || module.imports.length > 0 || module.tableCount !== 1 || module.unread.length > 0)
    return undefined
  if (others.some((id) => findSection(module, id))) return undefined
  const called = readShimBodies(new Reader(bytes, code.body, code.end), module)
  return called && nameSlots(module, called)
}

/** The slot that each function calls; undefined where one does anything else. */
function readShimBodies(reader: Reader, { functionTypes, types }: ScannedModule): number[] | undefined {
  const slots: number[] = []
  if (reader.u32() !== functionTypes.length) return undefined
  for (const type of functionTypes) {
    const params = types?.[type]?.params
    const slot =
      params && readShimBody(reader.slice(reader.u32(), 'a function'), { type, arity: params.length })
    if (slot === undefined) return undefined
    slots.push(slot)
  }
  return slots
}

function readShimBody(reader: Reader, { type, arity }: { type: number; arity: number }): number | undefined {
  const next = (expected: number): boolean => !reader.isAtEnd && reader.u32() === expected
  if (!next(0)) return undefined
  for (let param = 0; param < arity; param++) {
    if (!next(opcode.localGet) || !next(param)) return undefined
  }
  if (!next(opcode.i32Const)) return undefined
  const slot = reader.s33()
  const passes = next(opcode.callIndirect) && next(type) && next(0) && next(opcode.end)
  return passes && reader.isAtEnd ? slot : undefined
}

function nameSlots(module: ScannedModule, called: readonly number[]): ShimModule | undefined {
  const slots = new Map<string, number>()
  let table: string | undefined
  for (const [name, { kind, index }] of module.exports) {
    const slot = called[index]
    if (kind === 'function' && slot !== undefined) slots.set(name, slot)
    else if (kind === 'table') table = name
    else return undefined
  }
  return table === undefined ? undefined : { slots, table }
}

/** Recognises a fixup by its whole shape; undefined for any other module. */
export function asFixupModule(bytes: Uint8Array, module: ScannedModule): FixupModule | undefined {
  const elements = findSection(module, sectionId.element)
  const others = [sectionId.data, sectionId.start, sectionId.code, sectionId.memory, sectionId.global]
  if (!elements || module.exports.size > 0 || module.unread.length > 0) return undefined
  if (others.some((id) => findSection(module, id))) return undefined
  const functions = module.imports.filter(({ kind }) => kind === 'function')
  const [table, ...more] = module.imports.filter(({ kind }) => kind !== 'function')
  if (table?.kind !== 'table' || more.length > 0) return undefined
  const filled = readSlots(new Reader(bytes, elements.body, elements.end), functions)
  return filled && { table, functions: filled }
}

/** One active segment of function indices for table 0. */
function readSlots(reader: Reader, functions: readonly CoreImport[]): Map<number, CoreImport> | undefined {
  if (reader.u32() !== 1 || reader.u32() !== 0 || reader.byte() !== opcode.i32Const) return undefined
  const first = reader.s33()
  if (reader.byte() !== opcode.end) return undefined
  const slots = new Map<number, CoreImport>()
  for (const [position, index] of reader.vector(() => reader.u32()).entries()) {
    const entry = functions[index]
    if (!entry) return undefined
    slots.set(first + position, entry)
  }
  return slots
}
