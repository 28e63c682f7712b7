import { nextOwned } from '#washi/apps/planner/owned.js'
import { LateArrivals } from '#washi/apps/reconciler/late-arrivals.js'
import { describe, expect, it } from 'vitest'

const link = {
  ...{ source_id: 'a', target: 'b', name: 'default', wit_namespace: 'wasi', wit_package: 'http' },
  ...{ interfaces: ['incoming-handler'], source_config: [], target_config: [] },
}
const owned = { app: { links: [link], configs: ['app-c'] } }
const nothing = { links: [], configs: new Map<string, unknown>() }

describe('what a manager has put and does not see', () => {
  it('stays on its list until no request can bring it any more, though its application is wanted no longer', () => {
    let now = 1_000
    const late = new LateArrivals(() => now)
    expect(nextOwned(owned, [], late.expected(owned, nothing))).toEqual(owned)
    now += 29_999
    expect(nextOwned(owned, [], late.expected(owned, nothing))).toEqual(owned)
    now += 1
    expect(nextOwned(owned, [], late.expected(owned, nothing))).toEqual({})
  })

  it('has its time anew once it has been there', () => {
    let now = 0
    const late = new LateArrivals(() => now)
    late.expected(owned, nothing)
    now = 20_000
    const present = { links: [link], configs: new Map([['app-c', {}]]) }
    expect(late.expected(owned, present)).toEqual(present)
    now = 40_000
    expect(nextOwned(owned, [], late.expected(owned, nothing))).toEqual(owned)
  })
})
