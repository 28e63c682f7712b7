/** What the linker knows of a core module; offsets are those of the component that holds it. */
export interface ScannedModule {
  readonly start: number
  readonly end: number
  readonly sections: readonly CoreSection[]
  /** Function types by type index; undefined where the type section holds others. */
  readonly types: readonly CoreFunctionType[] | undefined
  readonly imports: readonly CoreImport[]
  /** Type index of every function that the module defines, after the imported ones. */
  readonly functionTypes: readonly number[]
  readonly tableCount: number
  /** The memories that the module defines. */
  readonly memories: readonly MemoryLimits[]
  /** All globals, imported ones first. */
  readonly globals: readonly GlobalType[]
  readonly exports: ReadonlyMap<string, CoreModuleExport>
  /** Sections whose contents are not understood, by name. */
  readonly unread: readonly string[]
}

/** One section: `start` is its id byte, `body` to `end` its contents. */
export interface CoreSection {
  readonly id: number
  readonly start: number
  readonly body: number
  readonly end: number
}

/** Ids of sections that matter here. */
export const sectionId = {
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const

/** A function type; value types are their bytes in the binary. */
export interface CoreFunctionType {
  readonly params: readonly number[]
  readonly results: readonly number[]
}

/** The kinds of imports and exports, in the order of their numbers in the binary. */
export const externKinds = ['function', 'table', 'memory', 'global', 'tag'] as const

/** The kind of an import or export. */
export type ExternKind = (typeof externKinds)[number]

/** An import; `type` is the type index of a function. */
export interface CoreImport {
  readonly module: string
  readonly name: string
  readonly kind: ExternKind
  readonly type?: number | undefined
}

/** Limits of a memory, in pages. */
export interface MemoryLimits {
  readonly minimum: number
  readonly maximum: number | undefined
  /** Shared, 64-bit or of another page size: nothing that a component may have. */
  readonly isExotic: boolean
}

/** Type of a global: the byte of its value type, and whether it may be changed. */
export interface GlobalType {
  readonly type: number
  readonly isMutable: boolean
}

/** An export; `index` counts imported ones first. */
export interface CoreModuleExport {
  readonly kind: ExternKind
  readonly index: number
}

/** How many imports of `kind` the module has: the index of the first one that it defines. */
export function countImports(module: ScannedModule, kind: ExternKind): number {
  return module.imports.reduce((count, entry) => (entry.kind === kind ? count + 1 : count), 0)
}

/** The section of that id, if the module has it. */
export function findSection(module: ScannedModule, id: number): CoreSection | undefined {
  return module.sections.find((section) => section.id === id)
}

/** The type of the function at `index`, imported ones counted first; undefined where it is not known. */
export function functionType(module: ScannedModule, index: number): CoreFunctionType | undefined {
  const imported = module.imports.filter(({ kind }) => kind === 'function')
  const type = index < imported.length ? imported[index]?.type : module.functionTypes[index - imported.length]
  return type === undefined ? undefined : module.types?.[type]
}
