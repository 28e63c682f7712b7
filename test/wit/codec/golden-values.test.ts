import { readFileSync } from 'node:fs'
import { ByteReader } from '#washi/wit/codec/byte-reader.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { ValueType } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'

const file = new URL('../../fixtures/wrpc/values.txt', import.meta.url)
const lines = readFileSync(file, 'utf8').split('\n')

const prim = (kind: string): ValueType => ({ kind }) as ValueType
const list = (element: ValueType): ValueType => ({ kind: 'list', element })
const option = (element: ValueType): ValueType => ({ kind: 'option', element })
const string = prim('string')
const bytes = list(prim('u8'))
const error: ValueType = {
  kind: 'variant',
  cases: [{ name: 'no-such-store' }, { name: 'access-denied' }, { name: 'other', type: string }],
}
const found: ValueType = { kind: 'result', ok: option(bytes), err: error }
const resource = { name: 'thing' }

/** Types and values of the lines that are not "kind number". */
const named: Readonly<Record<string, readonly [ValueType, unknown]>> = {
  'bool true': [prim('bool'), true],
  'bool false': [prim('bool'), false],
  'string ""': [string, ''],
  'string hello': [string, 'hello'],
  'string héllo': [string, 'héllo'],
  'string 130 x': [string, 'x'.repeat(130)],
  'list<u8> [1,2,3]': [bytes, Uint8Array.of(1, 2, 3)],
  'list<u8> []': [bytes, new Uint8Array()],
  'list<u16> [1,300]': [list(prim('u16')), Uint16Array.of(1, 300)],
  'list<string> [a,bc]': [list(string), ['a', 'bc']],
  'tuple<string,list<u8>> (k,[ff])': [
    { kind: 'tuple', elements: [string, bytes] },
    ['k', Uint8Array.of(255)],
  ],
  'option none': [option(prim('u16')), undefined],
  'option some 300': [option(prim('u16')), 300],
  'option<option> some none': [option(option(prim('u16'))), { tag: 'some', val: undefined }],
  'result ok unit': [{ kind: 'result' }, { tag: 'ok', val: undefined }],
  'result err str': [
    { kind: 'result', err: string },
    { tag: 'err', val: 'no' },
  ],
  'result ok some bytes': [found, { tag: 'ok', val: Uint8Array.of(0x68, 0x69) }],
  'result ok none': [found, { tag: 'ok', val: undefined }],
  'result err other(x)': [found, { tag: 'err', val: { tag: 'other', val: 'x' } }],
  'result err access-denied': [found, { tag: 'err', val: { tag: 'access-denied' } }],
  'variant no-such-store': [error, { tag: 'no-such-store' }],
  'own de ad': [{ kind: 'own', resource }, Uint8Array.of(0xde, 0xad)],
  'borrow de ad': [{ kind: 'borrow', resource }, Uint8Array.of(0xde, 0xad)],
}

function parseNamed(name: string): readonly [ValueType, unknown] | undefined {
  const known = named[name]
  if (known) return known
  const [kind = '', text = ''] = name.split(' ')
  if (kind === 'char') return [prim('char'), text]
  if (/^[us](8|16|32)$/.test(kind) || /^f\d\d$/.test(kind)) return [prim(kind), Number(text)]
  return /^[us]64$/.test(kind) ? [prim(kind), BigInt(text)] : undefined
}

const values = lines.flatMap((line) => {
  const [, name, hex] = /^(.*?)\s+=> ([0-9a-f ]*)$/.exec(line) ?? []
  return name === undefined ? [] : [{ name, hex: (hex ?? '').trim() }]
})

/** Longest forms of negative integers, which the real encoder writes and the real decoder refuses. */
const masked: Readonly<Record<string, string>> = {
  's16 -8193': 'ff bf 03',
  's16 -32768': '80 80 02',
  's32 -2147483648': '80 80 80 80 08',
  's32 -134217729': 'ff ff ff bf 0f',
  's64 -9223372036854775808': '80 80 80 80 80 80 80 80 80 01',
  's64 -4611686018427387905': 'ff ff ff ff ff ff ff ff bf 01',
}

const toHex = (encoded: Uint8Array): string =>
  Buffer.from(encoded)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

describe('the codec and the values that the Rust codec wrote', () => {
  const typed = values.filter(({ name }) => !/^(stream|future|unit)/.test(name))

  it('covers every line of the recording', () => {
    expect(typed.filter(({ name }) => parseNamed(name) === undefined)).toEqual([])
    expect(typed.length).toBeGreaterThan(55)
  })

  it.each(typed)('has $name as $hex', ({ name, hex }) => {
    const [type, value] = parseNamed(name) ?? []
    if (type === undefined) throw new Error(name)
    const codec = createTupleCodec([type])
    expect(toHex(codec.encode([value]))).toBe(masked[name] ?? hex)
    expect(codec.decode(fromHex(hex))).toEqual([value])
    expect(codec.decode(fromHex(masked[name] ?? hex))).toEqual([value])
  })

  it('announces streams and futures as pending, and has no bytes for nothing', () => {
    const types = (['stream', 'future'] as const).map((kind): ValueType => ({ kind, element: string }))
    const codec = createTupleCodec(types)
    expect(toHex(codec.encode([undefined, undefined]))).toBe('00 00')
    expect(codec.asyncPaths).toEqual(['0', '1'])
    expect(createTupleCodec([]).encode([])).toEqual(new Uint8Array())
  })

  it.each(lines.filter((line) => line.startsWith('Leb128Decoder')))(
    'agrees on %s where that accepts',
    (line) => {
      const [, sign = '', width = '', hex = '', result = ''] =
        /^Leb128Decoder([IU])(\d+) ([0-9a-f ]+) -> (.*)$/.exec(line) ?? []
      const read = (): unknown =>
        new ByteReader(fromHex(hex))[`${sign === 'I' ? 's' : 'u'}${width}` as 's16' | 'u32' | 's64']()
      const accepted = /^Ok\(Some\((-?\d+)\)\)$/.exec(result)?.[1]
      if (accepted !== undefined) expect(String(read())).toBe(accepted)
      else if (sign === 'U') expect(read).toThrow('exceeds')
      // The real decoder refuses these negative numbers, which the real encoder writes.
      else expect(Number(read())).toBeLessThan(0)
    },
  )
})
