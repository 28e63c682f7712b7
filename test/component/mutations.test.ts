import { AppError } from '#washi/core/errors.js'
import { decodeComponent } from '#washi/component/binary/decode-component.js'
import { describeComponent } from '#washi/component/describe-component.js'
import { describe, expect, it } from 'vitest'
import { guestNames, readGuest } from '../support/guests.js'
import { mutate } from '../support/mutate.js'
import { seededRandom } from '../support/random.js'

const runs = 3000

describe('describeComponent() on mutated components', () => {
  it('refuses or describes each of 3,000, and throws nothing but COMPONENT_INVALID', () => {
    const outcomes = { refused: 0, described: 0 }
    for (let run = 0; run < runs; run++) {
      const guest = guestNames[run % guestNames.length] ?? 'pong'
      const bytes = mutateDefinitions(readGuest(guest), seededRandom(run))
      try {
        describeComponent(bytes)
        outcomes.described++
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.code !== 'COMPONENT_INVALID') {
          throw new Error(`seed ${run} of ${guest} failed otherwise`, { cause: thrown })
        }
        outcomes.refused++
      }
    }
    expect(outcomes.refused + outcomes.described).toBe(runs)
    expect(outcomes.refused).toBeGreaterThan(runs / 2)
  })
})

/** Mutations of what is not core code: changes within core modules are not looked at by the decoder. */
function mutateDefinitions(bytes: Uint8Array, random: () => number): Uint8Array {
  const modules = decodeComponent(bytes).flatMap((definition) =>
    definition.kind === 'core-module' ? [definition] : [],
  )
  const [first] = modules
  const last = modules.at(-1)
  if (!first || !last) return mutate(bytes, random)
  // The definitions before the first module or after the last one; the rest stays as it is.
  const isHead = random() < 0.5
  const part = isHead ? bytes.slice(0, first.start) : bytes.slice(last.end)
  const mutated = mutate(part, random)
  return new Uint8Array(
    isHead ? [...mutated, ...bytes.subarray(first.start)] : [...bytes.subarray(0, last.end), ...mutated],
  )
}
