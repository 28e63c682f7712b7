import type { ValueType } from '../model.js'
import { casesOf, isNullable, isNumberKind, partsOf, typedArrays } from '../type-traits.js'
import { property, SourceWriter } from './source-writer.js'

/** Source of a function (writer, values, handles) that writes the values of a tuple; throws `bad` for what fits not. */
export interface GeneratedSource {
  readonly source: string
  readonly constants: readonly unknown[]
}

/** Generates the encoder of a tuple of types. */
export function generateEncoder(types: readonly ValueType[]): GeneratedSource {
  const out = new SourceWriter()
  const source = out.finish('w, values, handles', () => {
    for (const [index, type] of types.entries()) {
      const value = out.name()
      out.line(`const ${value} = values[${index}]`)
      encode(out, type, value)
    }
  })
  return { source, constants: out.constants }
}

/** Conditions that a number of a kind does not meet. */
const misfits: Readonly<Record<string, (value: string) => string>> = {
  u8: (value) => `(${value} & 255) !== ${value}`,
  s8: (value) => `(${value} << 24 >> 24) !== ${value}`,
  u16: (value) => `(${value} & 65535) !== ${value}`,
  s16: (value) => `(${value} << 16 >> 16) !== ${value}`,
  u32: (value) => `(${value} >>> 0) !== ${value}`,
  s32: (value) => `(${value} | 0) !== ${value}`,
  f32: (value) => `typeof ${value} !== 'number'`,
  f64: (value) => `typeof ${value} !== 'number'`,
}

/** Writer methods of kinds; those of a byte are one. */
const methods: Readonly<Record<string, string>> = {
  u8: 'byte',
  s8: 'byte',
  u16: 'u32',
  s16: 's16',
  u32: 'u32',
  s32: 's32',
  f32: 'f32',
  f64: 'f64',
}

/** How whole typed arrays are written; those that are as in memory are bytes. */
const listMethods: Readonly<Record<string, string>> = {
  u16: 'u32s(value)',
  u32: 'u32s(value)',
  s16: 's16s(value)',
  s32: 's32s(value)',
  u64: 'wideIntegers(value)',
  s64: 'wideIntegers(value)',
}

function encode(out: SourceWriter, type: ValueType, value: string): void {
  switch (type.kind) {
    case 'bool':
      return out.line(`if (typeof ${value} !== 'boolean') bad(); w.byte(${value} ? 1 : 0)`)
    case 's64':
    case 'u64':
      return out.line(`w.${type.kind}(toBig${type.kind === 's64' ? 'Signed' : 'Unsigned'}(${value}))`)
    case 'char':
      return out.line(`w.char(toPoint(${value}))`)
    case 'string':
      return out.line(`if (typeof ${value} !== 'string') bad(); w.string(${value})`)
    case 'own':
    case 'borrow': {
      const bytes = out.name()
      out.line(`const ${bytes} = handles.toBytes(${value}, ${out.constant(type.resource)})`)
      return out.line(`w.u32(${bytes}.length); w.raw(${bytes})`)
    }
    case 'stream':
    case 'future':
      // As the Rust encoder does: what follows is always announced as pending.
      return out.line('w.byte(0)')
    case 'record':
    case 'tuple':
    case 'variant':
    case 'option':
    case 'result':
    case 'enum':
    case 'flags':
    case 'list':
      return out.line(`${functionOf(out, type)}(w, ${value}, handles)`)
    default:
      return out.line(
        `if (${misfits[type.kind]?.(value)}) bad(); w.${methods[type.kind]}(${value}${type.kind === 's8' ? ' & 255' : ''})`,
      )
  }
}

type Of<Kind extends ValueType['kind']> = Extract<ValueType, { readonly kind: Kind }>
type Compound = Of<'record' | 'tuple' | 'variant' | 'option' | 'result' | 'enum' | 'flags' | 'list'>

function functionOf(out: SourceWriter, type: Compound): string {
  return out.functionOf(type, { params: 'w, value, handles' }, () => {
    switch (type.kind) {
      case 'record':
      case 'tuple':
        return encodeParts(out, type)
      case 'flags':
        return encodeFlags(out, type.names)
      case 'list':
        return encodeList(out, type)
      default:
        return encodeCases(out, type)
    }
  })
}

function encodeParts(out: SourceWriter, type: Of<'record' | 'tuple'>): void {
  out.line(`if (typeof value !== 'object' || value === null) bad()`)
  for (const [index, part] of (partsOf(type) ?? []).entries()) {
    const value = out.name()
    const access = type.kind === 'tuple' ? `[${index}]` : property(type.fields[index]?.name ?? '')
    out.line(`const ${value} = value${access}`)
    encode(out, part, value)
  }
}

function encodeFlags(out: SourceWriter, names: readonly string[]): void {
  out.line(`if (typeof value !== 'object' || value === null) bad()`)
  for (let start = 0; start < names.length; start += 8) {
    const bits = names
      .slice(start, start + 8)
      .map((name, bit) => `(value${property(name)} ? ${1 << bit} : 0)`)
    out.line(`w.byte(${bits.join(' | ')})`)
  }
}

function encodeList(out: SourceWriter, { element, length }: Of<'list'>): void {
  out.line('const count = lengthOf(value)')
  if (length !== undefined) out.line(`if (count !== ${length}) bad()`)
  else out.line('w.u32(count)')
  if (isNumberKind(element.kind)) {
    const array = typedArrays[element.kind].name
    out.line(`if (value instanceof ${array}) return w.${listMethods[element.kind] ?? 'raw(asBytes(value))'}`)
  }
  out.line('for (let index = 0; index < count; index++) {')
  out.line('const item = value[index]')
  encode(out, element, 'item')
  out.line('}')
}

function encodeCases(out: SourceWriter, type: Of<'variant' | 'option' | 'result' | 'enum'>): void {
  const cases = casesOf(type) ?? []
  if (type.kind === 'option' && isNullable(type)) {
    out.line('if (value === undefined || value === null) return w.byte(0)')
    out.line('w.byte(1)')
    return encode(out, type.element, 'value')
  }
  if (type.kind !== 'enum') out.line(`if (typeof value !== 'object' || value === null) bad()`)
  const table = out.constant(new Map(cases.map(({ name }, index) => [name, index])))
  out.line(`const index = ${table}.get(${type.kind === 'enum' ? 'value' : 'value.tag'})`)
  out.line('if (index === undefined) bad()')
  out.line('w.u32(index)')
  if (cases.every((entry) => entry.type === undefined)) return
  out.line('const payload = value.val')
  out.line('switch (index) {')
  for (const [index, entry] of cases.entries()) {
    if (entry.type === undefined) continue
    out.line(`case ${index}: {`)
    encode(out, entry.type, 'payload')
    out.line('return }')
  }
  out.line('}')
}
