import type { ResolvedType } from '../../../../component/resolve/program.js'
import { holdsHandle, layoutOf } from '../abi/layout.js'
import { itemName } from './core-items.js'
import { FunctionWriter } from './function-writer.js'
import { memoryOf } from './memories.js'
import { addressOf, type MemoryPlace, type Place } from './place.js'
import type { ValueContext } from './value-context.js'

/** From this many types on, a type that lies in memory is read and written by a function of its own. */
const heavyWeight = 9

/** Whether code for the value is worth a function: the code of deeply nested types would grow without bound. */
export function isHeavy(context: ValueContext, type: ResolvedType, place: Place): place is MemoryPlace {
  if (place.kind !== 'memory' || layoutOf(type).weight < heavyWeight) return false
  if (type.kind === 'list' || type.kind === 'enum' || type.kind === 'flags') return false
  return context.lent === undefined || !(holdsHandle(type, 'own') || holdsHandle(type, 'borrow'))
}

/** The call of the function that reads a heavy type; `body` returns the expression of what it reads. */
export function callLoader(
  context: ValueContext,
  {
    type,
    place,
    body,
  }: { type: ResolvedType; place: MemoryPlace; body: (inner: ValueContext, at: Place) => string },
): string {
  const name = context.program.once('load', identity(context, type), (created) => {
    const code = new FunctionWriter()
    const value = body(
      { ...context, code },
      { kind: 'memory', memory: place.memory, base: 'address', offset: 0 },
    )
    code.line(`return ${value}`)
    context.program.define(created, code.arrow(['address']))
  })
  return `${name}(${addressOf(place)})`
}

/** The call of the function that writes a heavy type; `body` generates the writing of `value`. */
export function callStorer(
  context: ValueContext,
  { type, place, value, body }: Storing & { body: (inner: ValueContext, value: string, at: Place) => void },
): string {
  const name = context.program.once('store', identity(context, type), (created) => {
    const code = new FunctionWriter()
    body({ ...context, code }, 'value', { kind: 'memory', memory: place.memory, base: 'address', offset: 0 })
    context.program.define(created, code.arrow(['value', 'address']))
  })
  return `${name}(${value}, ${addressOf(place)})`
}

interface Storing {
  readonly type: ResolvedType
  readonly place: MemoryPlace
  readonly value: string
}

/** Types and options that one function may serve. */
function identity({ program, options }: ValueContext, type: ResolvedType): string {
  const realloc = options.realloc ? itemName(program, options.realloc) : 'none'
  const { bytes } = memoryOf(program, options)
  return [program.numberOf(type), bytes, options.component, options.encoding, realloc].join(' ')
}
