import type {
  CoreTypeDefinition,
  Declaration,
  ExternType,
  TypeDefinition,
  TypeReference,
} from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import { withArticle } from '../binary/scope.js'
import { addAlias } from './alias.js'
import { functionMismatch } from './core-subtype.js'
import { finishComponent, finishInstanceType } from './finish-component.js'
import { Frame } from './frame.js'
import { defineModuleType } from './module-type.js'
import { renamed } from './renamed.js'
import { addSizes, primitiveType, valueType } from './type-facts.js'
import {
  createResource,
  describeAnyType,
  isValueType,
  type AnyType,
  type ComponentType,
  type Extern,
  type FunctionType,
  type InstanceType,
  type ResourceType,
  type ValueType,
} from './types.js'

/** Adds a core type. */
export function addCoreType(definition: CoreTypeDefinition, frame: Frame): void {
  frame.add(
    'core-type',
    definition.kind === 'function'
      ? { kind: 'function', type: definition }
      : { kind: 'module', type: defineModuleType(definition.declarations, frame) },
  )
}

/** Adds a type. */
export function addType(definition: TypeDefinition, frame: Frame, offset: number): void {
  frame.add('type', defineType(definition, frame, offset))
}

/** What an import, or an export of a type, is. */
export function resolveExtern(type: ExternType, frame: Frame, offset: number): Extern {
  switch (type.sort) {
    case 'core-module': {
      const found = frame.get('core-type', type.index, offset)
      if (found.kind === 'module') return { sort: 'core-module', type: found.type }
      throw invalidComponent(`core type ${type.index} is no module type`, offset)
    }
    case 'type': {
      const referenced =
        type.bound.kind === 'equal' ? frame.get('type', type.bound.index, offset) : createResource()
      const created = type.bound.kind === 'equal' ? renamed(referenced) : referenced
      return { sort: 'type', created, referenced }
    }
    default: {
      const found = frame.get('type', type.index, offset)
      if (found.kind === type.sort) return { sort: type.sort, type: found } as Extern // the sort is its kind
      throw invalidComponent(
        `type ${type.index} is ${withArticle(describeAnyType(found))} where the type of ${withArticle(type.sort)} is needed,`,
        offset,
      )
    }
  }
}

function defineType(definition: TypeDefinition, frame: Frame, offset: number): AnyType {
  switch (definition.kind) {
    case 'function':
      return defineFunction(definition, frame, offset)
    case 'component':
    case 'instance':
      return defineFromDeclarations(definition, frame, offset)
    case 'resource':
      return defineResource(definition.destructor, frame, offset)
    default:
      return defineValue(definition, frame, offset)
  }
}

function defineResource(destructor: number | undefined, frame: Frame, offset: number): ResourceType {
  if (destructor !== undefined) {
    const type = frame.get('core-function', destructor, offset)
    const mismatch = functionMismatch(type, { params: ['i32'], results: [] })
    if (mismatch !== undefined) {
      throw invalidComponent(`the destructor of a resource does not fit: ${mismatch},`, offset)
    }
  }
  const type = createResource()
  frame.ownResources.set(type.resource, { isDefined: true })
  return type
}

function defineFromDeclarations(
  { kind, declarations }: Extract<TypeDefinition, { readonly kind: 'component' | 'instance' }>,
  parent: Frame,
  offset: number,
): ComponentType | InstanceType {
  const { budget } = parent
  const frame = new Frame(kind === 'component' ? 'component-type' : 'instance-type', { parent, budget })
  for (const declaration of declarations) {
    budget.spend(1, declaration.offset)
    addDeclaration(declaration, frame)
  }
  return kind === 'component' ? finishComponent(frame, offset) : finishInstanceType(frame)
}

function addDeclaration(declaration: Declaration, frame: Frame): void {
  const { offset } = declaration
  switch (declaration.kind) {
    case 'core-type':
      addCoreType(declaration.type, frame)
      return
    case 'type':
      addType(declaration.type, frame, offset)
      return
    case 'alias-export':
    case 'alias-core-export':
    case 'alias-outer':
      addAlias(declaration, frame, offset)
      return
    case 'import':
    case 'export':
      frame.declare(
        declaration.kind,
        declaration.name,
        resolveExtern(declaration.type, frame, offset),
        offset,
      )
      return
    default:
      declaration satisfies never
  }
}

function defineFunction(
  definition: Extract<TypeDefinition, { readonly kind: 'function' }>,
  frame: Frame,
  offset: number,
): FunctionType {
  const params = definition.params.map(({ name, type }) => ({ name, type: referTo(type, frame, offset) }))
  const result = definition.result && referTo(definition.result, frame, offset)
  if (result?.facts.hasBorrow) throw invalidComponent('a function returns a borrowed resource', offset)
  let size = 1
  for (const { type } of params) size = addSizes(size, type.facts.size, offset)
  return { kind: 'function', params, result, size: addSizes(size, result?.facts.size ?? 0, offset) }
}

type ValueDefinition = Exclude<
  TypeDefinition,
  { readonly kind: 'function' | 'component' | 'instance' | 'resource' }
>

function defineValue(definition: ValueDefinition, frame: Frame, offset: number): ValueType {
  const refer = (reference: TypeReference): ValueType => referTo(reference, frame, offset)
  const optional = (reference: TypeReference | undefined): ValueType | undefined =>
    reference && refer(reference)
  const { kind } = definition
  switch (kind) {
    case 'primitive':
      return { ...primitiveType(definition.primitive) }
    case 'record': {
      const fields = definition.fields.map(({ name, type }) => ({ name, type: refer(type) }))
      return valueType({ kind, fields }, offset)
    }
    case 'variant': {
      const cases = definition.cases.map(({ name, type }) => ({ name, type: optional(type) }))
      return valueType({ kind, cases }, offset)
    }
    case 'list':
      return valueType({ kind, element: refer(definition.element), length: definition.length }, offset)
    case 'option':
      return valueType({ kind, element: refer(definition.element) }, offset)
    case 'tuple':
      return valueType({ kind, elements: definition.elements.map(refer) }, offset)
    case 'flags':
    case 'enum':
      return valueType({ kind, names: definition.names }, offset)
    case 'result':
      return valueType({ kind, ok: optional(definition.ok), err: optional(definition.err) }, offset)
    case 'own':
    case 'borrow': {
      const resource = frame.get('type', definition.resource, offset)
      if (resource.kind === 'resource') return valueType({ kind, resource }, offset)
      throw invalidComponent(
        `type ${definition.resource} is no resource but ${withArticle(describeAnyType(resource))}`,
        offset,
      )
    }
    default:
      return definition satisfies never
  }
}

/** The value type that a reference means; refuses an index of anything else. */
function referTo(reference: TypeReference, frame: Frame, offset: number): ValueType {
  if (reference.kind === 'primitive') return primitiveType(reference.primitive)
  const type = frame.get('type', reference.index, offset)
  if (isValueType(type)) return type
  throw invalidComponent(
    `type ${reference.index} is no value type but ${withArticle(describeAnyType(type))}`,
    offset,
  )
}
