import type { ResolvedType } from '../../../../component/resolve/program.js'
import { layoutOf } from '../abi/layout.js'
import { allocatorOf, memoryOf } from './memories.js'
import { readPair, type MemoryPlace, type Place } from './place.js'
import { typedArrays } from './scalars.js'
import type { ValueContext } from './value-context.js'

/** A list of the guest as a name or expression: a typed array for numbers, an array for everything else. */
export function liftList(
  { program, options, code }: ValueContext,
  {
    element,
    place,
    liftElement,
  }: { element: ResolvedType; place: Place; liftElement: (at: MemoryPlace) => string },
): string {
  const memory = memoryOf(program, options)
  const { size, alignment } = layoutOf(element)
  const [pointerRead, countRead] = readPair(place)
  const pointer = code.hoist('pointer', pointerRead)
  const count = code.hoist('count', countRead)
  const bytes = size === 1 ? count : `${count} * ${size}`
  const misaligned = alignment > 1 ? `(${pointer} & ${alignment - 1}) !== 0 || ` : ''
  code.line(`if (${misaligned}${pointer} + ${bytes} > ${memory.bytes}.length) $badPointer()`)
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
  const pointer = code.local('pointer')
  const allocated = `${allocatorOf(program, options)}(${bytes}, ${alignment})`
  code.line(`const ${pointer} = ${count} === 0 ? ${alignment} : ${allocated}`)
  if (element.kind === 'u8') {
    code.line(`if (${count} !== 0) ${memory.bytes}.set(${value}, ${pointer})`)
    return [pointer, count]
  }
  const typedArray = typedArrays[element.kind]
  if (typedArray !== undefined) {
    code.open(`if (${value} instanceof ${typedArray}) {`)
    code.line(`if (${count} !== 0) ${memory.bytes}.set($rawBytes(${value}), ${pointer})`)
    code.close(' else {')
  }
  const index = code.local('index')
  const at = code.local('at')
  code.open(`for (let ${index} = 0, ${at} = ${pointer}; ${index} < ${count}; ${index}++, ${at} += ${size}) {`)
  lowerElement(`${value}[${index}]`, { kind: 'memory', memory, base: at, offset: 0 })
  code.close()
  if (typedArray !== undefined) code.close()
  return [pointer, count]
}

/** A list that is to be lowered; `lowerElement` writes one element. */
export interface ListToLower {
  readonly element: ResolvedType
  readonly value: string
  readonly lowerElement: (value: string, at: MemoryPlace) => void
}
