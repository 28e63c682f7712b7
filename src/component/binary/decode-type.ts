import type { Declaration, TypeDefinition } from './definitions.js'
import { decodeCoreType } from './decode-core-type.js'
import { decodeExtern } from './decode-extern.js'
import { decodeAlias, decodeIndex } from './decode-sort.js'
import { decodeTypeReference, decodeValueType, labelledType } from './decode-value-type.js'
import { invalidComponent, unsupportedComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import { Scope } from './scope.js'

/** A type definition. The caller adds it to its scope. */
export function decodeType(reader: Reader, scope: Scope): TypeDefinition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x3f:
      return decodeResource(reader, scope, offset)
    case 0x40:
      return decodeFunctionType(reader, scope)
    case 0x41:
      return { kind: 'component', declarations: decodeDeclarations(reader, scope, 'component-type', offset) }
    case 0x42:
      return { kind: 'instance', declarations: decodeDeclarations(reader, scope, 'instance-type', offset) }
    default:
      return decodeValueType(byte, reader, scope, offset)
  }
}

function decodeResource(reader: Reader, scope: Scope, offset: number): TypeDefinition {
  if (scope.kind !== 'component') {
    throw invalidComponent('a resource is defined within the type of a component or instance', offset)
  }
  reader.expect(0x7f, 'the representation of a resource')
  const destructor = reader.optional(() => decodeIndex(reader, scope, 'core-function'))
  return { kind: 'resource', destructor }
}

function decodeFunctionType(reader: Reader, scope: Scope): TypeDefinition {
  const params = reader.vector(labelledType(reader, scope, 'parameter'))
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00:
      return { kind: 'function', params, result: decodeTypeReference(reader, scope) }
    case 0x01:
      if (reader.byte() !== 0) {
        throw unsupportedComponent(
          'functions with several named results are',
          offset,
          'Build it again with current tools',
        )
      }
      return { kind: 'function', params }
    default:
      throw invalidComponent(`${hex(byte)} is no list of results`, offset)
  }
}

function decodeDeclarations(
  reader: Reader,
  outer: Scope,
  kind: 'component-type' | 'instance-type',
  offset: number,
): Declaration[] {
  const scope = new Scope(kind, outer, offset)
  return reader.vector(() => decodeDeclaration(reader, scope))
}

function decodeDeclaration(reader: Reader, scope: Scope): Declaration {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00: {
      const type = decodeCoreType(reader, scope)
      scope.define('core-type')
      return { offset, kind: 'core-type', type }
    }
    case 0x01: {
      const type = decodeType(reader, scope)
      scope.define('type')
      return { offset, kind: 'type', type }
    }
    case 0x02: {
      const alias = decodeAlias(reader, scope)
      scope.define(alias.sort)
      return { offset, ...alias }
    }
    case 0x03:
      if (scope.kind !== 'component-type')
        throw invalidComponent('the type of an instance has an import', offset)
      return { offset, kind: 'import', ...decodeExtern(reader, scope, 'import') }
    case 0x04:
      return { offset, kind: 'export', ...decodeExtern(reader, scope, 'export') }
    default:
      throw invalidComponent(`${hex(byte)} is no declaration of a type`, offset)
  }
}
