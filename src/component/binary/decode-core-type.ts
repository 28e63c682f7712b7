import type { CoreTypeDefinition } from './definitions.js'
import { invalidComponent, unsupportedComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import { decodeIndex } from './decode-sort.js'
import { Scope } from './scope.js'

/** A core type, checked for its form only. The caller adds it to its scope. */
export function decodeCoreType(reader: Reader, scope: Scope): CoreTypeDefinition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x60:
      reader.vector(() => skipCoreValueType(reader))
      reader.vector(() => skipCoreValueType(reader))
      return { kind: 'function' }
    case 0x50:
      if (scope.kind === 'module-type') {
        throw invalidComponent('a module type lies within a module type', offset)
      }
      skipModuleType(reader, new Scope('module-type', scope, offset))
      return { kind: 'module' }
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

function skipModuleType(reader: Reader, scope: Scope): void {
  reader.vector(() => {
    const { offset } = reader
    const byte = reader.byte()
    switch (byte) {
      case 0x00:
        reader.string()
        reader.string()
        skipCoreExtern(reader, scope)
        break
      case 0x01:
        decodeCoreType(reader, scope)
        scope.define('core-type')
        break
      case 0x02: {
        reader.expect(0x10, 'the alias of a module type')
        reader.expect(0x01, 'the target of the alias of a module type')
        const outer = scope.outer(reader.u32(), offset)
        decodeIndex(reader, outer, 'core-type')
        scope.define('core-type')
        break
      }
      case 0x03:
        reader.string()
        skipCoreExtern(reader, scope)
        break
      default:
        throw invalidComponent(`${hex(byte)} is no declaration of a module type`, offset)
    }
  })
}

function skipCoreExtern(reader: Reader, scope: Scope): void {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00:
      decodeIndex(reader, scope, 'core-type')
      break
    case 0x01:
      skipCoreValueType(reader)
      skipLimits(reader)
      break
    case 0x02:
      skipLimits(reader)
      break
    case 0x03:
      skipCoreValueType(reader)
      reader.byte()
      break
    case 0x04:
      reader.byte()
      decodeIndex(reader, scope, 'core-type')
      break
    default:
      throw invalidComponent(`${hex(byte)} is no core import or export`, offset)
  }
}

function skipLimits(reader: Reader): void {
  const flags = reader.byte()
  reader.skipU64()
  if (flags & 1) reader.skipU64()
}

function skipCoreValueType(reader: Reader): void {
  const { offset } = reader
  const byte = reader.byte()
  const isNumberOrVector = byte >= 0x7b && byte <= 0x7f
  const isReference = byte >= 0x69 && byte <= 0x74
  if (byte === 0x63 || byte === 0x64) reader.s33()
  else if (!isNumberOrVector && !isReference) {
    throw invalidComponent(`${hex(byte)} is no core value type`, offset)
  }
}
