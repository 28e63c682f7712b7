import { AppError } from '#washi/core/errors.js'
import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { startComponentOracle } from '../../../support/component-oracle.js'
import { createGuestWorld } from '../../../support/guest-world/guest-world.js'
import { mutantOf, type MutationKind } from '../../../support/mutate-component.js'
import { hasCargo } from '../../../support/rust-program.js'

const timeoutMs = 600_000

/** Mutants of each kind; WASHI_TEST_MUTATIONS sets another number. */
const count = Number(process.env['WASHI_TEST_MUTATIONS'] ?? 1000)

const kinds: readonly MutationKind[] = ['whole', 'definitions', 'indices']

/** Prepares, instantiates, calls and resets; whatever guest code throws is its own affair. */
function runOnce(bytes: Uint8Array): void {
  const world = createGuestWorld()
  const prepared = prepareComponent(bytes, { maxMemoryPages: 256 })
  const onMissing = () => () => {
    throw new Error('not linked')
  }
  const instance = createInstance(prepared, world.imports, { onMissing })
  try {
    if ('incomingHandler' in instance.exports) world.request(instance.exports, { method: 'GET', path: '/' })
  } catch (thrown) {
    // The world was made for other types than a mutant may have.
    if (!(thrown instanceof TypeError)) throw thrown
  }
  instance.reset()
}

/** The code that a component is refused with; undefined where it ran. Anything else fails the test. */
function refusalOf(bytes: Uint8Array, label: string): string | undefined {
  try {
    runOnce(bytes)
    return undefined
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code
    throw new Error(`${label} failed otherwise`, { cause: thrown })
  }
}

describe.each(kinds)('prepareComponent() and createInstance() on mutants (%s)', (kind) => {
  it(
    'refuse or run each, and nothing else comes of it',
    () => {
      let ran = 0
      for (let seed = 0; seed < count; seed++) {
        const { bytes, label } = mutantOf(kind, seed)
        if (refusalOf(bytes, label) === undefined) ran++
      }
      expect([ran > count / 50, ran < count / 2]).toEqual([true, true])
    },
    timeoutMs,
  )

  it.skipIf(!hasCargo)(
    'refuse what wasmparser refuses, and run everything else that is supported',
    async () => {
      await using oracle = await startComponentOracle()
      const differences: string[] = []
      for (let seed = 0; seed < count; seed++) {
        const { bytes, label } = mutantOf(kind, seed)
        const [theirs] = await oracle.validate([bytes])
        const ours = refusalOf(bytes, label)
        if (theirs && ours === undefined) differences.push(`${label} ran: ${theirs.message}`)
        if (!theirs && ours === 'COMPONENT_INVALID') differences.push(`${label} is refused`)
      }
      expect(differences).toEqual([])
    },
    timeoutMs,
  )
})
