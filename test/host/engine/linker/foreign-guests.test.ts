import { camelCase } from '#washi/host/engine/linker/abi/names.js'
import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { enableExtendedConst } from '#washi/host/engine/linker/enable-extended-const.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import type { WitFunction } from '#washi/wit/model.js'
import { describe, expect, it } from 'vitest'
import { completeImports } from '../../../support/complete-imports.js'
import { buildPythonGuest, hasPython, readRustGuest } from '../../../support/foreign-guests.js'
import { createGuestWorld } from '../../../support/guest-world/guest-world.js'
import { outcomeOf } from '../../../support/guest-scenarios.js'
import { seededRandom } from '../../../support/random.js'
import { randomValue } from '../../../support/random-values.js'

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>

describe('a guest of wit-bindgen (Rust)', () => {
  it('gives back the values that it gets', () => {
    expect(countEchoes(readRustGuest('types'), 100)).toBe(3000)
  })

  it('has resources', () => {
    const { Counter } = instantiate(readRustGuest('types')).exports['counters'] as unknown as {
      Counter: { new (start: number): { increment(): number }; sum(...both: readonly object[]): number }
    }
    const [one, other] = [new Counter(5), new Counter(10)]
    expect([one.increment(), other.increment(), Counter.sum(one, other)]).toEqual([6, 11, 17])
  })
})

describe('a guest of componentize-py', () => {
  it.skipIf(!hasPython)('gives back the values that it gets', { timeout: 300_000 }, async () => {
    enableExtendedConst()
    expect(countEchoes(await buildPythonGuest(), 20)).toBe(600)
  })
})

function instantiate(bytes: Uint8Array): ReturnType<typeof createInstance> {
  const prepared = prepareComponent(bytes)
  return createInstance(prepared, completeImports(prepared.world, createGuestWorld().imports))
}

/** Calls every function of test:types/echo with random values; returns how many came back as they went. */
function countEchoes(bytes: Uint8Array, rounds: number): number {
  const { world } = prepareComponent(bytes)
  const echo = instantiate(bytes).exports['echo'] as Functions
  const random = seededRandom(7)
  let count = 0
  for (const item of world.exports) {
    if (item.kind !== 'interface' || !item.name.includes('/echo@')) continue
    for (const declared of item.functions) {
      for (let round = 0; round < rounds; round++, count++) {
        const args = declared.params.map(({ type }) => randomValue(type, random))
        const outcome = outcomeOf(() => echo[camelCase(declared.name)]?.(...args))
        expect(outcome, declared.name).toEqual(expectedOutcome(declared, args))
      }
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
