import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { ValueType } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { describeValues } from '../../support/describe-values.js'
import { randomType } from '../../support/random-types.js'
import { randomValue } from '../../support/random-values.js'
import { seededRandom } from '../../support/random.js'
import { hasCargo } from '../../support/rust-program.js'
import { startValueOracle } from '../../support/value-oracle.js'

const typesCount = 2_000
const valuesEach = 50

describe.skipIf(!hasCargo)('the codec and that of the Rust peers', () => {
  it('read each other alike: 100,000 random values of 2,000 random types', { timeout: 300_000 }, async () => {
    await using oracle = await startValueOracle()
    const random = seededRandom(23)
    let agreed = 0
    for (let round = 0; round < typesCount; round += 1) {
      const types = Array.from({ length: 1 + Math.floor(random() * 3) }, () => randomType(random, 4))
      const samples = Array.from({ length: valuesEach }, () => types.map((type) => randomValue(type, random)))
      const codec = createTupleCodec(types)
      const messages = samples.map((values) => codec.encode(values))
      const answers = await oracle.decode(types, messages)
      for (const [index, answer] of answers.entries()) {
        const values = samples[index] ?? []
        if (answer.kind === 'refused') throw new Error(`${answer.reason}: ${JSON.stringify(types)}`)
        const text = describeValues(types, values)
        if (answer.text !== text) expect(answer.text).toBe(text)
        // Its bytes differ where it writes negative integers that itself cannot read.
        const back = describeValues(types, codec.decode(answer.bytes))
        if (back !== text) expect(back).toBe(text)
        agreed += 1
      }
    }
    expect(agreed).toBe(typesCount * valuesEach)
  })

  it('know handles and flags of every width', async () => {
    await using oracle = await startValueOracle()
    for (const width of [1, 7, 8, 9, 16, 17, 24, 25, 32, 33, 57, 64, 65, 120, 200]) {
      const names = Array.from({ length: width }, (_, index) => `n${index}`)
      const types: ValueType[] = [
        { kind: 'own', resource: { name: 'a' } },
        { kind: 'flags', names },
      ]
      const flags = Object.fromEntries(names.map((name, index) => [name, index % 3 === 0]))
      const values = [Uint8Array.of(0xde, 0xad), flags]
      const bytes = createTupleCodec(types).encode(values)
      const [answer] = await oracle.decode(types, [bytes])
      expect(answer).toEqual({ kind: 'values', text: describeValues(types, values), bytes })
    }
  })

  it('refuse the same bytes', async () => {
    await using oracle = await startValueOracle()
    const refused: readonly (readonly [ValueType['kind'], readonly number[]])[] = [
      ['bool', [2]],
      ['u16', [0x80, 0x80, 0x04]],
      ['u32', [0xff, 0xff, 0xff, 0xff, 0x10]],
      ['u64', [...Array.from({ length: 9 }, () => 0xff), 0x02]],
      ['u16', [0x80, 0x80, 0x80, 0x00]],
      ['char', [0xed, 0xa0, 0x80]],
      ['char', [0x80]],
      ['string', [1, 0xff]],
      ['string', [2, 0x61]],
    ]
    for (const [kind, given] of refused) {
      const types = [{ kind } as ValueType] // primitive
      const bytes = Uint8Array.from(given)
      expect(await oracle.decode(types, [bytes])).toMatchObject([{ kind: 'refused' }])
      expect(() => createTupleCodec(types).decode(bytes)).toThrow('at byte')
    }
  })
})
