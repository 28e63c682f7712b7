import { AppError } from '#washi/core/errors.js'
import { describeComponent } from '#washi/component/describe-component.js'
import { describe, expect, it } from 'vitest'
import { startComponentOracle } from '../support/component-oracle.js'
import { mutantOf, type MutationKind } from '../support/mutate-component.js'
import { hasCargo } from '../support/rust-program.js'

/** Long on a machine that is busy with other things, where the validator is built as well. */
const timeoutMs = 600_000

/** Mutants of each kind; WASHI_TEST_MUTATIONS sets another number. */
const count = Number(process.env['WASHI_TEST_MUTATIONS'] ?? 3000)

const kinds: readonly MutationKind[] = ['definitions', 'indices']

/** The code that a component is refused with; undefined where it is described. Anything else fails the test. */
function refusalOf(bytes: Uint8Array, label: string): string | undefined {
  try {
    describeComponent(bytes)
    return undefined
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code
    throw new Error(`${label} failed otherwise`, { cause: thrown })
  }
}

describe.each(kinds)('describeComponent() on components with mutated %s', (kind) => {
  it(
    'refuses or describes each, with one of two codes',
    () => {
      const outcomes = new Map<string | undefined, number>()
      for (let seed = 0; seed < count; seed++) {
        const { bytes, label } = mutantOf(kind, seed)
        const refusal = refusalOf(bytes, label)
        outcomes.set(refusal, (outcomes.get(refusal) ?? 0) + 1)
      }
      const codes: readonly unknown[] = [undefined, 'COMPONENT_INVALID', 'COMPONENT_UNSUPPORTED']
      expect([...outcomes.keys()].filter((code) => !codes.includes(code))).toEqual([])
      expect(outcomes.get('COMPONENT_INVALID')).toBeGreaterThan(count / 3)
      expect(outcomes.get(undefined)).toBeGreaterThan(count / 20)
    },
    timeoutMs,
  )

  it.skipIf(!hasCargo)(
    'refuses what wasmparser refuses, and nothing else but what is not supported',
    async () => {
      await using oracle = await startComponentOracle()
      const differences: string[] = []
      for (let seed = 0; seed < count; seed++) {
        const { bytes, label } = mutantOf(kind, seed)
        const [theirs] = await oracle.validate([bytes])
        const ours = refusalOf(bytes, label)
        if (theirs && ours === undefined) differences.push(`${label} is accepted: ${theirs.message}`)
        if (!theirs && ours === 'COMPONENT_INVALID') differences.push(`${label} is refused`)
      }
      expect(differences).toEqual([])
    },
    timeoutMs,
  )
})
