import type { PrimitiveKind } from '../../wit/model.js'
import type { CoreFunctionType, CoreLimits, CoreValueType } from '../binary/definitions.js'

/**
 * Types as validation knows them. Two objects of one structure may be two types, for a type that is imported or
 * exported under a name is another than the one it equals: an export may show named types only.
 */
export type AnyType = ValueType | FunctionType | ResourceType | InstanceType | ComponentType

/** A resource type, whatever its names: some are told apart by identity alone. */
export interface Resource {
  /** Its aliases by number, so that each is one object. */
  readonly aliases: Map<number, ResourceType>
}

/** A resource type under one of its names. */
export interface ResourceType {
  readonly kind: 'resource'
  readonly resource: Resource
  readonly alias: number
}

/** What is known of a type as a whole. */
export interface TypeFacts {
  /** How many types it consists of, itself included, where a type that is used twice counts twice. */
  readonly size: number
  readonly depth: number
  readonly hasBorrow: boolean
  /** Whether a value of it needs memory beside its own: a string or list anywhere in it. */
  readonly hasPointer: boolean
}

/** A value type. */
export type ValueType = { readonly facts: TypeFacts } & (
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'record'; readonly fields: readonly Labelled<ValueType>[] }
  | { readonly kind: 'variant'; readonly cases: readonly Labelled<ValueType | undefined>[] }
  | { readonly kind: 'list'; readonly element: ValueType; readonly length: number | undefined }
  | { readonly kind: 'tuple'; readonly elements: readonly ValueType[] }
  | { readonly kind: 'flags' | 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly element: ValueType }
  | { readonly kind: 'result'; readonly ok: ValueType | undefined; readonly err: ValueType | undefined }
  | { readonly kind: 'own' | 'borrow'; readonly resource: ResourceType }
)

/** A field, case or parameter. */
export interface Labelled<Type> {
  readonly name: string
  readonly type: Type
}

/** The type of a function. */
export interface FunctionType {
  readonly kind: 'function'
  readonly params: readonly Labelled<ValueType>[]
  readonly result: ValueType | undefined
  readonly size: number
}

/** A named thing that a component or instance imports or exports. */
export type Extern =
  | { readonly sort: 'core-module'; readonly type: ModuleType }
  | { readonly sort: 'function'; readonly type: FunctionType }
  | { readonly sort: 'instance'; readonly type: InstanceType }
  | { readonly sort: 'component'; readonly type: ComponentType }
  /** A type: the one that has the name, and the one that it was made of. */
  | { readonly sort: 'type'; readonly created: AnyType; readonly referenced: AnyType }

/** Imports or exports by name, in the order of the binary. */
export type Externs = ReadonlyMap<string, Extern>

/** Where a resource is found among imports or exports: names, from the outside inwards. */
export type Path = readonly string[]

/** The type of an instance. */
export interface InstanceType {
  readonly kind: 'instance'
  readonly exports: Externs
  /** The resources that every instance of this type has its own of; none in the type of an instance that is there. */
  readonly ownResources: ReadonlySet<Resource>
  /** Every resource that it exports. */
  readonly paths: ReadonlyMap<Resource, Path>
  readonly size: number
}

/** The type of a component. */
export interface ComponentType {
  readonly kind: 'component'
  readonly imports: Externs
  readonly exports: Externs
  readonly importedResources: ReadonlyMap<Resource, Path>
  /** The resources that every instance of the component has its own of, as it exports them. */
  readonly ownResources: ReadonlyMap<Resource, Path>
  readonly paths: ReadonlyMap<Resource, Path>
  readonly size: number
}

/** The type of what a core module imports or exports. */
export type CoreExtern =
  | { readonly kind: 'function'; readonly type: CoreFunctionType | undefined }
  | { readonly kind: 'tag'; readonly type: CoreFunctionType | undefined }
  | { readonly kind: 'table'; readonly element: CoreValueType; readonly limits: CoreLimits }
  | { readonly kind: 'memory'; readonly limits: CoreLimits }
  | { readonly kind: 'global'; readonly type: CoreValueType; readonly isMutable: boolean }

/** The type of a core module. Where parts are not understood, they are `undefined` and V8 judges instead. */
export interface ModuleType {
  readonly imports: ReadonlyMap<string, CoreImportType>
  readonly exports: ReadonlyMap<string, CoreExtern> | undefined
  readonly size: number
}

/** An import of a core module. */
export interface CoreImportType {
  readonly module: string
  readonly name: string
  readonly type: CoreExtern
}

/** What a core instance exports; `undefined` where it is not understood. */
export type CoreExports = ReadonlyMap<string, CoreExtern> | undefined

/** The key of an import in the map of a module type. */
export function coreImportKey(module: string, name: string): string {
  return `${module.length} ${module}${name}`
}

/** A new resource, unlike all others. */
export function createResource(): ResourceType {
  const resource: Resource = { aliases: new Map() }
  return aliasOf(resource, 0)
}

/** The resource under its name of that number. */
export function aliasOf(resource: Resource, alias: number): ResourceType {
  const known = resource.aliases.get(alias)
  if (known) return known
  const type: ResourceType = { kind: 'resource', resource, alias }
  resource.aliases.set(alias, type)
  return type
}

/** Whether it is a value type. */
export function isValueType(type: AnyType): type is ValueType {
  return 'facts' in type
}

/** The value types that a value type directly consists of. */
export function partsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'record':
      return type.fields.map((field) => field.type)
    case 'variant':
      return type.cases.flatMap((each) => each.type ?? [])
    case 'tuple':
      return type.elements
    case 'list':
    case 'option':
      return [type.element]
    case 'result':
      return [type.ok, type.err].flatMap((each) => each ?? [])
    default:
      return []
  }
}

/** What a type is, for messages. */
export function describeAnyType(type: AnyType): string {
  switch (type.kind) {
    case 'function':
      return 'function type'
    case 'instance':
      return 'instance type'
    case 'component':
      return 'component type'
    default:
      return type.kind
  }
}
