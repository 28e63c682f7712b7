/**
 * The typed model of what a component imports and exports: plain data, JSON-serialisable except for cycles (there are
 * none), the same whether it was read from a component binary or from WIT text; what only text has (notes, aliases,
 * uses) stands beside the rest and is optional. The linker, the wRPC codec, `inspect`, `call` and wit2wadm all work
 * from it.
 *
 * Names are those of WIT, in kebab-case. Named types carry `name` and the interface that defines them.
 */

/** The primitive value types of the component model. */
export type PrimitiveKind =
  | 'bool'
  | 's8'
  | 'u8'
  | 's16'
  | 'u16'
  | 's32'
  | 'u32'
  | 's64'
  | 'u64'
  | 'f32'
  | 'f64'
  | 'char'
  | 'string'

/** The name that a type was exported under and the interface that owns it; both absent for anonymous types. */
export interface TypeName {
  readonly name?: string | undefined
  /** Full interface name such as `wasi:http/types@0.2.0`; absent where the type belongs to the world itself. */
  readonly interface?: string | undefined
}

/** A value type. */
export type ValueType =
  | { readonly kind: PrimitiveKind }
  | ({ readonly kind: 'record'; readonly fields: readonly Field[] } & TypeName)
  | ({ readonly kind: 'variant'; readonly cases: readonly VariantCase[] } & TypeName)
  | { readonly kind: 'list'; readonly element: ValueType; readonly length?: number | undefined }
  | { readonly kind: 'tuple'; readonly elements: readonly ValueType[] }
  | ({ readonly kind: 'flags'; readonly names: readonly string[] } & TypeName)
  | ({ readonly kind: 'enum'; readonly names: readonly string[] } & TypeName)
  | { readonly kind: 'option'; readonly element: ValueType }
  | { readonly kind: 'result'; readonly ok?: ValueType | undefined; readonly err?: ValueType | undefined }
  | { readonly kind: 'own'; readonly resource: ResourceName }
  | { readonly kind: 'borrow'; readonly resource: ResourceName }
  /** Values that follow on their own; in WIT text and on the wire only: components that use them are refused. */
  | { readonly kind: 'stream' | 'future'; readonly element?: ValueType | undefined }

/** A resource type, by name and owning interface. */
export interface ResourceName {
  readonly name: string
  readonly interface?: string | undefined
}

/** A field of a record. */
export interface Field {
  readonly name: string
  readonly type: ValueType
}

/** A case of a variant; `type` is absent for a case without payload. */
export interface VariantCase {
  readonly name: string
  readonly type?: ValueType | undefined
}

/** What a function is: free, or bound to a resource of the same interface. */
export type FunctionKind =
  | { readonly kind: 'free' }
  | { readonly kind: 'constructor' | 'method' | 'static'; readonly resource: string }

/** A function as written in its world or interface. */
export interface WitFunction {
  /** The name as in the binary: `handle`, `[method]fields.get`, `[constructor]fields`, `[static]fields.from-list`. */
  readonly name: string
  readonly binding: FunctionKind
  readonly params: readonly Field[]
  readonly result?: ValueType | undefined
  /** Whether it is an `async func`; in WIT text only. */
  readonly isAsync?: boolean | undefined
}

/** What WIT text says about an item. */
export interface Note {
  /** Its doc comments, a line each. */
  readonly docs?: string | undefined
  /** The version that it came with. */
  readonly since?: string | undefined
  /** The feature that it belongs to, which is not settled yet. */
  readonly unstable?: string | undefined
  /** The version since which it should not be used. */
  readonly deprecated?: string | undefined
  readonly externalId?: string | undefined
}

/** Another name for a type: `type size = u32;`. */
export interface TypeAlias {
  readonly name: string
  readonly type: ValueType
}

/** A type of another interface: `use types.{errno as my-errno};`. */
export interface TypeUse {
  /** Full name of the interface. */
  readonly interface: string
  /** Its name there. */
  readonly type: string
  /** Its name here. */
  readonly name: string
}

/** What WIT text has beside what a binary has; absent where there is nothing of a kind. */
export interface TextParts {
  readonly note?: Note | undefined
  /** By name of the item, as in the binary for functions; fields, cases and flags as `type.field`. */
  readonly notes?: Readonly<Record<string, Note>> | undefined
  readonly aliases?: readonly TypeAlias[] | undefined
  readonly uses?: readonly TypeUse[] | undefined
}

/** An interface, imported or exported by a world. */
export interface WitInterface extends TextParts {
  readonly kind: 'interface'
  /** Full name, with version where it has one: `wasi:http/types@0.2.0`; a plain kebab name for an inline interface. */
  readonly name: string
  readonly functions: readonly WitFunction[]
  /** Names of the resources that this interface defines. */
  readonly resources: readonly string[]
  /** Its named value types, in order of definition. */
  readonly types: readonly ValueType[]
  /** Full name of the interface that it is a copy of, under a name of its own; in WIT text only. */
  readonly implements?: string | undefined
}

/** A function that a world imports or exports by itself. */
export interface WorldFunction {
  readonly kind: 'function'
  readonly name: string
  readonly function: WitFunction
}

/** One import or export of a world. */
export type WorldItem = WitInterface | WorldFunction

/** What a component needs and offers, in the order of the binary or text. */
export interface World extends TextParts {
  /** Its full name, where it comes from WIT text. */
  readonly name?: string | undefined
  readonly imports: readonly WorldItem[]
  readonly exports: readonly WorldItem[]
  /** Types and resources that it defines itself; in WIT text only. */
  readonly types?: readonly ValueType[] | undefined
  readonly resources?: readonly string[] | undefined
}
