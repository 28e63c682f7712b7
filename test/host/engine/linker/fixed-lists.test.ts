import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { echoModule } from '../../../support/echo-component.js'
import { parseWat } from '../../../support/wasm-tools.js'

type Functions = Readonly<Record<string, (value: unknown) => unknown>>

/** A guest that gives back what it is given: `params` core values, of which the results lie at address 256. */
function echoing(type: string, params: readonly string[], store: string): Functions {
  const bytes = parseWat(`(component ${echoModule}
    (core module $n (import "m" "memory" (memory 1))
      (func (export "run") (param ${params.join(' ')}) (result i32) ${store} (i32.const 256)))
    (core instance $n (instantiate $n (with "m" (instance $i))))
    (func (export "run") (param "a" ${type}) (result ${type})
      (canon lift (core func $n "run") (memory $i "memory") (realloc (func $i "realloc")))))`)
  return createInstance(prepareComponent(bytes), {}).exports as Functions
}

const words = (count: number, type = 'i32', size = 4): string =>
  Array.from(
    { length: count },
    (_, index) => `(${type}.store (i32.const ${256 + index * size}) (local.get ${index}))`,
  ).join(' ')
const copy = (size: number): string => `(memory.copy (i32.const 256) (local.get 0) (i32.const ${size}))`

describe('a list of a fixed length', () => {
  it('is passed as its elements, where they are few', () => {
    const { run } = echoing('(list u32 4)', ['i32', 'i32', 'i32', 'i32'], words(4))
    expect(run?.([1, 2, 3, 0xffffffff])).toEqual(Uint32Array.of(1, 2, 3, 0xffffffff))
    expect(run?.(Uint32Array.of(9, 8, 7, 6))).toEqual(Uint32Array.of(9, 8, 7, 6))
  })

  it('may be of 64-bit integers, of strings and of lists of a fixed length', () => {
    const wide = echoing('(list s64 2)', ['i64', 'i64'], words(2, 'i64', 8))
    expect(wide['run']?.([1n, -2n])).toEqual(BigInt64Array.of(1n, -2n))
    const strings = echoing('(list string 2)', ['i32', 'i32', 'i32', 'i32'], words(4))
    expect(strings['run']?.(['first', ''])).toEqual(['first', ''])
    const square = echoing('(list (list u32 2) 2)', ['i32', 'i32', 'i32', 'i32'], words(4))
    expect(square['run']?.([[1, 2], Uint32Array.of(3, 4)])).toEqual([
      Uint32Array.of(1, 2),
      Uint32Array.of(3, 4),
    ])
  })

  it('lies in memory where the elements are many', () => {
    const bytes = echoing('(list u8 100)', ['i32'], copy(100))
    const given = Uint8Array.from({ length: 100 }, (_, index) => index)
    expect(bytes['run']?.(given)).toEqual(given)
    const strings = echoing('(list string 20)', ['i32'], copy(160))
    const texts = Array.from({ length: 20 }, (_, index) => 'x'.repeat(index))
    expect(strings['run']?.(texts)).toEqual(texts)
    const options = echoing('(list (option u64) 30)', ['i32'], copy(480))
    const mixed = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? undefined : BigInt(index)))
    expect(options['run']?.(mixed)).toEqual(mixed)
  })

  it('lies within other values as it is', () => {
    const { run } = echoing(
      '(tuple u8 (list u16 3))',
      ['i32', 'i32', 'i32', 'i32'],
      [
        '(i32.store8 (i32.const 256) (local.get 0))',
        ...[1, 2, 3].map((index) => `(i32.store16 (i32.const ${256 + index * 2}) (local.get ${index}))`),
      ].join(' '),
    )
    expect(run?.([7, [1, 2, 3]])).toEqual([7, Uint16Array.of(1, 2, 3)])
  })

  it('is refused where it has another length, or is no list', () => {
    for (const value of [[1, 2, 3], [1, 2, 3, 4, 5], 'abcd', undefined]) {
      const { run } = echoing('(list u32 4)', ['i32', 'i32', 'i32', 'i32'], words(4))
      expect(() => run?.(value)).toThrow(TypeError)
    }
  })

  it('is part of the world, and unsupported where it is too long for any memory', () => {
    const component = (length: number): Uint8Array =>
      parseWat(`(component (import "f" (func (param "a" (list u64 ${length})))))`)
    const { imports } = prepareComponent(component(5)).world
    expect(imports).toMatchObject([
      { function: { params: [{ type: { kind: 'list', length: 5, element: { kind: 'u64' } } }] } },
    ])
    const called = parseWat(`(component
      (import "f" (func $f (param "a" (list u64 1000000000))))
      (core module $m (memory (export "memory") 1)) (core instance $m (instantiate $m))
      (core func $f (canon lower (func $f) (memory $m "memory")))
      (core module $n (import "h" "f" (func (param i32))))
      (core instance (instantiate $n (with "h" (instance (export "f" (func $f)))))))`)
    expect(() => prepareComponent(called)).toThrow(expect.objectContaining({ code: 'COMPONENT_UNSUPPORTED' }))
  })
})
