import type { CoreExternDefinition, CoreFunctionType, ModuleDeclaration } from '../binary/definitions.js'
import { invalidComponent, quote } from '../binary/invalid-component.js'
import type { Frame } from './frame.js'
import { coreImportKey, type CoreExtern, type CoreImportType, type ModuleType } from './types.js'

/** The module type that declarations within `frame` make up. */
export function defineModuleType(declarations: readonly ModuleDeclaration[], frame: Frame): ModuleType {
  const types: CoreFunctionType[] = []
  const imports = new Map<string, CoreImportType>()
  const exports = new Map<string, CoreExtern>()
  for (const declaration of declarations) {
    const { offset } = declaration
    switch (declaration.kind) {
      case 'type':
        if (declaration.type.kind === 'function') types.push(declaration.type)
        break
      case 'alias':
        types.push(aliasedType(declaration, types, frame))
        break
      case 'import': {
        const { module, name } = declaration
        const key = coreImportKey(module, name)
        if (imports.has(key)) throw twice(`the import ${quote(name)} of ${quote(module)}`, offset)
        imports.set(key, { module, name, type: toCoreExtern(declaration.type, types, offset) })
        break
      }
      case 'export': {
        const { name } = declaration
        if (exports.has(name)) throw twice(`the export ${quote(name)}`, offset)
        exports.set(name, toCoreExtern(declaration.type, types, offset))
        break
      }
      default:
        declaration satisfies never
    }
  }
  return { imports, exports, size: 1 + imports.size + exports.size }
}

function twice(what: string, offset: number): Error {
  return invalidComponent(`${what} of a module type is there twice,`, offset)
}

function aliasedType(
  { depth, index, offset }: Extract<ModuleDeclaration, { readonly kind: 'alias' }>,
  types: readonly CoreFunctionType[],
  frame: Frame,
): CoreFunctionType {
  if (depth === 0) return typeAt(types, index, offset)
  const type = frame.outer(depth - 1, offset).get('core-type', index, offset)
  if (type.kind === 'function') return type.type
  throw invalidComponent('a module type takes a module type from outside', offset)
}

function toCoreExtern(
  definition: CoreExternDefinition,
  types: readonly CoreFunctionType[],
  offset: number,
): CoreExtern {
  if (definition.kind !== 'function' && definition.kind !== 'tag') return definition
  return { kind: definition.kind, type: typeAt(types, definition.type, offset) }
}

function typeAt(types: readonly CoreFunctionType[], index: number, offset: number): CoreFunctionType {
  const type = types[index]
  if (!type) throw invalidComponent(`core type ${index} is not defined`, offset)
  return type
}
