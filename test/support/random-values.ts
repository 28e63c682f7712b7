import type { PrimitiveKind, ValueType } from '#washi/wit/model.js'
import { camelCase } from '#washi/host/engine/linker/abi/names.js'

const edges: Readonly<Record<string, readonly unknown[]>> = {
  bool: [true, false],
  u8: [0, 1, 127, 128, 255],
  s8: [0, -1, -128, 127],
  u16: [0, 300, 65535],
  s16: [-32768, 32767, -1],
  u32: [0, 4294967295, 2147483648, 7],
  s32: [-2147483648, 2147483647, -1],
  u64: [0n, 18446744073709551615n, 1n << 63n],
  s64: [-(1n << 63n), (1n << 63n) - 1n, -1n],
  f32: [0, -0, 1.5, Infinity, Math.fround(1e-40), NaN],
  f64: [0, -0, Math.PI, -Infinity, 5e-324, NaN],
  char: ['a', 'é', '😀', '\0', '\uffff', '\u{10ffff}'],
}

const typedArrays: Readonly<Record<string, { from(values: unknown[]): unknown }>> = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
} as unknown as Record<string, { from(values: unknown[]): unknown }> // each takes its own kind of numbers

/** A random JavaScript value of a type, as guests get it and give it back. */
export function randomValue(type: ValueType, random: () => number): unknown {
  const below = (limit: number): number => Math.floor(random() * limit)
  const isHeads = (): boolean => random() < 0.5
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item // never empty
  const value = (of: ValueType): unknown => randomValue(of, random)
  const named = (names: readonly string[], each: (name: string, index: number) => unknown): unknown =>
    Object.fromEntries(names.map((name, index) => [camelCase(name), each(name, index)]))
  switch (type.kind) {
    case 'string': {
      const length = pick([0, 1, 5, 23, 24, 47, 48, 60])
      const letters = isHeads() ? ['a', 'Z', '0', '\0'] : ['a', 'é', '€', '😀', '\0']
      return Array.from({ length }, () => pick(letters)).join('')
    }
    case 'list': {
      const items = Array.from({ length: below(6) }, () => value(type.element))
      return typedArrays[type.element.kind]?.from(items) ?? items
    }
    case 'tuple':
      return type.elements.map(value)
    case 'record':
      return Object.fromEntries(type.fields.map((field) => [camelCase(field.name), value(field.type)]))
    case 'enum':
      return pick(type.names)
    case 'flags':
      return named(type.names, isHeads)
    case 'option': {
      const isSome = isHeads()
      if (isNullable(type)) return isSome ? value(type.element) : undefined
      return isSome ? { tag: 'some', val: value(type.element) } : { tag: 'none' }
    }
    case 'result': {
      const tag = isHeads() ? 'ok' : 'err'
      const payload = tag === 'ok' ? type.ok : type.err
      return { tag, val: payload && value(payload) }
    }
    case 'variant': {
      const chosen = pick(type.cases)
      return chosen.type ? { tag: chosen.name, val: value(chosen.type) } : { tag: chosen.name }
    }
    case 'own':
    case 'borrow':
    case 'stream':
    case 'future':
      throw new Error(`a ${type.kind} has no random values`)
    default:
      return isHeads() ? pick(edges[type.kind] ?? []) : randomScalar(type.kind, random)
  }
}

/** Of any number of bits, each as likely as the others. */
function randomScalar(kind: PrimitiveKind, random: () => number): unknown {
  const bits = (of: number): bigint =>
    BigInt(Math.floor(random() * 2 ** 53)) >> BigInt(Math.floor(random() * of) + 53 - of)
  const signed = (of: bigint): bigint => (random() < 0.5 ? of : ~of)
  switch (kind) {
    case 'bool':
      return random() < 0.5
    case 'u64':
      return (bits(32) << 32n) | bits(32)
    case 's64':
      return signed((bits(31) << 32n) | bits(32))
    case 'f32':
      return Math.fround((random() - 0.5) * 2 ** (random() * 120))
    case 'f64':
      return (random() - 0.5) * 2 ** (random() * 1000)
    case 'char':
      return String.fromCodePoint(Number(bits(15)))
    default: {
      const width = Number(kind.slice(1))
      return Number(kind.startsWith('u') ? bits(width) : signed(bits(width - 1)))
    }
  }
}

function isNullable(type: ValueType): boolean {
  return type.kind === 'option' && !isNullable(type.element)
}
