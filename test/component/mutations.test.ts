import { AppError } from '#washi/core/errors.js'
import { decodeComponent } from '#washi/component/binary/decode-component.js'
import { describeComponent } from '#washi/component/describe-component.js'
import { describe, expect, it } from 'vitest'
import { guestNames, readGuest } from '../support/guests.js'
import { witOf } from '../support/wasm-tools.js'
import { mutate } from '../support/mutate.js'
import { seededRandom } from '../support/random.js'

/** Long on a machine that is busy with other things. */
const timeoutMs = 120_000
const runs = 3000

describe('describeComponent() on mutated components', () => {
  it(
    'refuses or describes each of 3,000, and throws nothing but COMPONENT_INVALID',
    () => {
      const outcomes = { refused: 0, described: 0 }
      for (let run = 0; run < runs; run++) {
        const guest = guestOf(run)
        const bytes = mutateDefinitions(guest, seededRandom(run))
        try {
          describeComponent(bytes)
          outcomes.described++
        } catch (thrown) {
          if (!(thrown instanceof AppError) || thrown.code !== 'COMPONENT_INVALID') {
            throw new Error(`seed ${run} of ${guest.name} failed otherwise`, { cause: thrown })
          }
          outcomes.refused++
        }
      }
      expect(outcomes.refused + outcomes.described).toBe(runs)
      expect(outcomes.refused).toBeGreaterThan(runs / 2)
    },
    timeoutMs,
  )

  it(
    'refuses none of 600 that wasm-tools accepts',
    () => {
      const wronglyRefused: string[] = []
      for (let run = 0; run < 600; run++) {
        const guest = guestOf(run)
        const bytes = changeBit(guest, seededRandom(run + runs))
        try {
          describeComponent(bytes)
        } catch (thrown) {
          // wasm-tools lets a result with a payload pass for one without; the specification does not.
          const isTyping = String(thrown).includes('is given a function of another type')
          if (!isTyping && witOf(bytes) !== undefined)
            wronglyRefused.push(`seed ${run} of ${guest.name}: ${String(thrown)}`)
        }
      }
      expect(wronglyRefused).toEqual([])
    },
    timeoutMs,
  )
})

interface Guest {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where its core modules lie, the first to the last: the decoder does not look at what is in them. */
  readonly code: { readonly start: number; readonly end: number }
}

const guests: readonly Guest[] = guestNames.map((name) => {
  const bytes = readGuest(name)
  const modules = decodeComponent(bytes).filter((definition) => definition.kind === 'core-module')
  return { name, bytes, code: { start: modules[0]?.start ?? 8, end: modules.at(-1)?.end ?? 8 } }
})

function guestOf(run: number): Guest {
  const guest = guests[run % guests.length]
  if (!guest) throw new Error('there are no guests')
  return guest
}

/** Mutations of the definitions before the core modules, or of those after them. */
function mutateDefinitions({ bytes, code }: Guest, random: () => number): Uint8Array {
  return random() < 0.5
    ? concat(mutate(bytes.slice(0, code.start), random), bytes.subarray(code.start))
    : concat(bytes.subarray(0, code.end), mutate(bytes.slice(code.end), random))
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/** One bit changed in what is neither the preamble nor core code. */
function changeBit({ bytes, code }: Guest, random: () => number): Uint8Array {
  const changed = new Uint8Array(bytes)
  const room = bytes.length - (code.end - code.start) - 8
  const place = 8 + Math.floor(random() * room)
  const at = place < code.start ? place : place + code.end - code.start
  changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(random() * 8))
  return changed
}
