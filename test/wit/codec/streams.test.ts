import { encodeStreamChunk, StreamChunkDecoder, streamEnd } from '#washi/wit/codec/byte-stream.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import { createStreamCodec } from '#washi/wit/codec/stream-codec.js'
import { TupleCollector } from '#washi/wit/codec/tuple-collector.js'
import type { ValueType } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { randomType } from '../../support/random-types.js'
import { randomValue } from '../../support/random-values.js'
import { seededRandom } from '../../support/random.js'

const string: ValueType = { kind: 'string' }
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fromHex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

describe('streams on a path', () => {
  it('are chunks as the real peers write them', () => {
    expect(hex(createStreamCodec(string).encode(['a', 'b']))).toBe('0201610162')
    expect(hex(encodeStreamChunk(Buffer.from('de')))).toBe('026465')
    expect(hex(streamEnd)).toBe('00')
  })

  it('never have an empty chunk, which would be their end', () => {
    expect(createStreamCodec(string).encode([]).length).toBe(0)
    expect(encodeStreamChunk(new Uint8Array()).length).toBe(0)
  })

  it('come in messages of several chunks and the end, after which nothing counts', () => {
    const reader = createStreamCodec(string).createReader()
    expect(reader.push(fromHex('02016101620101630001ff'))).toEqual(['a', 'b', 'c'])
    expect(reader.isEnded).toBe(true)
    expect(reader.push(fromHex('010164'))).toEqual([])
    const bytes = new StreamChunkDecoder()
    expect(bytes.push(fromHex('026465036c6c6f0001ff')).map(hex)).toEqual(['6465', '6c6c6f'])
    expect(bytes.isEnded).toBe(true)
  })

  it('come out the same wherever they are cut', () => {
    const random = seededRandom(31)
    for (let round = 0; round < 300; round += 1) {
      const element = randomType(random, 3)
      const items = Array.from({ length: 7 }, () => randomValue(element, random))
      const codec = createStreamCodec(element)
      const chunks = [items.slice(0, 3), items.slice(3, 4), items.slice(4)].map((part) => codec.encode(part))
      const bytes = Buffer.concat([...chunks, streamEnd])
      const reader = codec.createReader()
      const received: unknown[] = []
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(random() * 4)
        received.push(...reader.push(bytes.subarray(at, at + size)))
        at += size
      }
      expect(received).toEqual(items)
      expect(reader.isEnded).toBe(true)
    }
  })

  it('know when they are cut within a chunk', () => {
    const reader = createStreamCodec(string).createReader()
    reader.push(fromHex('0201610262'))
    expect([reader.isWithinChunk, reader.isEnded]).toEqual([true, false])
  })

  it('refuse what no bytes could mend', () => {
    const reader = createStreamCodec({ kind: 'enum', names: ['a', 'b'] }).createReader()
    expect(() => reader.push(fromHex('0109'))).toThrow('case 9 is none of 2')
    expect(() => new StreamChunkDecoder().push(fromHex('ffffffffff01'))).toThrow('exceeds 32 bits')
  })
})

describe('a future on a path', () => {
  it('is its value once all bytes of it came, whatever follows', () => {
    const types: readonly ValueType[] = [{ kind: 'result', err: string }]
    const collector = new TupleCollector(types, createTupleCodec(types))
    expect(collector.push(fromHex('0104'))).toBeUndefined()
    expect(collector.push(fromHex('6c6174'))).toBeUndefined()
    const done = collector.push(fromHex('65ffff'))
    expect(done?.values).toEqual([{ tag: 'err', val: 'late' }])
    expect(hex(done?.rest ?? new Uint8Array())).toBe('ffff')
  })
})
