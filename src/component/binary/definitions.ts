import type { PrimitiveKind } from '../../wit/model.js'

/**
 * The definitions of a component as they stand in its binary, in order. Indices are checked to be in range of their
 * index space; that they fit in kind is for the resolution to check. `offset` is where a definition begins.
 */
export type Definition = { readonly offset: number } & (
  | { readonly kind: 'custom'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'core-module'; readonly start: number; readonly end: number }
  | {
      readonly kind: 'core-instantiate'
      readonly module: number
      readonly args: readonly CoreArgumentDefinition[]
    }
  | { readonly kind: 'core-inline-instance'; readonly exports: readonly InlineExport[] }
  | { readonly kind: 'core-type'; readonly type: CoreTypeDefinition }
  | { readonly kind: 'component'; readonly definitions: readonly Definition[] }
  | { readonly kind: 'instantiate'; readonly component: number; readonly args: readonly InlineExport[] }
  | { readonly kind: 'inline-instance'; readonly exports: readonly InlineExport[] }
  | AliasDefinition
  | { readonly kind: 'type'; readonly type: TypeDefinition }
  | CanonDefinition
  | { readonly kind: 'import'; readonly name: string; readonly type: ExternType }
  | {
      readonly kind: 'export'
      readonly name: string
      readonly target: SortIndex
      readonly type?: ExternType | undefined
    }
)

/** The index spaces of core definitions. */
export type CoreSpace =
  | 'core-function'
  | 'core-table'
  | 'core-memory'
  | 'core-global'
  | 'core-tag'
  | 'core-type'
  | 'core-module'
  | 'core-instance'

/** The index spaces of a component. */
export type Sort = CoreSpace | 'function' | 'value' | 'type' | 'component' | 'instance'

/** One definition, by index space and index. */
export interface SortIndex {
  readonly sort: Sort
  readonly index: number
}

/** A named definition: an export of an inline instance, or an argument of an instantiation. */
export interface InlineExport {
  readonly name: string
  readonly target: SortIndex
}

/** An argument of the instantiation of a core module: a core instance. */
export interface CoreArgumentDefinition {
  readonly name: string
  readonly instance: number
}

/** A definition of another index space, made one of this. */
export type AliasDefinition =
  | {
      readonly kind: 'alias-export'
      readonly sort: Sort
      readonly instance: number
      readonly name: string
    }
  | {
      readonly kind: 'alias-core-export'
      readonly sort: CoreSpace
      readonly instance: number
      readonly name: string
    }
  | {
      readonly kind: 'alias-outer'
      readonly sort: Sort
      /** How many scopes outwards; 0 is this one. */
      readonly depth: number
      readonly index: number
    }

/** A core type. */
export type CoreTypeDefinition =
  | ({ readonly kind: 'function' } & CoreFunctionType)
  | { readonly kind: 'module'; readonly declarations: readonly ModuleDeclaration[] }

/**
 * A core value type by its name in the text format. References to types by index are `ref`: they are not told apart
 * here, for V8 does it when it instantiates.
 */
export type CoreValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref' | (string & {})

/** The type of a core function. */
export interface CoreFunctionType {
  readonly params: readonly CoreValueType[]
  readonly results: readonly CoreValueType[]
}

/** The size of a table or memory: what it has at least, and at most where that is said. */
export interface CoreLimits {
  readonly minimum: number
  readonly maximum?: number | undefined
  readonly isShared: boolean
  /** Whether addresses have 64 bits; the limits are not read then. */
  readonly is64: boolean
}

/** What a core module imports or exports; functions and tags by type index. */
export type CoreExternDefinition =
  | { readonly kind: 'function'; readonly type: number }
  | { readonly kind: 'tag'; readonly type: number }
  | { readonly kind: 'table'; readonly element: CoreValueType; readonly limits: CoreLimits }
  | { readonly kind: 'memory'; readonly limits: CoreLimits }
  | { readonly kind: 'global'; readonly type: CoreValueType; readonly isMutable: boolean }

/** What a module type consists of. */
export type ModuleDeclaration = { readonly offset: number } & (
  | { readonly kind: 'type'; readonly type: CoreTypeDefinition }
  | { readonly kind: 'alias'; readonly depth: number; readonly index: number }
  | {
      readonly kind: 'import'
      readonly module: string
      readonly name: string
      readonly type: CoreExternDefinition
    }
  | { readonly kind: 'export'; readonly name: string; readonly type: CoreExternDefinition }
)

/** A value type where it is used: a primitive one, or an index of the type space. */
export type TypeReference =
  | { readonly kind: 'primitive'; readonly primitive: PrimitiveKind }
  | { readonly kind: 'index'; readonly index: number }

/** A field of a record or a parameter. */
export interface LabelledType {
  readonly name: string
  readonly type: TypeReference
}

/** A case of a variant. */
export interface CaseDefinition {
  readonly name: string
  readonly type?: TypeReference | undefined
}

/** A type definition. */
export type TypeDefinition =
  | { readonly kind: 'primitive'; readonly primitive: PrimitiveKind }
  | { readonly kind: 'record'; readonly fields: readonly LabelledType[] }
  | { readonly kind: 'variant'; readonly cases: readonly CaseDefinition[] }
  | { readonly kind: 'list'; readonly element: TypeReference; readonly length?: number | undefined }
  | { readonly kind: 'tuple'; readonly elements: readonly TypeReference[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly element: TypeReference }
  | {
      readonly kind: 'result'
      readonly ok?: TypeReference | undefined
      readonly err?: TypeReference | undefined
    }
  | { readonly kind: 'own'; readonly resource: number }
  | { readonly kind: 'borrow'; readonly resource: number }
  | {
      readonly kind: 'function'
      readonly params: readonly LabelledType[]
      readonly result?: TypeReference | undefined
    }
  | { readonly kind: 'resource'; readonly destructor?: number | undefined }
  | { readonly kind: 'component'; readonly declarations: readonly Declaration[] }
  | { readonly kind: 'instance'; readonly declarations: readonly Declaration[] }

/** What a component type or an instance type consists of; imports are of component types only. */
export type Declaration = { readonly offset: number } & (
  | { readonly kind: 'core-type'; readonly type: CoreTypeDefinition }
  | { readonly kind: 'type'; readonly type: TypeDefinition }
  | AliasDefinition
  | { readonly kind: 'import'; readonly name: string; readonly type: ExternType }
  | { readonly kind: 'export'; readonly name: string; readonly type: ExternType }
)

/** What an import or export is: a sort, and an index of the type space where that says more. */
export type ExternType =
  | { readonly sort: 'core-module' | 'function' | 'component' | 'instance'; readonly index: number }
  | { readonly sort: 'type'; readonly bound: TypeBound }

/** What an imported or exported type is: the same as another, or some resource. */
export type TypeBound = { readonly kind: 'equal'; readonly index: number } | { readonly kind: 'resource' }

/** A canonical function. */
export type CanonDefinition =
  | {
      readonly kind: 'lift'
      readonly coreFunction: number
      readonly options: CanonOptionsDefinition
      readonly type: number
    }
  | { readonly kind: 'lower'; readonly function: number; readonly options: CanonOptionsDefinition }
  | { readonly kind: 'resource-new' | 'resource-drop' | 'resource-rep'; readonly type: number }

/** How strings lie in memory. */
export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16'

/** The options of a lift or lower, as indices. */
export interface CanonOptionsDefinition {
  readonly encoding: StringEncoding
  readonly memory?: number | undefined
  readonly realloc?: number | undefined
  readonly postReturn?: number | undefined
}
