import { MessageCursor } from '#washi/bus/jetstream/consumer/message-cursor.js'
import { MessageStore } from '#washi/bus/store/message-store.js'
import { StoreBudget } from '#washi/bus/store/store-budget.js'
import { createSubjectFilter } from '#washi/bus/subject/subject-filter.js'
import { silentLogger } from '#washi/core/log.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const filter = createSubjectFilter(['a.*'])

describe('MessageCursor', () => {
  it('counts exactly what it then delivers, whatever is stored and removed in between', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), subject: fc.constantFrom('a.1', 'a.2', 'a.3', 'b') }),
      fc.record({ kind: fc.constant('remove' as const), sequence: fc.integer({ min: 1, max: 60 }) }),
      fc.record({ kind: fc.constant('deliver' as const) }),
      fc.record({ kind: fc.constant('purge' as const) }),
    )
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.nat(12),
        fc.array(step, { maxLength: 60 }),
        (lastPerSubject, before, steps) => {
          const store = MessageStore.open({ budget: new StoreBudget(Infinity), log: silentLogger })
          const append = (subject: string): ReturnType<MessageStore['append']> =>
            store.append({ subject, headers: undefined, payload: Buffer.alloc(0), time: 1n })
          for (let index = 0; index < before; index++) append(`a.${index % 4}`)
          const selected = lastPerSubject ? store.lastPerSubject(filter) : undefined
          const sequence = lastPerSubject ? store.lastSequence + 1 : 1
          const cursor = new MessageCursor({ store, filter, start: { sequence, selected } })
          for (const { kind, ...details } of steps) {
            if (kind === 'append' && 'subject' in details) cursor.added(append(details.subject))
            if (kind === 'remove' && 'sequence' in details) {
              for (const removed of store.remove([details.sequence])) cursor.removed(removed)
            }
            if (kind === 'deliver') deliver(cursor)
            if (kind === 'purge') {
              store.remove(store.sequences(createSubjectFilter(['a.1'])))
              cursor.recount()
            }
          }
          const expected = cursor.pending
          let delivered = 0
          while (deliver(cursor)) delivered++
          expect(delivered).toBe(expected)
          expect(cursor.pending).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})

function deliver(cursor: MessageCursor): boolean {
  const message = cursor.peek()
  if (!message) return false
  cursor.advance(message)
  return true
}
