import type { PrimitiveKind } from '../../wit/model.js'
import type { CaseDefinition, LabelledType, TypeDefinition, TypeReference } from './definitions.js'
import { asynchronousComponent, invalidComponent, quote, unsupportedComponent } from './invalid-component.js'
import { decodeIndex } from './decode-sort.js'
import { checkLabel } from './names.js'
import { hex, type Reader } from './reader.js'
import type { Scope } from './scope.js'

const primitives: Readonly<Record<number, PrimitiveKind>> = {
  0x7f: 'bool',
  0x7e: 's8',
  0x7d: 'u8',
  0x7c: 's16',
  0x7b: 'u16',
  0x7a: 's32',
  0x79: 'u32',
  0x78: 's64',
  0x77: 'u64',
  0x76: 'f32',
  0x75: 'f64',
  0x74: 'char',
  0x73: 'string',
}

const asynchronousTypes: Readonly<Record<number, string>> = {
  0x43: 'an async function type',
  0x64: 'the type error-context',
  0x65: 'the type future',
  0x66: 'the type stream',
}

/** A list of a fixed length has at most this many elements: the limit of wasmtime. */
const maxLength = 2 ** 30

/** Flags are at most this many: the limit of the specification. */
const maxFlags = 32

/** The definition of a value type, of which the first byte has been read at `offset`. */
export function decodeValueType(byte: number, reader: Reader, scope: Scope, offset: number): TypeDefinition {
  const primitive = primitives[byte]
  if (primitive !== undefined) return { kind: 'primitive', primitive }
  switch (byte) {
    case 0x72:
      return { kind: 'record', fields: nonEmpty(reader, 'record', labelledType(reader, scope, 'field')) }
    case 0x71:
      return { kind: 'variant', cases: decodeCases(reader, scope) }
    case 0x70:
      return { kind: 'list', element: decodeTypeReference(reader, scope) }
    case 0x67:
      return { kind: 'list', element: decodeTypeReference(reader, scope), length: decodeLength(reader) }
    case 0x6f:
      return { kind: 'tuple', elements: nonEmpty(reader, 'tuple', () => decodeTypeReference(reader, scope)) }
    case 0x6e:
      return { kind: 'flags', names: decodeFlags(reader) }
    case 0x6d:
      return { kind: 'enum', names: decodeLabels(reader, 'enum case') }
    case 0x6b:
      return { kind: 'option', element: decodeTypeReference(reader, scope) }
    case 0x6a:
      return {
        kind: 'result',
        ok: reader.optional(() => decodeTypeReference(reader, scope)),
        err: reader.optional(() => decodeTypeReference(reader, scope)),
      }
    case 0x69:
      return { kind: 'own', resource: decodeIndex(reader, scope, 'type') }
    case 0x68:
      return { kind: 'borrow', resource: decodeIndex(reader, scope, 'type') }
    default:
      throw refusedType(byte, offset)
  }
}

function refusedType(byte: number, offset: number): Error {
  const asynchronous = asynchronousTypes[byte]
  if (asynchronous !== undefined) return asynchronousComponent(asynchronous, offset)
  switch (byte) {
    case 0x63:
      return unsupportedComponent('the type map is', offset)
    case 0x3e:
      return asynchronousComponent('a resource with an async destructor', offset)
    default:
      return invalidComponent(`${hex(byte)} is no type`, offset)
  }
}

/** A value type: a primitive one or an index of the type space. */
export function decodeTypeReference(reader: Reader, scope: Scope): TypeReference {
  const { offset } = reader
  const value = reader.s33()
  if (value >= 0) return { kind: 'index', index: scope.use('type', value, offset) }
  const primitive = primitives[value + 0x80]
  if (primitive === undefined) throw refusedType(value & 0x7f, offset)
  return { kind: 'primitive', primitive }
}

/** A reader of fields or parameters, which refuses a second one of the same name. */
export function labelledType(reader: Reader, scope: Scope, what: string): () => LabelledType {
  const seen = new Set<string>()
  return () => {
    const name = decodeLabel(reader, what, seen)
    return { name, type: decodeTypeReference(reader, scope) }
  }
}

function decodeLength(reader: Reader): number {
  const { offset } = reader
  const length = reader.u32()
  if (length === 0) throw invalidComponent('a list of a fixed length has no elements', offset)
  if (length > maxLength) throw invalidComponent(`a list has more than ${maxLength} elements`, offset)
  return length
}

function decodeCases(reader: Reader, scope: Scope): readonly CaseDefinition[] {
  const seen = new Set<string>()
  return nonEmpty(reader, 'variant', () => {
    const name = decodeLabel(reader, 'case', seen)
    const type = reader.optional(() => decodeTypeReference(reader, scope))
    reader.expect(0x00, 'the end of a variant case')
    return { name, type }
  })
}

function decodeFlags(reader: Reader): readonly string[] {
  const { offset } = reader
  const names = decodeLabels(reader, 'flag')
  if (names.length > maxFlags) {
    throw invalidComponent(
      `${names.length} flags are more than the ${maxFlags} that a type may have,`,
      offset,
    )
  }
  return names
}

function decodeLabels(reader: Reader, what: string): readonly string[] {
  const seen = new Set<string>()
  return nonEmpty(reader, `list of ${what}s`, () => decodeLabel(reader, what, seen))
}

function decodeLabel(reader: Reader, what: string, seen: Set<string>): string {
  const { offset } = reader
  const name = checkLabel(reader.string(), what, offset)
  const key = name.toLowerCase()
  if (seen.has(key)) throw invalidComponent(`the ${what} ${quote(name)} is there twice,`, offset)
  seen.add(key)
  return name
}

function nonEmpty<Item>(reader: Reader, what: string, item: () => Item): Item[] {
  const { offset } = reader
  const items = reader.vector(item)
  if (items.length === 0) throw invalidComponent(`a ${what} is empty`, offset)
  return items
}
