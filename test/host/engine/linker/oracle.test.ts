import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { createGuestWorld, type GuestWorld } from '../../../support/guest-world/guest-world.js'
import { scenarios, type Step } from '../../../support/guest-scenarios.js'
import { readGuest, type GuestName } from '../../../support/guests.js'
import { transpileWithJco } from '../../../support/jco-oracle.js'

const names = Object.keys(scenarios) as GuestName[] // the keys of a record by guest name

describe('createInstance() against jco', () => {
  it.each(names)('runs %s with the same results', async (name) => {
    const bytes = readGuest(name)
    const prepared = prepareComponent(bytes, { maxMemoryPages: 4096 })
    const jco = await transpileWithJco(bytes)
    for (const steps of scenarios[name] ?? []) {
      const [ours, theirs] = [createGuestWorld(), createGuestWorld()]
      const results = play(createInstance(prepared, ours.imports).exports, ours, steps)
      expect(results).toEqual(play(jco.instantiate(theirs.imports), theirs, steps))
      expect(results.length).toBeGreaterThan(0)
    }
  })

  it.each(names)('runs %s again after a reset as a new instance would', (name) => {
    const prepared = prepareComponent(readGuest(name))
    const [ours, theirs] = [createGuestWorld(), createGuestWorld()]
    for (const steps of scenarios[name] ?? []) {
      const reused = createInstance(prepared, ours.imports)
      expect(play(reused.exports, ours, steps)).toEqual(
        play(createInstance(prepared, theirs.imports).exports, theirs, steps),
      )
      if (!reused.reset()) continue
      expect(play(reused.exports, ours, steps)).toEqual(
        play(createInstance(prepared, theirs.imports).exports, theirs, steps),
      )
    }
  })

  it('answers as the documentation of the guests says', () => {
    const world = createGuestWorld()
    const hello = createInstance(prepareComponent(readGuest('http-hello')), world.imports)
    expect(world.request(hello.exports, { method: 'GET', path: '/' })).toEqual({
      status: 200,
      headers: ['content-type: text/plain'],
      body: 'Hello from washi!\n',
      isFinished: true,
    })
  })
})

function play(
  exports: Readonly<Record<string, unknown>>,
  world: GuestWorld,
  steps: readonly Step[],
): unknown[] {
  return steps.map((step) => step(exports, world))
}
