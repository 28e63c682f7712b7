import { createCompletionScanner } from '#washi/wit/codec/completion-scanner.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { ValueError, WireError } from '#washi/wit/codec/wire-error.js'
import type { ValueType } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { randomType } from '../../support/random-types.js'
import { randomValue } from '../../support/random-values.js'
import { seededRandom } from '../../support/random.js'

interface Sample {
  readonly types: readonly ValueType[]
  readonly values: readonly unknown[]
}

function samples(count: number, valuesEach: number): Sample[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, () => {
    const types = Array.from({ length: Math.floor(random() * 4) }, () => randomType(random, 4))
    return Array.from({ length: valuesEach }, () => ({
      types,
      values: types.map((type) => randomValue(type, random)),
    }))
  }).flat()
}

describe('the codec and random values of random types', () => {
  it('decodes what it encoded, 20,000 times', () => {
    const codecs = new Map<readonly ValueType[], ReturnType<typeof createTupleCodec>>()
    for (const { types, values } of samples(1_000, 20)) {
      const codec = codecs.get(types) ?? createTupleCodec(types)
      codecs.set(types, codec)
      expect(codec.decode(codec.encode(values))).toEqual(values)
    }
  })

  it('knows where values end, whether they come whole, byte by byte, or with more behind them', () => {
    for (const { types, values } of samples(300, 2)) {
      const bytes = createTupleCodec(types).encode(values)
      const whole = createCompletionScanner(types)
      expect(whole.push(Buffer.concat([bytes, Buffer.from('more')]))).toBe(bytes.length)
      const slow = createCompletionScanner(types)
      let end = slow.push(new Uint8Array())
      for (let at = 0; at < bytes.length; at += 1) {
        if (at > 0) expect(end).toBeUndefined()
        end = slow.push(bytes.subarray(at, at + 1))
      }
      expect(end).toBe(bytes.length)
    }
  })

  it('refuses what is cut off, at every byte, as incomplete', () => {
    for (const { types, values } of samples(150, 1)) {
      const codec = createTupleCodec(types)
      const bytes = codec.encode(values)
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = (): unknown => codec.decode(bytes.subarray(0, length))
        expect(cut).toThrow(expect.objectContaining({ name: 'WireError', isIncomplete: true }))
      }
    }
  })

  it('survives mutated bytes with a value or a WireError, and no more work than they are long', () => {
    const random = seededRandom(11)
    for (const { types, values } of samples(400, 3)) {
      const codec = createTupleCodec(types)
      const bytes = codec.encode(values)
      if (bytes.length === 0) continue
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
      try {
        codec.decode(bytes)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(WireError)
      }
    }
  })
})

describe('hostile bytes', () => {
  const string: ValueType = { kind: 'string' }
  const huge = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)

  it.each<readonly [string, ValueType]>([
    ['string', string],
    ['list of bytes', { kind: 'list', element: { kind: 'u8' } }],
    ['list of strings', { kind: 'list', element: string }],
    ['list of nothing', { kind: 'list', element: { kind: 'tuple', elements: [] } }],
    ['handle', { kind: 'own', resource: { name: 'a' } }],
  ])('that promise a %s of 2^32 are refused at once', (_what, type) => {
    expect(() => createTupleCodec([type]).decode(huge)).toThrow(WireError)
  })

  it.each<readonly [string, ValueType, readonly number[]]>([
    ['bool', { kind: 'bool' }, [2]],
    ['char', { kind: 'char' }, [0xed, 0xa0, 0x80]],
    ['text', string, [1, 0xff]],
    ['enum', { kind: 'enum', names: ['a', 'b'] }, [2]],
    ['flags', { kind: 'flags', names: ['a', 'b', 'c'] }, [0x08]],
    ['integer', { kind: 'u16' }, [0x80, 0x80, 0x04]],
    ['longer integer', { kind: 'u64' }, [...Array.from({ length: 9 }, () => 0xff), 0x02]],
  ])('that are no %s are refused with the offset', (_what, type, bytes) => {
    expect(() => createTupleCodec([type]).decode(Uint8Array.from(bytes))).toThrow(/at byte 0|at byte 1/)
  })

  it('are named by the path and the offset of the value', () => {
    const pair: ValueType = {
      kind: 'record',
      fields: [
        { name: 'tag-list', type: { kind: 'list', element: string } },
        { name: 'state', type: { kind: 'result', ok: { kind: 'option', element: { kind: 'bool' } } } },
      ],
    }
    const codec = createTupleCodec([{ kind: 'u8' }, pair], { what: 'params' })
    const decode = (...bytes: number[]): unknown => codec.decode(Uint8Array.from(bytes))
    expect(() => decode(7, 2, 1, 97, 1, 0xff, 0, 0)).toThrow(
      'params.1.tagList.1: text is no UTF-8, at byte 5',
    )
    expect(() => decode(7, 0, 0, 1, 3)).toThrow('params.1.state.ok: 3 is no bool, at byte 4')
    expect(() => decode(7, 0, 5)).toThrow('params.1.state: case 5 is none of 2, at byte 2')
    expect(() => decode(7, 0)).toThrow('params.1.state: the bytes end within a byte, at byte 2')
  })

  it('of many lists of what takes no byte cannot fill the memory', () => {
    const nothing: ValueType = { kind: 'tuple', elements: [] }
    const codec = createTupleCodec([{ kind: 'list', element: { kind: 'list', element: nothing } }])
    const bytes = Uint8Array.from([100, ...Array.from({ length: 100 }, () => [0x80, 0x80, 0x02]).flat()])
    expect(() => codec.decode(bytes)).toThrow('elements that take no byte')
  })

  it('of types that hold others twice over, 60 levels deep, cost no more than the levels', () => {
    let type: ValueType = { kind: 'option', element: { kind: 'u8' } }
    for (let level = 0; level < 60; level += 1) type = { kind: 'result', ok: type, err: type }
    const codec = createTupleCodec([type])
    expect(codec.asyncPaths).toEqual([])
    expect(() => codec.decode(Uint8Array.of(0, 1, 9))).toThrow('value.ok.err: case 9 is none of 2')
  })

  it('of types nested too deeply never come to be read', () => {
    let type: ValueType = { kind: 'u8' }
    for (let depth = 0; depth < 150; depth += 1) type = { kind: 'option', element: type }
    expect(() => createTupleCodec([type])).toThrow('nested deeper than 100')
  })
})

describe('lists of bytes', () => {
  const types: readonly ValueType[] = [{ kind: 'list', element: { kind: 'u8' } }, { kind: 'string' }]
  const message = createTupleCodec(types).encode([Uint8Array.of(1, 2, 3), 'x'])

  it('are copies of the message', () => {
    const [list] = createTupleCodec(types).decode(message)
    expect((list as Uint8Array).buffer).not.toBe(message.buffer)
  })

  it('are views of it where that was asked for', () => {
    const [list] = createTupleCodec(types, { makesViews: true }).decode(Buffer.from(message))
    expect(list).toEqual(Uint8Array.of(1, 2, 3))
    expect((list as Uint8Array).buffer.byteLength).toBeGreaterThan(3)
  })
})

describe('messages', () => {
  it('of every length keep their bytes when others are written', () => {
    const codec = createTupleCodec([{ kind: 'list', element: { kind: 'u8' } }])
    const messages = Array.from({ length: 1_200 }, (_, length) =>
      codec.encode([new Uint8Array(length).fill(length)]),
    )
    for (const [length, message] of messages.entries()) {
      expect(codec.decode(message)).toEqual([new Uint8Array(length).fill(length)])
    }
  })
})

describe('values that are none of their type', () => {
  const point: ValueType = {
    kind: 'record',
    name: 'point',
    fields: [
      { name: 'x-axis', type: { kind: 'u8' } },
      { name: 'tags', type: { kind: 'list', element: { kind: 'string' } } },
    ],
  }

  it.each<readonly [string, ValueType, unknown, string]>([
    ['a number out of range', { kind: 'u8' }, 256, 'value: expected u8, got 256'],
    ['a field', point, { xAxis: -1, tags: [] }, 'value.xAxis: expected u8, got -1'],
    ['an element', point, { xAxis: 1, tags: ['a', 7] }, 'value.tags.1: expected string, got 7'],
    ['no record', point, 'x', 'value: expected point, got "x"'],
    ['an unknown case', { kind: 'enum', names: ['a', 'b'] }, 'c', 'value: expected one of a, b, got "c"'],
    ['a number for a bigint', { kind: 'u64' }, 1.5, 'value: expected u64, got 1.5'],
    ['two chars', { kind: 'char' }, 'ab', 'value: expected char, got "ab"'],
  ])('are named by their path: %s', (_what, type, value, message) => {
    const encode = (): unknown => createTupleCodec([type]).encode([value])
    expect(encode).toThrow(ValueError)
    expect(encode).toThrow(message)
  })

  it('do not spoil the next message', () => {
    const codec = createTupleCodec([{ kind: 'string' }, { kind: 'u8' }])
    expect(() => codec.encode(['a', 'b'])).toThrow('value.1: expected u8')
    expect(codec.encode(['a', 1])).toEqual(Uint8Array.of(1, 97, 1))
  })
})
