import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { ValueType } from '#washi/wit/model.js'
import { fromJson, toJson } from '#washi/wit/wave/json-value.js'
import { parseWave } from '#washi/wit/wave/parse-wave.js'
import { printWave } from '#washi/wit/wave/print-wave.js'
import { WaveError } from '#washi/wit/wave/wave-error.js'
import { describe, expect, it } from 'vitest'
import { randomType } from '../../support/random-types.js'
import { randomValue } from '../../support/random-values.js'
import { seededRandom } from '../../support/random.js'

const prim = (kind: string): ValueType => ({ kind }) as ValueType
const string = prim('string')
const u8 = prim('u8')
const point: ValueType = {
  kind: 'record',
  name: 'point',
  fields: [
    { name: 'x-axis', type: prim('s32') },
    { name: 'note', type: { kind: 'option', element: string } },
  ],
}
const shape: ValueType = {
  kind: 'variant',
  name: 'shape',
  cases: [{ name: 'none-at-all' }, { name: 'circle', type: prim('f64') }],
}
const option: ValueType = { kind: 'option', element: u8 }

describe('WAVE text', () => {
  it.each<readonly [string, ValueType, unknown]>([
    ['true', prim('bool'), true],
    ['-128', prim('s8'), -128],
    ['18446744073709551615', prim('u64'), 18446744073709551615n],
    ['1.5e3', prim('f64'), 1500],
    ['-inf', prim('f32'), -Infinity],
    ['nan', prim('f64'), NaN],
    ["'\\u{1F600}'", prim('char'), '😀'],
    ['"a \\"b\\" \\n"', string, 'a "b" \n'],
    ['[1, 2, 3,]', { kind: 'list', element: u8 }, Uint8Array.of(1, 2, 3)],
    ['("a", 1)', { kind: 'tuple', elements: [string, u8] }, ['a', 1]],
    ['{x-axis: -1}', point, { xAxis: -1, note: undefined }],
    ['{ note: some("n"), x-axis: 7 } // a remark', point, { xAxis: 7, note: 'n' }],
    ['circle(0.5)', shape, { tag: 'circle', val: 0.5 }],
    ['none-at-all', shape, { tag: 'none-at-all' }],
    ['{a, c}', { kind: 'flags', names: ['a', 'b', 'c'] }, { a: true, b: false, c: true }],
    ['none', option, undefined],
    ['some(3)', option, 3],
    ['3', option, 3],
    ['some(none)', { kind: 'option', element: option }, { tag: 'some', val: undefined }],
    ['err("no")', { kind: 'result', ok: u8, err: string }, { tag: 'err', val: 'no' }],
    ['7', { kind: 'result', ok: u8, err: string }, { tag: 'ok', val: 7 }],
    ['ok', { kind: 'result' }, { tag: 'ok', val: undefined }],
    ['"""\n  two\n  lines\n  """', string, 'two\nlines'],
  ])('%s is read as its type says', (text, type, value) => {
    expect(parseWave(text, type)).toEqual(value)
  })

  it.each<readonly [string, ValueType, number, string]>([
    ['256', u8, 0, 'expected u8 (0 to 255), got 256'],
    ['1.5', u8, 0, 'expected u8 (0 to 255), got 1.5'],
    ['[1, "a"]', { kind: 'list', element: u8 }, 4, 'expected u8, got "a"'],
    ['{x-axis: 1, y: 2}', point, 12, 'point has no field "y", but x-axis, note'],
    ['{note: none}', point, 0, 'the field "x-axis" is missing'],
    ['square', shape, 0, 'expected shape (none-at-all, circle), got square'],
    ['circle', shape, 6, 'expected "(", got the end'],
    ['"abc', string, 0, 'the quote that opens here is not closed'],
    ['1 2', u8, 2, 'unexpected 2 behind the value'],
    ['#', u8, 0, 'unexpected "#"'],
    ['("a")', { kind: 'tuple', elements: [string, u8] }, 0, 'tuple<string, u8> has 2 elements, got 1'],
  ])('%s is refused with the place and the expected type', (text, type, position, message) => {
    expect(() => parseWave(text, type)).toThrow(expect.objectContaining({ position, message }))
  })

  it('survives any text with a value or a WaveError', () => {
    const random = seededRandom(5)
    const letters = '{}[]()",:\'%some(ok)1-.e \n\\u{41}/'
    for (let round = 0; round < 3_000; round += 1) {
      const text = Array.from({ length: 12 }, () => letters[Math.floor(random() * letters.length)]).join('')
      try {
        parseWave(text, randomType(random, 3))
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(WaveError)
      }
    }
  })
})

describe('values of random types', () => {
  it('come back from WAVE text and from JSON', () => {
    const random = seededRandom(3)
    for (let round = 0; round < 2_000; round += 1) {
      const type = randomType(random, 3)
      const value = randomValue(type, random)
      const bytes = (of: unknown): Uint8Array => createTupleCodec([type]).encode([of])
      expect(bytes(parseWave(printWave(value, type), type))).toEqual(bytes(value))
      const json: unknown = JSON.parse(JSON.stringify(toJson(value, type)))
      expect(bytes(fromJson(json, type))).toEqual(bytes(value))
    }
  })

  it('of JSON are refused with their path', () => {
    expect(() => fromJson({ 'x-axis': 1, z: 2 }, point)).toThrow(
      'value.z: expected one of the fields x-axis, note, got "z"',
    )
    expect(() => fromJson({ square: 1 }, shape)).toThrow(
      'value: expected shape (none-at-all, circle), got "square"',
    )
  })
})
