import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { MessageStore } from '#washi/bus/store/message-store.js'
import { StoreBudget } from '#washi/bus/store/store-budget.js'
import { createSubjectFilter, everySubject } from '#washi/bus/subject/subject-filter.js'
import { createLogger, silentLogger, type LogRecord, type Logger } from '#washi/core/log.js'
import { describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../support/temp-folder.js'

describe('MessageStore', () => {
  it('gives back what was stored, after a close and after none', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'messages.log')
    const store = open(file)
    const stored = fill(store, 10)
    store.remove([3, 4])
    store.flush()
    const unclosed = open(file)
    expect(contentOf(unclosed)).toEqual(stored.filter((text) => !/^[34] /.test(text)))
    await unclosed.close()
    await store.close()
    const again = open(file)
    expect(contentOf(again)).toEqual(stored.filter((text) => !/^[34] /.test(text)))
    expect([again.firstSequence, again.lastSequence, again.count]).toEqual([1, 10, 8])
    await again.close()
  })

  it('keeps its place when all messages are gone, compacted or not', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'messages.log')
    const store = open(file)
    for (let round = 0; round < 6; round++) {
      append(store, 'big', Buffer.alloc(1_000_000, round))
      store.remove([store.lastSequence])
      store.flush()
    }
    store.skip()
    await store.close()
    expect(readFileSync(file).length).toBeLessThan(5_000_000)
    const again = open(file)
    expect([again.firstSequence, again.lastSequence, again.count]).toEqual([8, 7, 0])
    expect(append(again, 'next').sequence).toBe(8)
    await again.close()
  })

  it('keeps what the compaction of a file with much garbage must keep', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'messages.log')
    const store = open(file)
    const kept = fill(store, 5)
    append(store, 'copied', Buffer.from('x'), { key: 'origin', sequence: 77 })
    for (let round = 0; round < 6; round++) append(store, 'big', Buffer.alloc(1_000_000))
    store.remove([7, 8, 9, 10, 11, 12])
    store.flush()
    expect(readFileSync(file).length).toBeLessThan(10_000)
    append(store, 'after', Buffer.from('more'))
    await store.close()
    const again = open(file)
    expect(contentOf(again)).toEqual([...kept, '6 copied - x', '13 after - more'])
    expect(again.sourcePosition('origin')).toBe(77)
    await again.close()
  })

  it('recovers the whole messages of a file that is cut off at any byte', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'messages.log')
    const store = open(file)
    const ends = [readFileSync(file).length]
    const stored: string[] = []
    for (let index = 0; index < 4; index++) {
      stored.push(...fill(store, 1))
      ends.push(readFileSync(file).length)
    }
    await store.close()
    const whole = readFileSync(file)
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length))
      const cut = open(file)
      const expected = stored.filter((_, index) => (ends[index + 1] ?? 0) <= length)
      expect(contentOf(cut), `cut at ${length}`).toEqual(expected)
      const next = append(cut, 'next', Buffer.from('more'))
      await cut.close()
      const again = open(file)
      expect(contentOf(again), `cut at ${length}, then written`).toEqual([
        ...expected,
        `${next.sequence} next - more`,
      ])
      await again.close()
    }
  })

  it('loses no more than the damaged message where any byte is flipped, says so, and keeps a copy', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'messages.log')
    const store = open(file)
    const stored = fill(store, 4)
    await store.close()
    const whole = readFileSync(file)
    for (let position = 0; position < whole.length; position++) {
      const damaged = Buffer.from(whole)
      damaged[position] = (damaged[position] ?? 0) ^ 0x55
      writeFileSync(file, damaged)
      const records: LogRecord[] = []
      const recovered = open(file, loggerInto(records))
      const content = contentOf(recovered)
      expect(stored, `flipped at ${position}`).toEqual(expect.arrayContaining(content))
      expect(content.length, `flipped at ${position}`).toBeGreaterThanOrEqual(stored.length - 1)
      if (content.length < stored.length) expect(records.map(({ level }) => level)).not.toEqual([])
      await recovered.close()
    }
    expect(readdirSync(folder.path).some((name) => name.includes('.damaged-'))).toBe(true)
  })

  it('starts anew beside a file that is none of its own', async () => {
    await using folder = await makeTempFolder()
    const file = join(folder.path, 'messages.log')
    writeFileSync(file, 'this is not a message log, and it is longer than a header')
    const records: LogRecord[] = []
    const store = open(file, loggerInto(records))
    expect(store.count).toBe(0)
    expect(records.map(({ level }) => level)).toEqual(['error'])
    await store.close()
  })

  it('takes no record that a payload smuggles in, even past damage', async () => {
    await using folder = await makeTempFolder()
    const foreign = join(folder.path, 'foreign.log')
    const other = open(foreign)
    append(other, 'forged', Buffer.from('forged'))
    await other.close()
    const file = join(folder.path, 'messages.log')
    const store = open(file)
    const start = readFileSync(file).length
    append(store, 'carrier', readFileSync(foreign))
    append(store, 'after', Buffer.from('kept'))
    await store.close()
    const damaged = readFileSync(file)
    damaged[start + 14] = (damaged[start + 14] ?? 0) ^ 1
    writeFileSync(file, damaged)
    const recovered = open(file)
    expect(contentOf(recovered)).toEqual(['2 after - kept'])
    await recovered.close()
  })

  it('answers as a plain list of messages would, after any course of changes', () => {
    const subjects = ['a', 'b', 'a.x', 'a.y', 'b.x.y']
    const patterns = [[], ['a'], ['a.*'], ['>'], ['a', 'b'], ['a.*', 'b.>'], ['nothing']]
    const change = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('append' as const), subject: fc.constantFrom(...subjects) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), pick: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('oldest' as const) }) },
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), fc.nat(400), (changes, from) => {
        const store = open(undefined)
        let model: { sequence: number; subject: string }[] = []
        for (const step of changes) {
          if (step.kind === 'append') model.push(pick(append(store, step.subject)))
          else {
            const gone = step.kind === 'oldest' ? store.firstSequence : step.pick
            store.remove([gone])
            model = model.filter(({ sequence }) => sequence !== gone)
          }
        }
        expect(store.count).toBe(model.length)
        expect(store.first()?.sequence).toBe(model[0]?.sequence)
        for (const some of patterns) {
          const filter = createSubjectFilter(some)
          const matching = model.filter(({ subject }) => filter.matches(subject))
          const ahead = matching.filter(({ sequence }) => sequence >= from)
          expect(store.next(filter, from)?.sequence).toBe(ahead[0]?.sequence)
          expect(store.countFrom(filter, from)).toBe(ahead.length)
          expect(store.sequences(filter)).toEqual(matching.map(({ sequence }) => sequence))
          const lasts = new Map(matching.map(({ sequence, subject }) => [subject, sequence]))
          expect(store.lastPerSubject(filter)).toEqual([...lasts.values()].sort((x, y) => x - y))
          if (some[0] !== undefined && some.length === 1) {
            expect(store.last(some[0])?.sequence).toBe(matching.at(-1)?.sequence)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('finds messages by time', () => {
    const store = open(undefined)
    for (const time of [10n, 20n, 30n, 40n]) {
      store.append({ subject: 'a', headers: undefined, payload: Buffer.alloc(0), time })
    }
    store.remove([2])
    expect([5n, 10n, 11n, 30n, 40n, 41n].map((time) => store.sequenceAt(time))).toEqual([1, 1, 3, 3, 4, 5])
  })

  it('takes 200,000 messages on one subject and lets the oldest go, in linear time', () => {
    const store = open(undefined)
    for (let index = 0; index < 200_000; index++) append(store, 'a')
    for (let index = 0; index < 199_999; index++) store.remove([store.firstSequence])
    expect([store.count, store.firstSequence, store.last('a')?.sequence]).toEqual([1, 200_000, 200_000])
    expect(store.next(everySubject, 0)?.sequence).toBe(200_000)
  })
})

function open(file: string | undefined, log: Logger = silentLogger): MessageStore {
  return MessageStore.open({ file, budget: new StoreBudget(Infinity), log })
}

function append(
  store: MessageStore,
  subject: string,
  payload = Buffer.alloc(0),
  source?: { readonly key: string; readonly sequence: number },
): { readonly sequence: number; readonly subject: string } {
  return store.append({ subject, headers: undefined, payload, time: BigInt(store.lastSequence + 1), source })
}

function pick({ sequence, subject }: { readonly sequence: number; readonly subject: string }): {
  sequence: number
  subject: string
} {
  return { sequence, subject }
}

/** Stores messages of all shapes; returns them as text. */
function fill(store: MessageStore, count: number): string[] {
  return Array.from({ length: count }, () => {
    const index = store.lastSequence + 1
    const headers = index % 2 === 0 ? Buffer.from(`NATS/1.0\r\nIndex: ${index}\r\n\r\n`) : undefined
    const payload = Buffer.from(index % 3 === 0 ? '' : `payload ${index}`)
    return textOf(store.append({ subject: `s.${index % 4}`, headers, payload, time: BigInt(index) }))
  })
}

function contentOf(store: MessageStore): string[] {
  return store.sequences(everySubject).map((sequence) => textOf(store.get(sequence)))
}

function textOf(message: ReturnType<MessageStore['get']>): string {
  const { sequence, subject, headers, payload } = message ?? {}
  return [sequence, subject, headers?.toString() ?? '-', payload?.toString()].join(' ')
}

function loggerInto(records: LogRecord[]): Logger {
  return createLogger({ level: 'warn', now: () => 0, write: (record) => records.push(record) })
}
