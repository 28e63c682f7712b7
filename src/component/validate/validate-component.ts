import type { Definition } from '../binary/definitions.js'
import { readModuleType } from '../core-module/read-module-type.js'
import { Budget } from '../resolve/budget.js'
import { addAlias } from './alias.js'
import { addCanon } from './canon.js'
import { addCoreType, addType, resolveExtern } from './define-type.js'
import { finishComponent } from './finish-component.js'
import { Frame } from './frame.js'
import { addInstance, externAt } from './instances.js'
import { addCoreInstance } from './core-instances.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import { externMismatch } from './subtype.js'
import type { ComponentType } from './types.js'

/** The validation of one component costs at most this many steps: far more than real components need. */
const maxSteps = 1_000_000

/**
 * Checks the definitions of a component, as decodeComponent() returns them, by the validation rules of the
 * specification: what is used fits in kind and type wherever it is used, for all instances that may come of it. The
 * code of core modules is left to V8. Throws COMPONENT_INVALID with the offset.
 */
export function validateComponent(bytes: Uint8Array, definitions: readonly Definition[]): void {
  validateDefinitions(definitions, { bytes, frame: new Frame('component', { budget: new Budget(maxSteps) }) })
}

interface Context {
  readonly bytes: Uint8Array
  readonly frame: Frame
}

function validateDefinitions(definitions: readonly Definition[], context: Context): ComponentType {
  const { frame, bytes } = context
  for (const definition of definitions) {
    frame.budget.spend(1, definition.offset)
    validateDefinition(definition, context)
  }
  return finishComponent(frame, definitions.at(-1)?.offset ?? bytes.length)
}

function validateDefinition(definition: Definition, { bytes, frame }: Context): void {
  const { offset } = definition
  switch (definition.kind) {
    case 'custom':
      return
    case 'core-module':
      frame.add('core-module', readModuleType(bytes, definition))
      return
    case 'core-type':
      addCoreType(definition.type, frame)
      return
    case 'component': {
      const inner = new Frame('component', { parent: frame, budget: frame.budget })
      frame.add('component', validateDefinitions(definition.definitions, { bytes, frame: inner }))
      return
    }
    case 'core-instantiate':
    case 'core-inline-instance':
      addCoreInstance(definition, frame)
      return
    case 'instantiate':
    case 'inline-instance':
      addInstance(definition, frame)
      return
    case 'alias-export':
    case 'alias-core-export':
    case 'alias-outer':
      addAlias(definition, frame, offset)
      return
    case 'type':
      addType(definition.type, frame, offset)
      return
    case 'lift':
    case 'lower':
    case 'resource-new':
    case 'resource-drop':
    case 'resource-rep':
      addCanon(definition, frame, offset)
      return
    case 'import':
      frame.declare('import', definition.name, resolveExtern(definition.type, frame, offset), offset)
      return
    case 'export':
      addExport(definition, frame)
      return
    default:
      definition satisfies never
  }
}

function addExport(
  { name, target, type, offset }: Extract<Definition, { readonly kind: 'export' }>,
  frame: Frame,
): void {
  const actual = externAt(target, frame, { offset, isNew: true })
  if (!type) {
    frame.declare('export', name, actual, offset)
    return
  }
  const ascribed = resolveExtern(type, frame, offset)
  const mismatch = externMismatch(actual, ascribed, { budget: frame.budget, offset })
  if (mismatch !== undefined) {
    throw invalidComponent(`the export ${quote(name)} is not of its type: ${mismatch},`, offset)
  }
  frame.declare('export', name, ascribed, offset)
}
