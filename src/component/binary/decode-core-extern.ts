import type { CoreExternDefinition, CoreLimits, CoreValueType } from './definitions.js'
import { invalidComponent } from './invalid-component.js'
import { hex, type Reader } from './reader.js'

const valueTypes: Readonly<Record<number, CoreValueType>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
  0x70: 'funcref',
  0x6f: 'externref',
}

/** A table has at most this many elements to begin with, and a memory this many pages: limits of all engines. */
const maxTableElements = 10_000_000
const maxPages = 65_536

/** A core value type, by its name. */
export function decodeCoreValueType(reader: Reader): CoreValueType {
  const { offset } = reader
  const byte = reader.byte()
  const known = valueTypes[byte]
  if (known !== undefined) return known
  if (byte === 0x63 || byte === 0x64) {
    reader.s33()
    return 'ref'
  }
  if (byte >= 0x69 && byte <= 0x74) return hex(byte)
  throw invalidComponent(`${hex(byte)} is no core value type`, offset)
}

/** The type of what a core module imports or exports. */
export function decodeCoreExtern(reader: Reader): CoreExternDefinition {
  const { offset } = reader
  const byte = reader.byte()
  switch (byte) {
    case 0x00:
      return { kind: 'function', type: reader.u32() }
    case 0x01:
      return decodeTableType(reader)
    case 0x02:
      return decodeMemoryType(reader)
    case 0x03:
      return decodeGlobalType(reader)
    case 0x04:
      reader.expect(0x00, 'a tag')
      return { kind: 'tag', type: reader.u32() }
    default:
      throw invalidComponent(`${hex(byte)} is no core import or export`, offset)
  }
}

/** A table type. */
export function decodeTableType(reader: Reader): Extract<CoreExternDefinition, { readonly kind: 'table' }> {
  const element = decodeCoreValueType(reader)
  const { offset } = reader
  const limits = decodeLimits(reader)
  if (limits.minimum > maxTableElements) {
    throw invalidComponent(`a table has more than ${maxTableElements} elements`, offset)
  }
  return { kind: 'table', element, limits }
}

/** A memory type. */
export function decodeMemoryType(reader: Reader): Extract<CoreExternDefinition, { readonly kind: 'memory' }> {
  const { offset } = reader
  const limits = decodeLimits(reader)
  if (limits.isShared && limits.maximum === undefined) {
    throw invalidComponent('a shared memory has no maximum', offset)
  }
  if (Math.max(limits.minimum, limits.maximum ?? 0) > maxPages) {
    throw invalidComponent(`a memory has more than ${maxPages} pages`, offset)
  }
  return { kind: 'memory', limits }
}

/** A global type. */
export function decodeGlobalType(reader: Reader): Extract<CoreExternDefinition, { readonly kind: 'global' }> {
  const type = decodeCoreValueType(reader)
  const { offset } = reader
  const mutability = reader.byte()
  if (mutability > 1) throw invalidComponent(`${hex(mutability)} is no mutability of a global`, offset)
  return { kind: 'global', type, isMutable: mutability === 1 }
}

function decodeLimits(reader: Reader): CoreLimits {
  const { offset } = reader
  const flags = reader.byte()
  if (flags > 7) throw invalidComponent(`${hex(flags)} are no flags of limits`, offset)
  const hasMaximum = (flags & 1) !== 0
  const isShared = (flags & 2) !== 0
  if ((flags & 4) !== 0) {
    reader.skipU64()
    if (hasMaximum) reader.skipU64()
    return { minimum: 0, maximum: hasMaximum ? 0 : undefined, isShared, is64: true }
  }
  const minimum = reader.u32()
  const maximum = hasMaximum ? reader.u32() : undefined
  if (maximum !== undefined && maximum < minimum) {
    throw invalidComponent('the minimum of limits is greater than their maximum', offset)
  }
  return { minimum, maximum, isShared, is64: false }
}
