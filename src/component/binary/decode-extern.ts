import type { ExternType, TypeBound } from './definitions.js'
import { decodeIndex } from './decode-sort.js'
import { invalidComponent, unsupportedComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'
import type { Scope } from './scope.js'

/** The raw name of an import or export; Scope.name() checks it. */
export function decodeExternName(reader: Reader): string {
  const { offset } = reader
  const byte = reader.byte()
  if (byte > 0x02) throw invalidComponent(`${hex(byte)} is no kind of name`, offset)
  const name = reader.string()
  // The specification has some (of versions and of what a name implements), but no tool writes them unasked.
  if (byte === 0x02 && reader.u32() > 0) throw unsupportedComponent('attributes of names are', offset)
  return name
}

/** The name and type of an import, or of an export within a type, added to the scope. */
export function decodeExtern(
  reader: Reader,
  scope: Scope,
  role: 'import' | 'export',
): { readonly name: string; readonly type: ExternType } {
  const { offset } = reader
  const name = decodeExternName(reader)
  const type = decodeExternType(reader, scope)
  scope.name(role, name, type.sort, offset)
  scope.define(type.sort)
  return { name, type }
}

/** What an import or export is. */
export function decodeExternType(reader: Reader, scope: Scope): ExternType {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00:
      reader.expect(0x11, 'the core sort of an import or export')
      return { sort: 'core-module', index: decodeIndex(reader, scope, 'core-type') }
    case 0x01:
      return { sort: 'function', index: decodeIndex(reader, scope, 'type') }
    case 0x02:
      throw unsupportedComponent('component values are', offset)
    case 0x03:
      return { sort: 'type', bound: decodeTypeBound(reader, scope) }
    case 0x04:
      return { sort: 'component', index: decodeIndex(reader, scope, 'type') }
    case 0x05:
      return { sort: 'instance', index: decodeIndex(reader, scope, 'type') }
    default:
      throw invalidComponent(`${hex(byte)} is no kind of import or export`, offset)
  }
}

function decodeTypeBound(reader: Reader, scope: Scope): TypeBound {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00:
      return { kind: 'equal', index: decodeIndex(reader, scope, 'type') }
    case 0x01:
      return { kind: 'resource' }
    default:
      throw invalidComponent(`${hex(byte)} is no bound of a type`, offset)
  }
}
