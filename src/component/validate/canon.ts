import type { CanonDefinition, CanonOptionsDefinition, CoreFunctionType } from '../binary/definitions.js'
import { invalidComponent } from '../binary/invalid-component.js'
import { withArticle } from '../binary/scope.js'
import { functionMismatch } from './core-subtype.js'
import { flattenLift, flattenLower, type Flattened } from './flatten.js'
import type { Frame } from './frame.js'
import { describeAnyType } from './types.js'

/** Adds what a canonical definition makes, once everything that it uses is found to have the type that it has to. */
export function addCanon(definition: CanonDefinition, frame: Frame, offset: number): void {
  switch (definition.kind) {
    case 'lift': {
      addLift(definition, frame, offset)
      return
    }
    case 'lower': {
      const flat = flattenLower(frame.get('function', definition.function, offset))
      checkOptions('lowers', definition.options, flat, { frame, offset })
      frame.add('core-function', flat.type)
      return
    }
    case 'resource-new':
    case 'resource-drop':
    case 'resource-rep':
      checkResource(definition, frame, offset)
      frame.add('core-function', {
        params: ['i32'],
        results: definition.kind === 'resource-drop' ? [] : ['i32'],
      })
      return
    default:
      definition satisfies never
  }
}

type Of<Kind extends CanonDefinition['kind']> = Extract<CanonDefinition, { readonly kind: Kind }>

function addLift({ coreFunction, options, type: index }: Of<'lift'>, frame: Frame, offset: number): void {
  const type = frame.get('type', index, offset)
  if (type.kind !== 'function') {
    throw invalidComponent(`a function is lifted to ${withArticle(describeAnyType(type))}`, offset)
  }
  const flat = flattenLift(type)
  checkOptions('lifts', options, flat, { frame, offset })
  const core = frame.get('core-function', coreFunction, offset)
  checkFunction(`core function ${coreFunction}, which is lifted,`, core, flat.type, offset)
  if (options.postReturn !== undefined && core) {
    const postReturn = frame.get('core-function', options.postReturn, offset)
    const wanted = { params: core.results, results: [] }
    checkFunction('the canonical option post-return', postReturn, wanted, offset)
  }
  frame.add('function', type)
}

function checkFunction(
  what: string,
  given: CoreFunctionType | undefined,
  wanted: CoreFunctionType,
  offset: number,
): void {
  const mismatch = functionMismatch(given, wanted)
  if (mismatch !== undefined) throw invalidComponent(`${what} does not fit: ${mismatch},`, offset)
}

const reallocType: CoreFunctionType = { params: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] }

function checkOptions(
  verb: string,
  { memory, realloc }: CanonOptionsDefinition,
  { needsMemory, needsRealloc }: Flattened,
  { frame, offset }: { readonly frame: Frame; readonly offset: number },
): void {
  const missing = (option: string): Error =>
    invalidComponent(`a canonical function ${verb} values in memory without the option ${option},`, offset)
  if (needsMemory && memory === undefined) throw missing('memory')
  if (needsRealloc && realloc === undefined) throw missing('realloc')
  if (memory !== undefined) {
    const limits = frame.get('core-memory', memory, offset)?.limits
    if (limits?.isShared || limits?.is64) {
      throw invalidComponent(
        'the canonical option memory is of a shared memory or of one with 64 bits,',
        offset,
      )
    }
  }
  if (realloc !== undefined) {
    checkFunction(
      'the canonical option realloc',
      frame.get('core-function', realloc, offset),
      reallocType,
      offset,
    )
  }
}

function checkResource(
  { kind, type: index }: Of<'resource-new' | 'resource-drop' | 'resource-rep'>,
  frame: Frame,
  offset: number,
): void {
  const type = frame.get('type', index, offset)
  if (type.kind !== 'resource') {
    throw invalidComponent(`type ${index} is no resource but ${withArticle(describeAnyType(type))}`, offset)
  }
  if (kind === 'resource-drop' || frame.ownResources.get(type.resource)?.isDefined) return
  throw invalidComponent(`${kind.replace('-', '.')} is used on a resource of another component`, offset)
}
