import type { ResolvedCase, ResolvedType } from '../../../../component/resolve/program.js'
import { discriminantSize, layoutOf, payloadOffset, sequenceOffsets, type FlatType } from '../abi/layout.js'
import type { MemoryNames } from './memories.js'

/**
 * Where a value of the guest is: in core values (`slots` are their names; variables where it is written to), or in
 * memory at `base + offset`. With this one notion, lifts and lowers are the same for both.
 */
export type Place =
  | { readonly kind: 'flat'; readonly slots: readonly string[] }
  | { readonly kind: 'memory'; readonly memory: MemoryNames; readonly base: string; readonly offset: number }

/** A place in memory. */
export type MemoryPlace = Extract<Place, { kind: 'memory' }>

/** The expression of an address. */
export function addressOf({ base, offset }: MemoryPlace, further = 0): string {
  return offset + further === 0 ? base : `${base} + ${offset + further}`
}

/** The places of the parts of a record or tuple. */
export function partPlaces(types: readonly ResolvedType[], place: Place): Place[] {
  if (place.kind === 'memory') {
    return sequenceOffsets(types).map((offset) => ({ ...place, offset: place.offset + offset }))
  }
  let next = 0
  return types.map((type) => {
    const start = next
    next += layoutOf(type).flat.length
    return { kind: 'flat', slots: place.slots.slice(start, next) }
  })
}

/** Accessors of DataView for integers by their size. */
const unsigned = { 1: 'Uint8', 2: 'Uint16', 4: 'Uint32' } as const

/** The expression of an unsigned integer of `size` bytes: a word of a pair, a discriminant, a handle, flags. */
export function readInteger(place: Place, size: 1 | 2 | 4): string {
  if (place.kind === 'flat') return slot(place, 0)
  if (size === 1) return `${place.memory.bytes}[${addressOf(place)}]`
  return `${place.memory.view}.get${unsigned[size]}(${addressOf(place)}, true)`
}

/** The statement that writes such an integer. */
export function writeInteger(place: Place, size: 1 | 2 | 4, value: string): string {
  if (place.kind === 'flat') return `${slot(place, 0)} = ${value}`
  if (size === 1) return `${place.memory.bytes}[${addressOf(place)}] = ${value}`
  return `${place.memory.view}.set${unsigned[size]}(${addressOf(place)}, ${value}, true)`
}

/** The two places of a pointer and a length. */
export function pairPlaces(place: Place): [Place, Place] {
  if (place.kind === 'memory') return [place, { ...place, offset: place.offset + 4 }]
  return [
    { kind: 'flat', slots: [slot(place, 0)] },
    { kind: 'flat', slots: [slot(place, 1)] },
  ]
}

/** The expressions of a pointer and a length. */
export function readPair(place: Place): [string, string] {
  const [pointer, length] = pairPlaces(place).map((half) =>
    half.kind === 'flat' ? `${slot(half, 0)} >>> 0` : readInteger(half, 4),
  )
  return [pointer ?? '', length ?? '']
}

/** Size of the discriminant of these cases. */
export function discriminantOf(cases: readonly ResolvedCase[]): 1 | 2 | 4 {
  return discriminantSize(cases.length)
}

/** Where the payload of a case in memory is. */
export function payloadPlace(cases: readonly ResolvedCase[], place: MemoryPlace): MemoryPlace {
  return { ...place, offset: place.offset + payloadOffset(cases) }
}

/** Conversions between the core value of a variant and that of one payload, by `from to`. */
const conversions: Readonly<Record<string, string>> = {
  'i32 f32': '$i32ToF32',
  'i64 i32': '$i64ToI32',
  'i64 f32': '$i64ToF32',
  'i64 f64': '$i64ToF64',
  'f32 i32': '$f32ToI32',
  'i32 i64': '$i32ToI64',
  'f32 i64': '$f32ToI64',
  'f64 i64': '$f64ToI64',
}

/** The expression of a core value as another type that carries it. */
export function convertFlat(expression: string, from: FlatType, to: FlatType): string {
  return from === to ? expression : `${conversions[`${from} ${to}`] ?? ''}(${expression})`
}

/** The name of one core value. */
export function slot({ slots }: Extract<Place, { kind: 'flat' }>, index: number): string {
  const name = slots[index]
  if (name === undefined) throw new Error(`a place has ${slots.length} core values, not ${index + 1}`)
  return name
}
