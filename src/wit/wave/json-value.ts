import { ValueError } from '../codec/wire-error.js'
import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'
import { casesOf, describeType, isNullable, partsOf, toList } from '../type-traits.js'

/**
 * A value as JSON has it: records by the names of WIT, enums as text, flags as the list of those that are set, options as
 * the value or null, results as {"ok": …} or {"err": …}, variants as text or {"case": payload}, 64-bit integers as
 * numbers where those are exact, else as text, what JSON has no number for ("nan", "inf", "-inf", "-0") as text.
 */
export function toJson(value: unknown, type: ValueType): unknown {
  switch (type.kind) {
    case 's64':
    case 'u64':
      return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    case 'f32':
    case 'f64':
      return floatToJson(value as number)
    case 'list':
      return Array.from(value as ArrayLike<unknown>, (item) => toJson(item, type.element))
    case 'tuple':
      return (partsOf(type) ?? []).map((part, index) => toJson((value as unknown[])[index], part))
    case 'record': {
      const members = value as Readonly<Record<string, unknown>>
      return Object.fromEntries(
        type.fields.map((field) => [field.name, toJson(members[camelLabel(field.name)], field.type)]),
      )
    }
    case 'flags': {
      const members = value as Readonly<Record<string, unknown>>
      return type.names.filter((name) => members[camelLabel(name)] === true)
    }
    case 'option':
    case 'result':
    case 'variant':
      return caseToJson(value, type)
    default:
      return value
  }
}

type WithCases = Extract<ValueType, { kind: 'option' | 'result' | 'variant' }>

function caseToJson(value: unknown, type: WithCases): unknown {
  if (type.kind === 'option' && isNullable(type)) {
    return value === undefined ? null : toJson(value, type.element)
  }
  const { tag, val } = value as { readonly tag: string; readonly val?: unknown }
  const payload = casesOf(type)?.find(({ name }) => name === tag)?.type
  if (!payload) return type.kind === 'result' ? { [tag]: null } : tag
  return { [tag]: toJson(val, payload) }
}

function floatToJson(value: number): unknown {
  if (Object.is(value, -0)) return '-0'
  if (Number.isFinite(value)) return value
  return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
}

/** The value of that type that a JSON document stands for. Throws ValueError with the path and the expected type. */
export function fromJson(json: unknown, type: ValueType, path = 'value'): unknown {
  switch (type.kind) {
    case 's64':
    case 'u64':
      return integerFromJson(json, type, path)
    case 'f32':
    case 'f64':
      return floatFromJson(json, type, path)
    case 'list': {
      const items = arrayOf(json, type, path).map((item, index) =>
        fromJson(item, type.element, `${path}.${index}`),
      )
      return toList(type.element.kind, items)
    }
    case 'tuple': {
      const items = arrayOf(json, type, path)
      if (items.length !== type.elements.length) throw new ValueError(path, describeType(type), json)
      return type.elements.map((element, index) => fromJson(items[index], element, `${path}.${index}`))
    }
    case 'record':
      return recordFromJson(json, type, path)
    case 'flags': {
      const set = new Set(arrayOf(json, type, path))
      for (const name of set) {
        if (!type.names.includes(name as string))
          throw new ValueError(path, `flags of ${type.names.join(', ')}`, name)
      }
      return Object.fromEntries(type.names.map((name) => [camelLabel(name), set.has(name)]))
    }
    case 'option':
    case 'result':
    case 'variant':
      return caseFromJson(json, type, path)
    default:
      return json
  }
}

function integerFromJson(json: unknown, type: ValueType, path: string): bigint {
  if (typeof json === 'string' && /^-?\d+$/.test(json)) return BigInt(json)
  if (Number.isSafeInteger(json)) return BigInt(json as number)
  throw new ValueError(path, describeType(type), json)
}

function floatFromJson(json: unknown, type: ValueType, path: string): number {
  if (typeof json === 'number') return type.kind === 'f32' ? Math.fround(json) : json
  if (json === 'nan') return NaN
  if (json === '-0') return -0
  if (json === 'inf' || json === '-inf') return json === 'inf' ? Infinity : -Infinity
  throw new ValueError(path, describeType(type), json)
}

function recordFromJson(json: unknown, type: Extract<ValueType, { kind: 'record' }>, path: string): unknown {
  const members = objectOf(json, type, path)
  const known = new Set(type.fields.flatMap(({ name }) => [name, camelLabel(name)]))
  const unknown = Object.keys(members).find((name) => !known.has(name))
  if (unknown !== undefined) {
    throw new ValueError(
      `${path}.${unknown}`,
      `one of the fields ${type.fields.map(({ name }) => name).join(', ')}`,
      unknown,
    )
  }
  const entries = type.fields.map((field) => {
    const given = members[field.name] ?? members[camelLabel(field.name)]
    return [camelLabel(field.name), fromJson(given, field.type, `${path}.${field.name}`)] as const
  })
  return Object.fromEntries(entries)
}

function caseFromJson(json: unknown, type: WithCases, path: string): unknown {
  if (type.kind === 'option' && isNullable(type)) {
    return json === null || json === undefined ? undefined : fromJson(json, type.element, path)
  }
  const cases = casesOf(type) ?? []
  const expected = `${describeType(type)} (${cases.map(({ name }) => name).join(', ')})`
  const [tag, payload] = typeof json === 'string' ? [json, undefined] : onlyEntry(json, expected, path)
  const entry = cases.find(({ name }) => name === tag)
  if (!entry) throw new ValueError(path, expected, tag)
  if (!entry.type) return type.kind === 'result' ? { tag, val: undefined } : { tag }
  return { tag, val: fromJson(payload, entry.type, `${path}.${tag}`) }
}

function onlyEntry(json: unknown, expected: string, path: string): readonly [string, unknown] {
  const entries =
    typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : []
  const [entry, other] = entries
  if (entry === undefined || other !== undefined) throw new ValueError(path, expected, json)
  return entry
}

function arrayOf(json: unknown, type: ValueType, path: string): readonly unknown[] {
  if (Array.isArray(json)) return json
  throw new ValueError(path, describeType(type), json)
}

function objectOf(json: unknown, type: ValueType, path: string): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json))
    return json as Record<string, unknown>
  throw new ValueError(path, describeType(type), json)
}
