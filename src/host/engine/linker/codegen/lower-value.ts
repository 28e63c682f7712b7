import type { ResolvedCase, ResolvedType } from '../../../../component/resolve/program.js'
import { casesOf, isNullable, layoutOf, partsOf } from '../abi/layout.js'
import { camelCase } from '../abi/names.js'
import { callStorer, isHeavy } from './heavy-types.js'
import { lowerFixedList } from './fixed-lists.js'
import { lowerList } from './lists.js'
import { literal, member } from './names.js'
import {
  convertFlat,
  discriminantOf,
  pairPlaces,
  partPlaces,
  payloadPlace,
  slot,
  writeInteger,
  type Place,
} from './place.js'
import { lowerHandle } from './resources.js'
import { isScalar, lowerScalar } from './scalars.js'
import { stringWriterOf } from './strings.js'
import type { ValueContext } from './value-context.js'

/** Generates the writing of a JavaScript value, named or a path of members, to where the guest expects it. */
export function lowerValue(context: ValueContext, type: ResolvedType, value: string, place: Place): void {
  if (!isHeavy(context, type, place)) return lowerHere(context, type, value, place)
  const body = (inner: ValueContext, name: string, at: Place): void => lowerHere(inner, type, name, at)
  context.code.line(callStorer(context, { type, place, value, body }))
}

function lowerHere(context: ValueContext, type: ResolvedType, value: string, place: Place): void {
  const { code, program, options } = context
  if (isScalar(type.kind)) return code.line(lowerScalar(type.kind, value, place))
  switch (type.kind) {
    case 'string': {
      // Into constants first: the writer may grow the memory, and the views that are written through with it.
      const pointer = code.hoist('pointer', `${stringWriterOf(program, options)}(${value})`)
      const length = code.local('count')
      code.line(`const ${length} = stringLength`)
      return writePair(context, place, [pointer, length])
    }
    case 'list': {
      const { element, length } = type
      const list = code.hoist('list', value)
      const lowerElement = (item: string, at: Place): void => lowerValue(context, element, item, at)
      if (length !== undefined) {
        return lowerFixedList(context, { element, length, place, value: list, lowerElement })
      }
      return writePair(context, place, lowerList(context, { element, value: list, lowerElement }))
    }
    case 'own':
    case 'borrow': {
      const handle = lowerHandle(context, type, code.hoist('value', value))
      return code.line(writeInteger(place, 4, handle))
    }
    case 'flags':
      return lowerFlags(context, type, code.hoist('value', value), place)
    case 'record':
    case 'tuple':
      return lowerParts(context, type, code.hoist('value', value), place)
    case 'enum':
    case 'variant':
    case 'option':
    case 'result':
      return lowerVariant(context, type, code.hoist('value', value), place)
    default:
      throw new Error(`no value has the type ${type.kind}`)
  }
}

type Of<Kind extends ResolvedType['kind']> = Extract<ResolvedType, { readonly kind: Kind }>

function writePair({ code }: ValueContext, place: Place, [pointer, length]: [string, string]): void {
  const [pointerPlace, lengthPlace] = pairPlaces(place)
  code.line(writeInteger(pointerPlace, 4, pointer))
  code.line(writeInteger(lengthPlace, 4, length))
}

function lowerFlags({ code }: ValueContext, { names }: Of<'flags'>, value: string, place: Place): void {
  const size = names.length <= 8 ? 1 : names.length <= 16 ? 2 : 4
  const bits = names.map((name, bit) => `(${value}${member(camelCase(name))} ? ${1 << bit} : 0)`)
  code.line(writeInteger(place, size, bits.join(' | ')))
}

function lowerParts(context: ValueContext, type: Of<'record' | 'tuple'>, value: string, place: Place): void {
  const types = partsOf(type) ?? []
  const places = partPlaces(types, place)
  for (const [index, part] of types.entries()) {
    const access = type.kind === 'tuple' ? `[${index}]` : member(camelCase(type.fields[index]?.name ?? ''))
    lowerValue(context, part, value + access, places[index] ?? place)
  }
}

function lowerVariant(
  context: ValueContext,
  type: Of<'enum' | 'variant' | 'option' | 'result'>,
  value: string,
  place: Place,
): void {
  const { code } = context
  const cases = casesOf(type) ?? []
  const write = (index: number, payload: string): void =>
    lowerCase(context, { type, cases, index, payload, place })
  if (isNullable(type)) {
    code.open(`if (${value} === undefined || ${value} === null) {`)
    write(0, value)
    code.close(' else {')
    write(1, value)
    code.close()
    return
  }
  const tag = tagIndex(context, cases, type.kind === 'enum' ? value : `${value}.tag`)
  if (cases.every((entry) => !entry.type)) return code.line(writeInteger(place, discriminantOf(cases), tag))
  code.open(`switch (${tag}) {`)
  for (const [index, entry] of cases.entries()) {
    if (!entry.type) continue
    code.open(`case ${index}: {`)
    write(index, `${value}.val`)
    code.line('break')
    code.close()
  }
  code.line(`default: ${writeInteger(place, discriminantOf(cases), tag)}`)
  code.close()
}

/** The index of the case that a tag names, as a name. */
function tagIndex({ code, program }: ValueContext, cases: readonly ResolvedCase[], tag: string): string {
  const indices = cases.map(({ name }, index) => `${literal(name)}: ${index}`)
  const constant = program.constant(`{ __proto__: null, ${indices.join(', ')} }`)
  return code.hoist('tag', `$caseIndex(${constant}, ${tag})`)
}

/** A case that is to be lowered. */
export interface CaseToLower {
  readonly type: ResolvedType
  readonly cases: readonly ResolvedCase[]
  readonly index: number
  /** Where the payload is in JavaScript. */
  readonly payload: string
  readonly place: Place
}

/** Generates the writing of one case: its discriminant and, where it has one, its payload. */
export function lowerCase(context: ValueContext, { type, cases, index, payload, place }: CaseToLower): void {
  const { code } = context
  const payloadType = cases[index]?.type
  code.line(writeInteger(place, discriminantOf(cases), String(index)))
  if (!payloadType) return
  if (place.kind === 'memory') return lowerValue(context, payloadType, payload, payloadPlace(cases, place))
  const joined = layoutOf(type).flat
  const carried = layoutOf(payloadType).flat.map((flat, position) => {
    const carrier = joined[position + 1] ?? flat
    return { flat, carrier, target: slot(place, position + 1) }
  })
  const slots = carried.map(({ flat, carrier, target }) => (flat === carrier ? target : code.local('flat')))
  const own = carried.flatMap(({ flat, carrier }, position) =>
    flat === carrier ? [] : [`${slots[position] ?? ''} = ${zeroOf(flat)}`],
  )
  if (own.length > 0) code.line(`let ${own.join(', ')}`)
  lowerValue(context, payloadType, payload, { kind: 'flat', slots })
  for (const [position, { flat, carrier, target }] of carried.entries()) {
    if (flat !== carrier) code.line(`${target} = ${convertFlat(slots[position] ?? '', flat, carrier)}`)
  }
}

/** The zero of a core type. */
export function zeroOf(flat: string): string {
  return flat === 'i64' ? '0n' : '0'
}
