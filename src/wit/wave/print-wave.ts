import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'
import { isNullable, partsOf } from '../type-traits.js'

const keywords = new Set(['true', 'false', 'inf', 'nan', 'some', 'none', 'ok', 'err'])

/** A value as WAVE text; what parseWave() makes the value of again. */
export function printWave(value: unknown, type: ValueType): string {
  switch (type.kind) {
    case 'string':
      return quote(String(value), '"')
    case 'char':
      return quote(String(value), "'")
    case 'f32':
    case 'f64':
      return printFloat(value as number)
    case 'enum':
      return printLabel(value as string)
    case 'flags':
    case 'record':
      return printFields(value as Readonly<Record<string, unknown>>, type)
    case 'list':
      return `[${Array.from(value as ArrayLike<unknown>, (item) => printWave(item, type.element)).join(', ')}]`
    case 'tuple':
      return `(${(partsOf(type) ?? []).map((part, index) => printWave((value as unknown[])[index], part)).join(', ')})`
    case 'option':
      if (!isNullable(type)) return printCase(value, (tag) => (tag === 'some' ? type.element : undefined))
      return value === undefined ? 'none' : `some(${printWave(value, type.element)})`
    case 'result':
      return printCase(value, (tag) => (tag === 'ok' ? type.ok : type.err))
    case 'variant':
      return printCase(value, (tag) => type.cases.find(({ name }) => name === tag)?.type)
    default:
      return String(value)
  }
}

function printFields(
  members: Readonly<Record<string, unknown>>,
  type: Extract<ValueType, { kind: 'flags' | 'record' }>,
): string {
  if (type.kind === 'flags') {
    return `{${type.names
      .filter((name) => members[camelLabel(name)] === true)
      .map(printLabel)
      .join(', ')}}`
  }
  const present = type.fields.filter(
    (field) => !isNullable(field.type) || members[camelLabel(field.name)] !== undefined,
  )
  if (present.length === 0) return '{:}'
  const fields = present.map(
    ({ name, type: of }) => `${printLabel(name)}: ${printWave(members[camelLabel(name)], of)}`,
  )
  return `{${fields.join(', ')}}`
}

function printCase(value: unknown, payloadOf: (tag: string) => ValueType | undefined): string {
  const { tag, val } = value as { readonly tag: string; readonly val?: unknown }
  const payload = payloadOf(tag)
  const label = tag === 'ok' || tag === 'err' || tag === 'some' || tag === 'none' ? tag : printLabel(tag)
  return payload ? `${label}(${printWave(val, payload)})` : label
}

function printLabel(name: string): string {
  return keywords.has(name) ? `%${name}` : name
}

function printFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf'
  return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e')
}

function quote(text: string, mark: string): string {
  const escaped = text.replace(/[\\"'\p{Cc}]/gu, (char) => {
    if (char === '"' || char === "'") return char === mark ? `\\${char}` : char
    const short = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[char]
    return short ?? `\\u{${char.charCodeAt(0).toString(16)}}`
  })
  return `${mark}${escaped}${mark}`
}
