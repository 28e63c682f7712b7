import type { ResolvedType } from '../../../../component/resolve/program.js'
import { layoutOf, maxListBytes } from '../abi/layout.js'
import type { FunctionWriter } from './function-writer.js'
import { allocatorOf, memoryOf, type MemoryNames } from './memories.js'
import { readPair, type MemoryPlace, type Place } from './place.js'
import { typedArrays } from './scalars.js'
import type { ValueContext } from './value-context.js'

/** A list of the guest as a name or expression: a typed array for numbers, an array for everything else. */
export function liftList(
  { program, options, code }: ValueContext,
  { element, place, liftElement }: ListToLift,
): string {
  const memory = memoryOf(program, options)
  const { size, alignment } = layoutOf(element)
  const [pointerRead, countRead] = readPair(place)
  const pointer = code.hoist('pointer', pointerRead)
  const count = code.hoist('count', countRead)
  const bytes = size === 1 ? count : `${count} * ${size}`
  const misaligned = alignment > 1 ? `(${pointer} & ${alignment - 1}) !== 0 || ` : ''
  code.line(
    `if (${misaligned}${bytes} > ${maxListBytes} || ${pointer} + ${bytes} > ${memory.bytes}.length) $badPointer()`,
  )
  return readElements(code, { element, memory, pointer, count, liftElement })
}

/** A list that is to be lifted; `liftElement` is the expression of one element. */
export interface ListToLift {
  readonly element: ResolvedType
  readonly place: Place
  readonly liftElement: (at: MemoryPlace) => string
}

interface Elements {
  readonly element: ResolvedType
  readonly memory: MemoryNames
  /** The expression of where the first one lies. */
  readonly pointer: string
  readonly count: string
  readonly liftElement: (at: MemoryPlace) => string
}

/** The elements of a list in memory, which is known to have them all, as a name or expression. */
export function readElements(
  code: FunctionWriter,
  { element, memory, pointer, count, liftElement }: Elements,
): string {
  const { size } = layoutOf(element)
  const bytes = size === 1 ? count : `${count} * ${size}`
  if (element.kind === 'u8') return `${memory.bytes}.slice(${pointer}, ${pointer} + ${count})`
  const typedArray = typedArrays[element.kind]
  if (typedArray !== undefined) {
    return `new ${typedArray}(${memory.bytes}.buffer.slice(${pointer}, ${pointer} + ${bytes}))`
  }
  const list = code.local('list')
  const index = code.local('index')
  const at = code.local('at')
  code.line(`const ${list} = []`)
  code.open(`for (let ${index} = 0, ${at} = ${pointer}; ${index} < ${count}; ${index}++, ${at} += ${size}) {`)
  code.line(`${list}.push(${liftElement({ kind: 'memory', memory, base: at, offset: 0 })})`)
  code.close()
  return list
}

/** Writes a list of JavaScript into new memory of the guest; returns the names of pointer and length. */
export function lowerList(
  { program, options, code }: ValueContext,
  { element, value, lowerElement }: ListToLower,
): [string, string] {
  const memory = memoryOf(program, options)
  const { size, alignment } = layoutOf(element)
  const count = code.hoist('count', `$listLength(${value})`)
  const bytes = size === 1 ? count : `${count} * ${size}`
  const pointer = code.hoist('pointer', `${allocatorOf(program, options)}(${bytes}, ${alignment})`)
  writeElements(code, { element, memory, pointer, count, value, lowerElement })
  return [pointer, count]
}

interface ElementsToWrite extends ListToLower {
  readonly memory: MemoryNames
  readonly pointer: string
  readonly count: string
}

/** Generates the writing of elements to memory. */
export function writeElements(
  code: FunctionWriter,
  { element, memory, pointer, count, value, lowerElement }: ElementsToWrite,
): void {
  const { size } = layoutOf(element)
  if (element.kind === 'u8') return code.line(`${memory.bytes}.set(${value}, ${pointer})`)
  const typedArray = typedArrays[element.kind]
  if (typedArray !== undefined) {
    code.open(`if (${value} instanceof ${typedArray}) {`)
    code.line(`${memory.bytes}.set($rawBytes(${value}), ${pointer})`)
    code.close(' else {')
  }
  const index = code.local('index')
  const at = code.local('at')
  code.open(`for (let ${index} = 0, ${at} = ${pointer}; ${index} < ${count}; ${index}++, ${at} += ${size}) {`)
  lowerElement(`${value}[${index}]`, { kind: 'memory', memory, base: at, offset: 0 })
  code.close()
  if (typedArray !== undefined) code.close()
}

/** A list that is to be lowered; `lowerElement` writes one element. */
export interface ListToLower {
  readonly element: ResolvedType
  readonly value: string
  readonly lowerElement: (value: string, at: MemoryPlace) => void
}
