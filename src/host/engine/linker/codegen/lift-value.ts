import type { ResolvedCase, ResolvedType } from '../../../../component/resolve/program.js'
import { casesOf, isNullable, layoutOf, partsOf } from '../abi/layout.js'
import { camelCase } from '../abi/names.js'
import { callLoader, isHeavy } from './heavy-types.js'
import { liftFixedList } from './fixed-lists.js'
import { liftList } from './lists.js'
import { key, literal } from './names.js'
import {
  convertFlat,
  discriminantOf,
  partPlaces,
  payloadPlace,
  readInteger,
  readPair,
  type Place,
} from './place.js'
import { liftHandle } from './resources.js'
import { isScalar, liftScalar } from './scalars.js'
import { readString } from './strings.js'
import type { ValueContext } from './value-context.js'

/** The expression of a value of the guest as JavaScript has it; what must be done before goes to the code. */
export function liftValue(context: ValueContext, type: ResolvedType, place: Place): string {
  if (!isHeavy(context, type, place)) return liftHere(context, type, place)
  return callLoader(context, { type, place, body: (inner, at) => liftHere(inner, type, at) })
}

function liftHere(context: ValueContext, type: ResolvedType, place: Place): string {
  if (isScalar(type.kind)) return liftScalar(type.kind, place)
  switch (type.kind) {
    case 'string':
      return readString(context.program, context.options, readPair(place))
    case 'list': {
      const { element, length } = type
      const liftElement = (at: Place): string => liftValue(context, element, at)
      return length === undefined
        ? liftList(context, { element, place, liftElement })
        : liftFixedList(context, { element, length, place, liftElement })
    }
    case 'own':
    case 'borrow':
      return liftHandle(context, type, context.code.hoist('handle', readInteger(place, 4)))
    case 'flags':
      return liftFlags(context, type, place)
    case 'enum': {
      const names = context.program.constant(`[${type.names.map(literal).join(', ')}]`)
      return `$caseName(${names}, ${readInteger(place, discriminantOf(casesOf(type) ?? []))})`
    }
    case 'record':
    case 'tuple':
      return liftParts(context, type, place)
    case 'variant':
    case 'option':
    case 'result':
      return liftVariant(context, type, place)
    default:
      throw new Error(`no value has the type ${type.kind}`)
  }
}

type Of<Kind extends ResolvedType['kind']> = Extract<ResolvedType, { readonly kind: Kind }>

function liftFlags({ code }: ValueContext, { names }: Of<'flags'>, place: Place): string {
  const size = names.length <= 8 ? 1 : names.length <= 16 ? 2 : 4
  const bits = code.hoist('value', readInteger(place, size))
  return `{ ${names.map((name, bit) => `${key(camelCase(name))}: (${bits} & ${1 << bit}) !== 0`).join(', ')} }`
}

function liftParts(context: ValueContext, type: Of<'record' | 'tuple'>, place: Place): string {
  const types = partsOf(type) ?? []
  const places = partPlaces(types, place)
  const values = types.map((part, index) => liftValue(context, part, places[index] ?? place))
  if (type.kind === 'tuple') return `[${values.join(', ')}]`
  return `{ ${type.fields.map(({ name }, index) => `${key(camelCase(name))}: ${values[index] ?? ''}`).join(', ')} }`
}

function liftVariant(context: ValueContext, type: Of<'variant' | 'option' | 'result'>, place: Place): string {
  const { code, program } = context
  const cases = casesOf(type) ?? []
  const discriminant = readInteger(place, discriminantOf(cases))
  if (type.kind === 'variant' && cases.every((entry) => !entry.type)) {
    const names = program.constant(`[${cases.map(({ name }) => literal(name)).join(', ')}]`)
    return `{ tag: $caseName(${names}, ${discriminant}) }`
  }
  const value = code.local('value')
  code.line(`let ${value}`)
  code.open(`switch (${discriminant}) {`)
  for (const [index, entry] of cases.entries()) {
    code.open(`case ${index}: {`)
    const payload = liftPayload(context, { type, cases, entry, place })
    code.line(`${value} = ${caseValue(type, entry, payload)}`)
    code.line('break')
    code.close()
  }
  code.line('default: $badDiscriminant()')
  code.close()
  return value
}

/** Where a value of some case is. */
export interface PayloadSource {
  readonly type: ResolvedType
  readonly cases: readonly ResolvedCase[]
  readonly entry: ResolvedCase
  readonly place: Place
}

/** The expression of the payload of a case; undefined where it has none. */
export function liftPayload(context: ValueContext, source: PayloadSource): string | undefined {
  const { type, cases, entry, place } = source
  if (!entry.type) return undefined
  if (place.kind === 'memory') return liftValue(context, entry.type, payloadPlace(cases, place))
  const joined = layoutOf(type).flat
  const slots = layoutOf(entry.type).flat.map((flat, index) => {
    const carrier = joined[index + 1] ?? flat
    return context.code.hoist('flat', convertFlat(place.slots[index + 1] ?? '', carrier, flat))
  })
  return liftValue(context, entry.type, { kind: 'flat', slots })
}

/** The JavaScript value of a case. A nullable option is its payload or undefined. */
function caseValue(type: Of<'variant' | 'option' | 'result'>, entry: ResolvedCase, payload?: string): string {
  if (isNullable(type)) return payload ?? 'undefined'
  if (payload === undefined && type.kind !== 'result') return `{ tag: ${literal(entry.name)} }`
  return `{ tag: ${literal(entry.name)}, val: ${payload ?? 'undefined'} }`
}
