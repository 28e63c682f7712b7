import { describe, expect, it } from 'vitest'
import { divideOverSpreads } from '#washi/apps/planner/spread.js'

/** Figures of wadm 0.21. */
const vectors: readonly (readonly [
  instances: number,
  weights: Readonly<Record<string, number>>,
  shares: object,
])[] = [
  [103, { One: 42, Two: 3, Three: 37, Four: 384 }, { Four: 85, One: 10, Three: 8, Two: 0 }],
  [7, { thirty: 30, forty: 40 }, { forty: 4, thirty: 3 }],
  [7, { first: 100, second: 100 }, { first: 4, second: 3 }],
  [5, { a: 40, b: 40, c: 20 }, { a: 2, b: 2, c: 1 }],
  [4, { a: 80, b: 20 }, { a: 4, b: 0 }],
  [3, { a: 40, b: 20 }, { a: 2, b: 1 }],
  [5, { a: 0, b: 0 }, { a: 3, b: 2 }],
]

describe('divideOverSpreads()', () => {
  it.each(vectors)('divides %i over %o', (instances, weights, shares) => {
    const spreads = Object.entries(weights).map(([name, weight]) => ({ name, requirements: {}, weight }))
    const divided = divideOverSpreads(instances, spreads).map(({ spread, count }) => [spread.name, count])
    expect(Object.fromEntries(divided)).toEqual(shares)
  })

  it('takes one spread of any host where none is named', () => {
    expect(divideOverSpreads(3, [])).toEqual([{ spread: { name: 'default', requirements: {} }, count: 3 }])
  })
})
