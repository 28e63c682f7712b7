import type { TypeAlias, ValueType, WitFunction, WitInterface } from '../model.js'
import { ItemScope, type ScopeSurroundings } from './item-scope.js'
import { Notes, toNote } from './notes.js'
import type { PackageUnit } from './packages.js'
import { resolveFunction, resolveMembers } from './resolve-function.js'
import type { Annotations, DefinitionSyntax, InterfaceSyntax } from './syntax.js'

/** An interface with what its names stand for. */
export interface ResolvedInterface {
  readonly model: WitInterface
  readonly scope: ItemScope
}

/** Resolves an interface that is called `name`. Throws WIT_INVALID. */
export function resolveInterface(
  {
    syntax,
    unit,
    name,
  }: { readonly syntax: InterfaceSyntax; readonly unit: PackageUnit; readonly name: string },
  around: ScopeSurroundings,
): ResolvedInterface {
  const scope = new ItemScope(unit, name, around)
  declareItems(scope, syntax)
  scope.resolveUses()
  const notes = new Notes()
  const functions: WitFunction[] = []
  const definitions: DefinitionSyntax[] = []
  for (const item of syntax.items) {
    if (item.kind === 'use' || !scope.isIncluded(item, item.at)) continue
    if (item.kind === 'function') {
      functions.push(resolveFunction(scope, item))
      notes.add(item.name, item)
      continue
    }
    definitions.push(item)
    notes.addDefinition(item)
    if (item.kind !== 'resource') continue
    for (const { syntax: member, function: one } of resolveMembers(scope, item, item.functions)) {
      functions.push(one)
      notes.add(one.name, member)
    }
  }
  const model: WitInterface = {
    kind: 'interface',
    name,
    functions,
    ...resolveDefinitions(scope, definitions),
    ...noteOf(syntax),
    ...notes.toParts(),
    ...(scope.uses.length > 0 && { uses: scope.uses }),
  }
  return { model, scope }
}

/** The definitions of an interface or world, by what they are. */
export function resolveDefinitions(
  scope: ItemScope,
  definitions: readonly DefinitionSyntax[],
): {
  readonly resources: readonly string[]
  readonly types: readonly ValueType[]
  readonly aliases?: readonly TypeAlias[]
} {
  const resources = definitions.flatMap(({ kind, name }) => (kind === 'resource' ? name : []))
  const types = definitions.flatMap((one) =>
    one.kind === 'resource' || one.kind === 'alias' ? [] : typeOf(scope, one),
  )
  const aliases = definitions.flatMap((one) =>
    one.kind === 'alias' ? { name: one.name, type: typeOf(scope, one) } : [],
  )
  return { resources, types, ...(aliases.length > 0 && { aliases }) }
}

/** The note of an interface or world, as a part of the model. */
export function noteOf(annotations: Annotations): Pick<WitInterface, 'note'> {
  const note = toNote(annotations)
  return note ? { note } : {}
}

function typeOf(scope: ItemScope, { name, at }: DefinitionSyntax): ValueType {
  return scope.type({ kind: 'named', name, at })
}

function declareItems(scope: ItemScope, { items }: InterfaceSyntax): void {
  for (const item of items) {
    if (item.kind === 'use') scope.use(item)
    else if (item.kind === 'function') scope.defineFunction(item)
    else scope.define(item)
  }
}
