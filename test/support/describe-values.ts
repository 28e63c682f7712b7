import type { ValueType } from '#washi/wit/model.js'
import { casesOf, isNullable, partsOf } from '#washi/wit/type-traits.js'
import { camelLabel } from '#washi/wit/labels.js'

/** The values of a tuple, as the program of value-oracle.ts writes them. */
export function describeValues(types: readonly ValueType[], values: readonly unknown[]): string {
  return describeValue({ kind: 'tuple', elements: types }, values)
}

function describeValue(type: ValueType, value: unknown): string {
  switch (type.kind) {
    case 'f32':
      return bitsOf(new Float32Array([value as number]))
    case 'f64':
      return bitsOf(new Float64Array([value as number]))
    case 'char':
      return `U+${(value as string).codePointAt(0)?.toString(16)}`
    case 'string':
      return `'${Buffer.from(value as string).toString('hex')}'`
    case 'own':
    case 'borrow':
      return `<${Buffer.from(value as Uint8Array).toString('hex')}>`
    case 'list':
      return `[${Array.from(value as ArrayLike<unknown>, (item) => describeValue(type.element, item)).join(',')}]`
    case 'flags':
      return describeFlags(type.names, value as Readonly<Record<string, boolean>>)
    case 'record':
    case 'tuple': {
      const keys = type.kind === 'record' ? type.fields.map(({ name }) => camelLabel(name)) : undefined
      const members = value as Readonly<Record<string, unknown>>
      const parts = (partsOf(type) ?? []).map((part, index) =>
        describeValue(part, members[keys?.[index] ?? index]),
      )
      return `(${parts.join(',')})`
    }
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return describeCase(type, value)
    default:
      return String(value as number | bigint | boolean)
  }
}

function describeCase(type: ValueType, value: unknown): string {
  const tagged =
    type.kind === 'enum'
      ? { tag: value, val: undefined }
      : isNullable(type)
        ? { tag: value === undefined ? 'none' : 'some', val: value }
        : (value as { readonly tag: unknown; readonly val: unknown })
  const cases = casesOf(type) ?? []
  const index = cases.findIndex(({ name }) => name === tagged.tag)
  const payload = cases[index]?.type
  const isNamed = type.kind === 'option' || type.kind === 'result'
  return `${isNamed ? String(tagged.tag) : index}${payload ? `:${describeValue(payload, tagged.val)}` : ''}`
}

function describeFlags(names: readonly string[], value: Readonly<Record<string, boolean>>): string {
  const bytes = new Uint8Array(Math.ceil(names.length / 8))
  for (const [index, name] of names.entries()) {
    if (value[camelLabel(name)] === true) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
  }
  return `0x${Buffer.from(bytes).toString('hex')}`
}

function bitsOf({ buffer }: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>): string {
  // From little-endian to how one writes numbers.
  return Buffer.from(new Uint8Array(buffer).reverse()).toString('hex')
}
