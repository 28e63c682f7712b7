import type { PrimitiveKind } from '../model.js'
import type { WitSource } from './source.js'

/** The syntax of WIT text: what a file says, before any name is looked up. `at` is an offset into its text. */

/** What may stand before an item. */
export interface Annotations {
  /** Its doc comments, a line each, without slashes. */
  readonly docs?: string | undefined
  readonly since?: string | undefined
  /** The feature that has to be asked for. */
  readonly unstable?: string | undefined
  readonly deprecated?: string | undefined
  readonly externalId?: string | undefined
}

/** A name and where it stands. */
export interface Identifier {
  readonly name: string
  readonly at: number
}

/** Everything that has a name. */
export interface Item extends Annotations, Identifier {}

/** A type as it is written. */
export type TypeSyntax = { readonly at: number } & (
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'own' | 'borrow'; readonly name: string }
  | { readonly kind: 'list'; readonly element: TypeSyntax; readonly length?: number | undefined }
  | { readonly kind: 'option'; readonly element: TypeSyntax }
  | { readonly kind: 'tuple'; readonly elements: readonly TypeSyntax[] }
  | {
      readonly kind: 'result'
      readonly ok?: TypeSyntax | undefined
      readonly err?: TypeSyntax | undefined
    }
  | { readonly kind: 'map'; readonly key: TypeSyntax; readonly value: TypeSyntax }
  | { readonly kind: 'stream' | 'future'; readonly element?: TypeSyntax | undefined }
)

/** A field of a record, or a parameter. */
export interface FieldSyntax extends Item {
  readonly type: TypeSyntax
}

/** A case of a variant. */
export interface CaseSyntax extends Item {
  readonly type?: TypeSyntax | undefined
}

/** A definition of a type. */
export type DefinitionSyntax = Item &
  (
    | { readonly kind: 'alias'; readonly type: TypeSyntax }
    | { readonly kind: 'record'; readonly fields: readonly FieldSyntax[] }
    | { readonly kind: 'variant'; readonly cases: readonly CaseSyntax[] }
    | { readonly kind: 'flags' | 'enum'; readonly names: readonly Item[] }
    | { readonly kind: 'resource'; readonly functions: readonly FunctionSyntax[] }
  )

/** A function; `name` of a constructor is `constructor`. */
export interface FunctionSyntax extends Item {
  readonly kind: 'function'
  readonly binding: 'free' | 'constructor' | 'method' | 'static'
  readonly isAsync: boolean
  readonly params: readonly FieldSyntax[]
  readonly result?: TypeSyntax | undefined
}

/** `id`, or `namespace:package/id@version`. */
export interface PathSyntax extends Identifier {
  /** With version; absent where the name is one of this package or file. */
  readonly package?: PackageName | undefined
}

/** The name of a package. */
export interface PackageName {
  /** `namespace:name`. */
  readonly name: string
  readonly version?: string | undefined
}

/** A name, and the one that it has from then on. */
export interface Renaming extends Identifier {
  readonly as?: Identifier | undefined
}

/** `use path.{names};` within an interface or world. */
export interface UseSyntax extends Annotations {
  readonly kind: 'use'
  readonly path: PathSyntax
  readonly names: readonly Renaming[]
  readonly at: number
}

/** What stands in an interface. */
export type InterfaceItem = UseSyntax | DefinitionSyntax | FunctionSyntax

/** An interface. */
export interface InterfaceSyntax extends Item {
  readonly items: readonly InterfaceItem[]
}

/** `include path with { a as b };` */
export interface IncludeSyntax extends Annotations {
  readonly kind: 'include'
  readonly path: PathSyntax
  readonly with: readonly Renaming[]
  readonly at: number
}

/** An import or export of a world. */
export interface ExternSyntax extends Annotations {
  readonly kind: 'extern'
  readonly direction: 'import' | 'export'
  readonly at: number
  readonly what:
    | { readonly kind: 'path'; readonly path: PathSyntax }
    | { readonly kind: 'named-path'; readonly name: string; readonly path: PathSyntax }
    | { readonly kind: 'function'; readonly function: FunctionSyntax }
    | { readonly kind: 'interface'; readonly interface: InterfaceSyntax }
}

/** What stands in a world. */
export type WorldItemSyntax = UseSyntax | DefinitionSyntax | IncludeSyntax | ExternSyntax

/** A world. */
export interface WorldSyntax extends Item {
  readonly items: readonly WorldItemSyntax[]
}

/** `use path as name;` of a file or of a nested package. */
export interface FileUse extends Annotations {
  readonly path: PathSyntax
  readonly as?: Identifier | undefined
}

/** The items of a file, or of a package within one. */
export interface PackageBody {
  readonly uses: readonly FileUse[]
  readonly interfaces: readonly InterfaceSyntax[]
  readonly worlds: readonly WorldSyntax[]
}

/** A declaration of a package. */
export interface PackageDeclaration extends PackageName {
  readonly docs?: string | undefined
  readonly at: number
}

/** A package with its items in braces. */
export interface NestedPackage extends PackageDeclaration {
  readonly body: PackageBody
}

/** A file of WIT text. */
export interface WitDocument {
  readonly source: WitSource
  readonly package?: PackageDeclaration | undefined
  readonly body: PackageBody
  readonly nested: readonly NestedPackage[]
}

/** A package's name with its version. */
export function packageId({ name, version }: PackageName): string {
  return version === undefined ? name : `${name}@${version}`
}

/** An interface's or world's full name. */
export function fullName({ name, version }: PackageName, item: string): string {
  return version === undefined ? `${name}/${item}` : `${name}/${item}@${version}`
}
