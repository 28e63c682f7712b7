import type { CanonDefinition, CanonOptionsDefinition } from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import type { Entity, IndexSpaces } from './entities.js'
import type { CanonOptions, FunctionType, ResolvedType } from './program.js'
import type { Resolution } from './resolution.js'
import { describeType, resolveResource } from './resolve-type.js'
import { withArticle } from '../binary/scope.js'

/** Parameters past this many core values are passed in memory; results past one. */
const maxFlatParams = 16
const maxFlatResults = 1

interface Context {
  readonly resolution: Resolution
  readonly space: IndexSpaces
  readonly offset: number
}

/** The function that a canonical definition stands for. */
export function resolveCanon(definition: CanonDefinition, context: Context): Entity {
  const { space, offset } = context
  switch (definition.kind) {
    case 'lift': {
      const type = space.get('type', definition.type, offset)
      if (type.kind !== 'function') {
        throw invalidComponent(`a function is lifted to ${withArticle(describeType(type))}`, offset)
      }
      const options = resolveOptions(definition.options, space, offset)
      checkLift(type, options, context)
      const core = space.get('core-function', definition.coreFunction, offset)
      return { sort: 'function', entity: { kind: 'lift', core, options, type } }
    }
    case 'lower': {
      const func = space.get('function', definition.function, offset)
      const options = resolveOptions(definition.options, space, offset)
      checkLower(func.type, options, context)
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

/** A lift writes parameters to memory that it allocates, and reads results from memory. */
function checkLift(type: FunctionType, options: CanonOptions, context: Context): void {
  const params = passing(paramTypes(type), maxFlatParams, context)
  const results = passing(resultTypes(type), maxFlatResults, context)
  if (params.inMemory || params.hasPointer) requireOptions('lifts', options, true, context)
  if (results.inMemory || results.hasPointer) requireOptions('lifts', options, false, context)
}

/** A lower reads parameters from memory, and writes results to memory: what they point to has to be allocated. */
function checkLower(type: FunctionType, options: CanonOptions, context: Context): void {
  const params = passing(paramTypes(type), maxFlatParams, context)
  const results = passing(resultTypes(type), maxFlatResults, context)
  if (params.inMemory || params.hasPointer || results.inMemory)
    requireOptions('lowers', options, false, context)
  if (results.hasPointer) requireOptions('lowers', options, true, context)
}

function requireOptions(
  verb: string,
  options: CanonOptions,
  needsRealloc: boolean,
  { offset }: Context,
): void {
  if (options.memory === undefined) {
    throw invalidComponent(`a canonical function ${verb} values in memory without the option memory,`, offset)
  }
  if (needsRealloc && options.realloc === undefined) {
    throw invalidComponent(
      `a canonical function ${verb} values in memory without the option realloc,`,
      offset,
    )
  }
}

interface Passing {
  readonly inMemory: boolean
  readonly hasPointer: boolean
}

function passing(types: readonly ResolvedType[], maxFlat: number, context: Context): Passing {
  const sizes = types.map((type) => context.resolution.sizes.measure(type, context.offset))
  return {
    inMemory: sizes.reduce((sum, size) => sum + size.flatCount, 0) > maxFlat,
    hasPointer: sizes.some((size) => size.hasPointer),
  }
}

const paramTypes = (type: FunctionType): readonly ResolvedType[] => type.params.map((param) => param.type)
const resultTypes = (type: FunctionType): readonly ResolvedType[] => (type.result ? [type.result] : [])
