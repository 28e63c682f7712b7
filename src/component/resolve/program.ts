import type { PrimitiveKind } from '../../wit/model.js'
import type { StringEncoding } from '../binary/definitions.js'

export type { StringEncoding } from '../binary/definitions.js'

/**
 * A component as a flat program: every nested component has been instantiated symbolically, so that what is left is a
 * list of core modules, the core instances to make of them in order, and the functions between them and the outside.
 *
 * The graph is made of shared, frozen-in-meaning objects: identity counts for instances, resources and types (two
 * functions that use one record share its object), so maps may be keyed by them. There are no cycles.
 */
export interface ResolvedComponent {
  /** Core modules, by index; some may have no instance. */
  readonly modules: readonly CoreModule[]
  /** Core instances, in the order in which they must be made; `id` is the position in this list. */
  readonly instances: readonly CoreInstance[]
  /** Every resource type that the component imports or defines, `id` counting from 1 in this order. */
  readonly resources: readonly Resource[]
  /** How many component instances there are, the root included: their ids are 0 to this, exclusive. */
  readonly componentCount: number
  /** Which component instance made each, by id; none made the root. */
  readonly parents: readonly (ComponentInstanceId | undefined)[]
  /** What the root imports, in the order of the binary; types that it imports by themselves are not listed. */
  readonly imports: readonly RootItem[]
  /** What the root exports, in the order of the binary; types that it exports by themselves are not listed. */
  readonly exports: readonly RootItem[]
  /** The names of named value types and of resources: the first interface that an export or import shows them in. */
  readonly typeNames: ReadonlyMap<ResolvedType | Resource, ResolvedTypeName>
}

/** The name of a type, with the interface that owns it; that is absent where the world itself does. */
export interface ResolvedTypeName {
  readonly name: string
  readonly interface?: string | undefined
}

/** A core module: the range of its bytes in the component's, and its magic number was checked. */
export interface CoreModule {
  readonly start: number
  readonly end: number
}

/** A component instance (not a core one): each has a table of handles and a flag of its own. 0 is the root. */
export type ComponentInstanceId = number

/** The sorts of what a core module exports. */
export type CoreSort = 'function' | 'table' | 'memory' | 'global' | 'tag'

/** A core instance to be made. */
export interface CoreInstance {
  readonly id: number
  /** Index into `modules`. */
  readonly module: number
  /** Import objects by the module name that the core module imports from; names are unique. */
  readonly args: readonly CoreArgument[]
}

/** What answers the imports of a core module from module name `name`. Core names may be any string. */
export interface CoreArgument {
  readonly name: string
  readonly from: CoreNamespace
}

/** Exports by name: those of a core instance, or picked one by one. */
export type CoreNamespace =
  | { readonly kind: 'instance'; readonly instance: CoreInstance }
  | { readonly kind: 'items'; readonly items: ReadonlyMap<string, CoreItem> }

/** A core function, table, memory, global or tag. */
export type CoreItem = CoreExport | CoreFunction

/** An export of a core instance. That the module really has it, of that sort, is for the linker to check. */
export interface CoreExport {
  readonly kind: 'export'
  readonly instance: CoreInstance
  readonly name: string
  readonly sort: CoreSort
}

/** A core function that the linker makes. */
export type CoreFunction = CanonLower | CanonResource

/** `canon lower`: a component function as a core function. */
export interface CanonLower {
  readonly kind: 'lower'
  readonly function: ComponentFunction
  readonly options: CanonOptions
}

/** `canon resource.new | resource.drop | resource.rep` for the handle table of component instance `component`. */
export interface CanonResource {
  readonly kind: 'resource-new' | 'resource-drop' | 'resource-rep'
  /** For new and rep always a resource that `component` defined itself. */
  readonly resource: Resource
  readonly component: ComponentInstanceId
}

/** Options of a lift or lower, and the component instance that it belongs to. */
export interface CanonOptions {
  readonly component: ComponentInstanceId
  readonly encoding: StringEncoding
  readonly memory?: CoreExport | undefined
  readonly realloc?: CoreItem | undefined
  /** Of lifts only. */
  readonly postReturn?: CoreItem | undefined
}

/** A component function: one that the root imports, or a lifted core function. */
export type ComponentFunction = ImportedFunction | LiftedFunction

/** A function that the host provides. */
export interface ImportedFunction {
  readonly kind: 'import'
  /** Name of the imported interface; absent where the root imports the function by itself. */
  readonly interface?: string | undefined
  readonly name: string
  readonly type: FunctionType
}

/** `canon lift`: a core function as a component function. */
export interface LiftedFunction {
  readonly kind: 'lift'
  readonly core: CoreItem
  readonly options: CanonOptions
  readonly type: FunctionType
}

/** The type of a function. */
export interface FunctionType {
  readonly kind: 'function'
  readonly params: readonly ResolvedField[]
  readonly result?: ResolvedType | undefined
}

/**
 * A value type. It has the shape of wit/model's ValueType, save that handles hold the resource itself (its identity
 * matters here) and that names are kept beside it, in `typeNames`.
 */
export type ResolvedType =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'record'; readonly fields: readonly ResolvedField[] }
  | { readonly kind: 'variant'; readonly cases: readonly ResolvedCase[] }
  | { readonly kind: 'list'; readonly element: ResolvedType; readonly length?: number | undefined }
  | { readonly kind: 'tuple'; readonly elements: readonly ResolvedType[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly element: ResolvedType }
  | {
      readonly kind: 'result'
      readonly ok?: ResolvedType | undefined
      readonly err?: ResolvedType | undefined
    }
  | { readonly kind: 'own'; readonly resource: Resource }
  | { readonly kind: 'borrow'; readonly resource: Resource }

/** A field of a record or a parameter of a function; names are kebab-case labels. */
export interface ResolvedField {
  readonly name: string
  readonly type: ResolvedType
}

/** A case of a variant. */
export interface ResolvedCase {
  readonly name: string
  readonly type?: ResolvedType | undefined
}

/** A resource type: one that the host provides, or one that a component instance defines. */
export type Resource = ImportedResource | DefinedResource

/** A resource type of the host. */
export interface ImportedResource {
  readonly kind: 'imported-resource'
  readonly id: number
  /** Name of the imported interface; absent where the root imports the resource by itself. */
  readonly interface?: string | undefined
  readonly name: string
}

/** A resource type of component instance `component`. Its name, if it has one, is in `typeNames`. */
export interface DefinedResource {
  readonly kind: 'defined-resource'
  readonly id: number
  readonly component: ComponentInstanceId
  /** Called with the representation when an owned handle is dropped. */
  readonly destructor?: CoreItem | undefined
}

/** One import or export of the root. */
export type RootItem =
  | { readonly kind: 'instance'; readonly name: string; readonly instance: ResolvedInstance }
  | { readonly kind: 'function'; readonly name: string; readonly function: ComponentFunction }

/** An instance: what it exports, by name, in the order of the binary. */
export interface ResolvedInstance {
  readonly exports: ReadonlyMap<string, InstanceItem>
}

/** One export of an instance. */
export type InstanceItem =
  | { readonly kind: 'function'; readonly function: ComponentFunction }
  | { readonly kind: 'type'; readonly type: ResolvedType }
  | { readonly kind: 'resource'; readonly resource: Resource }
  | { readonly kind: 'instance'; readonly instance: ResolvedInstance }
