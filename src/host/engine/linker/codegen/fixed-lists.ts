import { layoutOf } from '../abi/layout.js'
import { readElements, writeElements } from './lists.js'
import { addressOf, partPlaces, type Place } from './place.js'
import { typedArrays } from './scalars.js'
import type { ResolvedType } from '../../../../component/resolve/program.js'
import type { ValueContext } from './value-context.js'

/** A list of a fixed length, which lies where it is used, as its elements do one after another. */
export interface FixedList {
  readonly element: ResolvedType
  readonly length: number
  readonly place: Place
}

/** A list of a fixed length as a name or expression, of the same kinds as other lists. */
export function liftFixedList(
  { code }: ValueContext,
  { element, length, place, liftElement }: FixedList & { readonly liftElement: (at: Place) => string },
): string {
  if (place.kind === 'memory') {
    const pointer = code.hoist('pointer', addressOf(place))
    return readElements(code, {
      element,
      memory: place.memory,
      pointer,
      count: String(length),
      liftElement,
    })
  }
  const values = elementPlaces({ element, length, place }).map(liftElement)
  const typedArray = typedArrays[element.kind]
  return typedArray === undefined ? `[${values.join(', ')}]` : `${typedArray}.of(${values.join(', ')})`
}

/** Writes a list of a fixed length; one of another length is refused. */
export function lowerFixedList(
  { code }: ValueContext,
  {
    element,
    length,
    place,
    value,
    lowerElement,
  }: FixedList & { readonly value: string; readonly lowerElement: (value: string, at: Place) => void },
): void {
  code.line(`if ($listLength(${value}) !== ${length}) $expected('a list of ${length} elements', ${value})`)
  if (place.kind === 'memory') {
    const pointer = code.hoist('pointer', addressOf(place))
    const count = String(length)
    writeElements(code, { element, memory: place.memory, pointer, count, value, lowerElement })
    return
  }
  for (const [index, at] of elementPlaces({ element, length, place }).entries()) {
    lowerElement(`${value}[${index}]`, at)
  }
}

/** Where the elements are among core values: there are few, for what has more lies in memory. */
function elementPlaces({ element, length, place }: FixedList): Place[] {
  const count = Math.min(
    length,
    place.kind === 'flat' ? place.slots.length / layoutOf(element).flat.length : 0,
  )
  return partPlaces(
    Array.from({ length: count }, () => element),
    place,
  )
}
