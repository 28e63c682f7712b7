import type { TypeDefinition, TypeReference } from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import type { IndexSpaces, TypeEntity } from './entities.js'
import type { CoreItem, FunctionType, ResolvedType, Resource } from './program.js'
import type { TypeSizes } from './type-sizes.js'
import { withArticle } from '../binary/scope.js'

/** What the resolution of a type needs beside its definition. */
export interface TypeContext {
  readonly space: IndexSpaces
  readonly sizes: TypeSizes
  /** Makes a resource of the component instance that the type is defined in. */
  readonly defineResource: (destructor: CoreItem | undefined) => Resource
}

/** The type that a definition means where it stands. */
export function resolveType(definition: TypeDefinition, context: TypeContext, offset: number): TypeEntity {
  const { space } = context
  switch (definition.kind) {
    case 'function':
      return resolveFunctionType(definition, context, offset)
    case 'resource': {
      const destructor =
        definition.destructor === undefined
          ? undefined
          : space.get('core-function', definition.destructor, offset)
      return { kind: 'resource', resource: context.defineResource(destructor) }
    }
    case 'component':
      return { kind: 'component-type', declarations: definition.declarations, space }
    case 'instance':
      return { kind: 'instance-type', declarations: definition.declarations, space }
    default: {
      const type = resolveValueType(definition, context, offset)
      context.sizes.measure(type, offset)
      return { kind: 'value', type }
    }
  }
}

type ValueTypeDefinition = Exclude<
  TypeDefinition,
  { readonly kind: 'function' | 'resource' | 'component' | 'instance' }
>

function resolveValueType(
  definition: ValueTypeDefinition,
  context: TypeContext,
  offset: number,
): ResolvedType {
  const resolve = (reference: TypeReference): ResolvedType => resolveReference(reference, context, offset)
  const optional = (reference: TypeReference | undefined): ResolvedType | undefined =>
    reference && resolve(reference)
  switch (definition.kind) {
    case 'primitive':
      return { kind: definition.primitive }
    case 'record':
      return {
        kind: 'record',
        fields: definition.fields.map(({ name, type }) => ({ name, type: resolve(type) })),
      }
    case 'variant':
      return {
        kind: 'variant',
        cases: definition.cases.map(({ name, type }) => ({ name, type: optional(type) })),
      }
    case 'list':
      return { kind: 'list', element: resolve(definition.element), length: definition.length }
    case 'option':
      return { kind: 'option', element: resolve(definition.element) }
    case 'tuple':
      return { kind: 'tuple', elements: definition.elements.map(resolve) }
    case 'flags':
    case 'enum':
      return { kind: definition.kind, names: definition.names }
    case 'result':
      return { kind: 'result', ok: optional(definition.ok), err: optional(definition.err) }
    case 'own':
    case 'borrow':
      return { kind: definition.kind, resource: resolveResource(definition.resource, context.space, offset) }
    default:
      return definition satisfies never
  }
}

/** The value type that a reference means; refuses an index of anything else. */
function resolveReference(reference: TypeReference, { space }: TypeContext, offset: number): ResolvedType {
  if (reference.kind === 'primitive') return { kind: reference.primitive }
  const entity = space.get('type', reference.index, offset)
  if (entity.kind !== 'value') {
    throw invalidComponent(
      `type ${reference.index} is no value type but ${withArticle(describeType(entity))}`,
      offset,
    )
  }
  return entity.type
}

/** The resource that an index of the type space means. */
export function resolveResource(index: number, space: IndexSpaces, offset: number): Resource {
  const entity = space.get('type', index, offset)
  if (entity.kind !== 'resource') {
    throw invalidComponent(`type ${index} is no resource but ${withArticle(describeType(entity))}`, offset)
  }
  return entity.resource
}

function resolveFunctionType(
  definition: Extract<TypeDefinition, { readonly kind: 'function' }>,
  context: TypeContext,
  offset: number,
): FunctionType {
  const params = definition.params.map(({ name, type }) => ({
    name,
    type: resolveReference(type, context, offset),
  }))
  const result = definition.result && resolveReference(definition.result, context, offset)
  for (const { type } of params) context.sizes.measure(type, offset)
  if (result) context.sizes.measure(result, offset)
  return { kind: 'function', params, result }
}

/** What a type is, for messages. */
export function describeType(entity: TypeEntity): string {
  switch (entity.kind) {
    case 'value':
      return entity.type.kind
    case 'function':
      return 'function type'
    case 'component-type':
      return 'component type'
    case 'instance-type':
      return 'instance type'
    case 'resource':
      return 'resource'
    default:
      return entity satisfies never
  }
}
