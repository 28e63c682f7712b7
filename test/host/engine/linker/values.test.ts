import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { camelCase } from '#washi/host/engine/linker/abi/names.js'
import type { WitFunction, World } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { buildEchoComponent } from '../../../support/echo-component.js'
import { outcomeOf } from '../../../support/guest-scenarios.js'
import { readGuest } from '../../../support/guests.js'
import { transpileWithJco } from '../../../support/jco-oracle.js'
import { seededRandom } from '../../../support/random.js'
import { randomValue } from '../../../support/random-values.js'

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>

describe('values', () => {
  it('10,000 random values come back as they went in, and as jco gives them back', async () => {
    const bytes = readGuest('echo-types')
    const prepared = prepareComponent(bytes)
    const functions = interfaceFunctions(prepared.world, 'test:types/echo@0.1.0')
    const [ours, theirs] = [
      createInstance(prepared, {}).exports,
      (await transpileWithJco(bytes)).instantiate({}),
    ]
    const count = compareAll(functions, {
      ours: ours['echo'] as Functions,
      theirs: theirs['echo'] as Functions,
      rounds: 340,
    })
    expect(count).toBeGreaterThanOrEqual(10_000)
  })

  it.each(['utf8', 'utf16', 'latin1+utf16'] as const)(
    'lists of every type come back as they went in with strings in %s, and as jco, where it can, gives them back',
    async (encoding) => {
      const bytes = buildEchoComponent(encoding)
      const prepared = prepareComponent(bytes)
      const functions = prepared.world.exports.flatMap((item) =>
        item.kind === 'function' ? item.function : [],
      )
      const ours = createInstance(prepared, {}).exports as Functions
      // The transpiler of jco 0.1.1 panics at latin1+utf16.
      const jco = encoding === 'latin1+utf16' ? undefined : await transpileWithJco(bytes)
      const theirs = jco?.instantiate({}) as Functions | undefined
      expect(compareAll(functions, { ours, theirs, rounds: 110 })).toBeGreaterThanOrEqual(3_000)
    },
  )
})

interface Comparison {
  readonly ours: Functions
  readonly theirs: Functions | undefined
  readonly rounds: number
}

function compareAll(functions: readonly WitFunction[], { ours, theirs, rounds }: Comparison): number {
  const random = seededRandom(4)
  let count = 0
  for (const declared of functions) {
    const name = camelCase(declared.name)
    for (let round = 0; round < rounds; round++, count++) {
      const args = declared.params.map(({ type }) => randomValue(type, random))
      const result = outcomeOf(() => ours[name]?.(...args))
      expect(result, name).toEqual(expectedOutcome(declared, args))
      if (theirs) expect(result, name).toEqual(outcomeOf(() => theirs[name]?.(...args)))
    }
  }
  return count
}

/** Echo functions return their argument, or all of them; a result comes back as its ok side or is thrown. */
function expectedOutcome({ params, result }: WitFunction, args: readonly unknown[]): unknown {
  if (!result) return ['returned', undefined]
  if (params.length > 1) return ['returned', [...args]]
  const [value] = args
  if (result.kind !== 'result') return ['returned', value]
  const { tag, val } = value as { readonly tag: string; readonly val: unknown } // made by randomValue()
  return [tag === 'ok' ? 'returned' : 'failed', val]
}

function interfaceFunctions(world: World, name: string): readonly WitFunction[] {
  return world.exports.flatMap((item) =>
    item.kind === 'interface' && item.name === name ? item.functions : [],
  )
}
