import type { CanonDefinition, CanonOptionsDefinition } from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import type { Entity, IndexSpaces } from './entities.js'
import type { CanonOptions } from './program.js'
import { describeType, resolveResource } from './resolve-type.js'
import { withArticle } from '../binary/scope.js'

interface Context {
  readonly space: IndexSpaces
  readonly offset: number
}

/** The function that a canonical definition stands for. */
export function resolveCanon(definition: CanonDefinition, { space, offset }: Context): Entity {
  switch (definition.kind) {
    case 'lift': {
      const type = space.get('type', definition.type, offset)
      if (type.kind !== 'function') {
        throw invalidComponent(`a function is lifted to ${withArticle(describeType(type))}`, offset)
      }
      const options = resolveOptions(definition.options, space, offset)
      const core = space.get('core-function', definition.coreFunction, offset)
      return { sort: 'function', entity: { kind: 'lift', core, options, type } }
    }
    case 'lower': {
      const func = space.get('function', definition.function, offset)
      const options = resolveOptions(definition.options, space, offset)
      return { sort: 'core-function', entity: { kind: 'lower', function: func, options } }
    }
    case 'resource-new':
    case 'resource-drop':
    case 'resource-rep': {
      const { component } = space
      const resource = resolveResource(definition.type, space, offset)
      const isOwn = resource.kind === 'defined-resource' && resource.component === component
      if (definition.kind !== 'resource-drop' && !isOwn) {
        throw invalidComponent(
          `${definition.kind.replace('-', '.')} is used on a resource of another component`,
          offset,
        )
      }
      return { sort: 'core-function', entity: { kind: definition.kind, resource, component } }
    }
    default:
      return definition satisfies never
  }
}

function resolveOptions(options: CanonOptionsDefinition, space: IndexSpaces, offset: number): CanonOptions {
  const { encoding, memory, realloc, postReturn } = options
  const coreFunction = (index: number | undefined) =>
    index === undefined ? undefined : space.get('core-function', index, offset)
  return {
    component: space.component,
    encoding,
    memory: memory === undefined ? undefined : space.get('core-memory', memory, offset),
    realloc: coreFunction(realloc),
    postReturn: coreFunction(postReturn),
  }
}
