import type { CoreTypeDefinition, ModuleDeclaration } from './definitions.js'
import { decodeCoreExtern, decodeCoreValueType } from './decode-core-extern.js'
import { decodeIndex } from './decode-sort.js'
import { invalidComponent, unsupportedComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import { Scope } from './scope.js'

/** Functions have at most this many parameters, and as many results: the limit of all engines. */
const maxValues = 1000

/** A core type. The caller adds it to its scope. */
export function decodeCoreType(reader: Reader, scope: Scope): CoreTypeDefinition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x60:
      return decodeCoreFunctionType(reader)
    case 0x50:
      if (scope.kind === 'module-type') {
        throw invalidComponent('a module type lies within a module type', offset)
      }
      return {
        kind: 'module',
        declarations: decodeModuleType(reader, new Scope('module-type', scope, offset)),
      }
    case 0x00:
    case 0x4e:
    case 0x4f:
    case 0x5e:
    case 0x5f:
      throw unsupportedComponent(`core types of the garbage collection proposal (${hex(byte)}) are`, offset)
    default:
      throw invalidComponent(`${hex(byte)} is no core type`, offset)
  }
}

/** The type of a core function, after its first byte. */
export function decodeCoreFunctionType(reader: Reader): Extract<CoreTypeDefinition, { kind: 'function' }> {
  const { offset } = reader
  const params = reader.vector(() => decodeCoreValueType(reader))
  const results = reader.vector(() => decodeCoreValueType(reader))
  if (Math.max(params.length, results.length) > maxValues) {
    throw invalidComponent(`a core function has more than ${maxValues} parameters or results`, offset)
  }
  return { kind: 'function', params, results }
}

function decodeModuleType(reader: Reader, scope: Scope): readonly ModuleDeclaration[] {
  return reader.vector(() => decodeModuleDeclaration(reader, scope))
}

function decodeModuleDeclaration(reader: Reader, scope: Scope): ModuleDeclaration {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00: {
      const [module, name] = [reader.string(), reader.string()]
      return { offset, kind: 'import', module, name, type: decodeTypedExtern(reader, scope) }
    }
    case 0x01: {
      const type = decodeCoreType(reader, scope)
      scope.define('core-type')
      return { offset, kind: 'type', type }
    }
    case 0x02: {
      reader.expect(0x10, 'the alias of a module type')
      reader.expect(0x01, 'the target of the alias of a module type')
      const depth = reader.u32()
      const index = decodeIndex(reader, scope.outer(depth, offset), 'core-type')
      scope.define('core-type')
      return { offset, kind: 'alias', depth, index }
    }
    case 0x03: {
      const name = reader.string()
      return { offset, kind: 'export', name, type: decodeTypedExtern(reader, scope) }
    }
    default:
      throw invalidComponent(`${hex(byte)} is no declaration of a module type`, offset)
  }
}

function decodeTypedExtern(reader: Reader, scope: Scope) {
  const { offset } = reader
  const type = decodeCoreExtern(reader)
  if (type.kind === 'function' || type.kind === 'tag') scope.use('core-type', type.type, offset)
  return type
}
