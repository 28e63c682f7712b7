import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'
import { isNullable, isNumberKind, typedArrays } from '../type-traits.js'
import type { NamedType, TypeNames } from './type-names.js'

/** The TypeScript of a type's JavaScript values; named types by their names. */
export function printTsType(type: ValueType, names: TypeNames): string {
  switch (type.kind) {
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return names.nameOf(type) ?? printTsDefinition(type, names)
    case 'list':
      if (isNumberKind(type.element.kind)) return typedArrays[type.element.kind].name
      return `readonly ${grouped(printTsType(type.element, names))}[]`
    case 'tuple':
      return `readonly [${type.elements.map((element) => printTsType(element, names)).join(', ')}]`
    case 'option':
      return isNullable(type)
        ? `${printTsType(type.element, names)} | undefined`
        : `{ readonly tag: 'some'; readonly val: ${printTsType(type.element, names)} } | { readonly tag: 'none' }`
    case 'result':
      return `${printSide('ok', type.ok, names)} | ${printSide('err', type.err, names)}`
    case 'stream':
      return `AsyncIterable<${type.element?.kind === 'u8' ? 'Uint8Array' : printOptional(type.element, names)}>`
    case 'future':
      return `Promise<${printOptional(type.element, names)}>`
    case 'own':
    case 'borrow':
      return 'never' // handles belong to one instance
    default:
      return primitives[type.kind]
  }
}

/** What stands behind the name of a type. */
export function printTsDefinition(type: NamedType, names: TypeNames): string {
  switch (type.kind) {
    case 'record':
      return printFields(type.fields.map(({ name, type: of }) => printField(name, of, names)))
    case 'flags':
      return printFields(type.names.map((name) => `readonly ${key(name)}: boolean`))
    case 'enum':
      return type.names.map((name) => `'${name}'`).join(' | ')
    case 'variant':
      return type.cases.map(({ name, type: of }) => printSide(name, of, names)).join(' | ')
    default:
      return type satisfies never
  }
}

const primitives = {
  ...{ bool: 'boolean', char: 'string', string: 'string', s64: 'bigint', u64: 'bigint' },
  ...{ s8: 'number', u8: 'number', s16: 'number', u16: 'number', s32: 'number', u32: 'number' },
  ...{ f32: 'number', f64: 'number' },
} as const

function printField(name: string, type: ValueType, names: TypeNames): string {
  return `readonly ${key(name)}${isNullable(type) ? '?' : ''}: ${printTsType(type, names)}`
}

function printFields(fields: readonly string[]): string {
  return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`
}

function printSide(tag: string, type: ValueType | undefined, names: TypeNames): string {
  const payload = type === undefined ? '' : `; readonly val: ${printTsType(type, names)}`
  return `{ readonly tag: '${tag}'${payload} }`
}

function printOptional(type: ValueType | undefined, names: TypeNames): string {
  return type === undefined ? 'undefined' : printTsType(type, names)
}

/** A property or function by the name of a label. */
export function key(label: string): string {
  return camelLabel(label)
}

function grouped(text: string): string {
  return /[ |]/.test(text) && !/^\{[^|]*\}$/.test(text) ? `(${text})` : text
}
