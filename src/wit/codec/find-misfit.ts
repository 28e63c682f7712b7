import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'
import { casesOf, describeType, isNullable, partsOf } from '../type-traits.js'
import { codecRuntime } from './codec-runtime.js'
import { ValueError } from './wire-error.js'

/** A value and the type that it should have. */
interface Pair {
  readonly type: ValueType
  readonly value: unknown
  readonly path: string
}

/** The first value that is none of its type, as an error with its path; undefined where all fit. Slow: for errors. */
export function findMisfit({ type, value, path }: Pair): ValueError | undefined {
  const misfit = (): ValueError => new ValueError(path, describeType(type), value)
  switch (type.kind) {
    case 'record':
    case 'tuple':
      return isObject(value) ? findInParts({ type, value, path }) : misfit()
    case 'flags':
      return isObject(value) ? undefined : misfit()
    case 'list':
      return isList(value) && (type.length === undefined || value.length === type.length)
        ? first(value, (item, index) =>
            findMisfit({ type: type.element, value: item, path: `${path}.${index}` }),
          )
        : misfit()
    case 'option':
      if (!isNullable(type)) break
      return value === undefined || value === null
        ? undefined
        : findMisfit({ type: type.element, value, path })
    case 'enum':
      return type.names.includes(value as string) ? undefined : oneOf(path, type.names, value)
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
      return undefined
    case 'variant':
    case 'result':
      break
    default:
      return fitsScalar(type.kind, value) ? undefined : misfit()
  }
  return findInCases({ type, value, path })
}

function findInParts({ type, value, path }: Pair): ValueError | undefined {
  const members = value as Readonly<Record<string, unknown>>
  return first(partsOf(type) ?? [], (part, index) => {
    const label = type.kind === 'record' ? camelLabel(type.fields[index]?.name ?? '') : String(index)
    return findMisfit({ type: part, value: members[label], path: `${path}.${label}` })
  })
}

function findInCases({ type, value, path }: Pair): ValueError | undefined {
  const cases = casesOf(type) ?? []
  const names = cases.map(({ name }) => name)
  if (!isObject(value)) return new ValueError(path, `${describeType(type)} with a tag`, value)
  const { tag, val } = value as { readonly tag?: unknown; readonly val?: unknown }
  const entry = cases.find(({ name }) => name === tag)
  if (!entry) return oneOf(`${path}.tag`, names, tag)
  return entry.type ? findMisfit({ type: entry.type, value: val, path: `${path}.${entry.name}` }) : undefined
}

function oneOf(path: string, names: readonly string[], value: unknown): ValueError {
  return new ValueError(path, `one of ${names.join(', ')}`, value)
}

function first<T>(
  items: ArrayLike<T>,
  find: (item: T, index: number) => ValueError | undefined,
): ValueError | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const found = find(items[index] as T, index)
    if (found) return found
  }
  return undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

const bits: Readonly<Record<string, readonly [least: number, most: number]>> = {
  u8: [0, 0xff],
  s8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  s16: [-0x8000, 0x7fff],
  u32: [0, 0xffff_ffff],
  s32: [-0x8000_0000, 0x7fff_ffff],
}

function fitsScalar(kind: string, value: unknown): boolean {
  const range = bits[kind]
  if (range) return Number.isInteger(value) && (value as number) >= range[0] && (value as number) <= range[1]
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean'
    case 'string':
      return typeof value === 'string'
    case 'f32':
    case 'f64':
      return typeof value === 'number'
    case 'char':
      return fits(() => codecRuntime.toPoint(value))
    case 's64':
      return fits(() => codecRuntime.toBigSigned(value))
    default:
      return fits(() => codecRuntime.toBigUnsigned(value))
  }
}

function fits(convert: () => unknown): boolean {
  try {
    convert()
    return true
  } catch {
    return false // that is the answer
  }
}
