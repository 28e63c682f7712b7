import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toDesiredApplication } from '#washi/apps/planner/desired.js'
import type { DesiredApplication } from '#washi/apps/planner/desired.js'
import { annotation } from '#washi/apps/planner/observed.js'
import { linksOfApplication, ownConfigsOf } from '#washi/apps/planner/owned.js'
import { decodeManifest } from '#washi/apps/manifest/decode-manifest.js'
import { toSourceNode } from '#washi/apps/manifest/source-tree.js'
import type { JsonValue } from '#washi/apps/manifest/manifest.js'
import { SimulatedLattice } from '../../support/simulated-lattice.js'
import { SimulatedManager } from '../../support/simulated-manager.js'
import type { Outcome } from '../../support/simulated-manager.js'

/** How many sequences; the whole run takes 10,000. */
const numRuns = Number(process.env['WASHI_TEST_SEQUENCES'] ?? 400)

/** Something that happens to a lattice between two rounds of its manager. */
type Happening =
  | { readonly kind: 'deploy'; readonly name: AppName; readonly shape: Shape }
  | { readonly kind: 'undeploy'; readonly name: AppName }
  | { readonly kind: 'start-host' | 'kill-host'; readonly host: string; readonly zone: string }
  | { readonly kind: 'stop-component' | 'stop-provider' | 'scale-by-hand'; readonly host: string }
  | { readonly kind: 'delete-link' | 'delete-config' }
  | { readonly kind: 'kill-manager' }
  /** The manager gets so far. */
  | { readonly kind: 'rounds'; readonly limits: readonly number[]; readonly outcomes: readonly Outcome[] }

type AppName = 'one' | 'two' | 'three'

interface Shape {
  readonly instances: number
  readonly zones: readonly (string | undefined)[]
  readonly isDaemon: boolean
  readonly image: string
  readonly config: string
  readonly target: 'a' | 'b'
}

describe('a lattice under its manager', () => {
  it('comes to what is deployed, whatever happens to it and to the manager, and starts nothing twice', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 1, maxLength: 12 }), (happenings) => {
        const world = new World()
        for (const each of happenings) world.happen(each)
        world.settle()
      }),
      {
        numRuns,
        ...(process.env['WASHI_TEST_SEED'] ? { seed: Number(process.env['WASHI_TEST_SEED']) } : {}),
      },
    )
  }, 600_000)
})

class World {
  readonly lattice = new SimulatedLattice()
  readonly deployed = new Map<AppName, DesiredApplication>()
  outcomes: Outcome[] = []
  manager = this.#startManager(0)
  #revision = 0

  get desired(): readonly DesiredApplication[] {
    return [...this.deployed.values()]
  }

  happen(happening: Happening): void {
    switch (happening.kind) {
      case 'deploy':
        this.deployed.set(
          happening.name,
          toApplication(happening.name, happening.shape, (this.#revision += 1)),
        )
        return
      case 'undeploy':
        this.deployed.delete(happening.name)
        return
      case 'start-host':
        if (!this.lattice.hosts.has(happening.host as never))
          this.lattice.addHost(happening.host, { zone: happening.zone })
        return
      case 'kill-host':
        this.lattice.removeHost(happening.host)
        return
      case 'stop-component':
        this.#first(happening.host, 'components')
        return
      case 'stop-provider':
        this.#first(happening.host, 'providers')
        return
      case 'scale-by-hand': {
        const components = this.lattice.hosts.get(happening.host as never)?.components
        for (const [id, component] of components ?? []) components?.set(id, { ...component, instances: 7 })
        return
      }
      case 'delete-link':
        this.lattice.links = this.lattice.links.slice(1)
        return
      case 'delete-config': {
        const [name] = this.lattice.configs.keys()
        if (name !== undefined) this.lattice.configs.delete(name)
        return
      }
      case 'kill-manager':
        this.manager = this.#startManager(this.manager.now)
        return
      case 'rounds':
        this.outcomes = [...happening.outcomes]
        for (const limit of happening.limits) {
          this.manager.step(this.desired, limit)
          this.manager.now += 100
        }
        this.outcomes = []
        return
      default:
        happening satisfies never
    }
  }

  /** From now on everything works: what has to be true then. */
  settle(): void {
    const last = this.manager.settle(this.desired)
    expect(this.manager.repeated).toEqual([])
    expect([...last.statuses.keys()].sort()).toEqual([...this.deployed.keys()].sort())
    for (const { status } of last.statuses.values()) {
      expect(status.type === 'deployed').toBe(status.message === '')
      if (this.lattice.hosts.size === 0) expect(status.type).toBe('waiting')
      else expect(status.type === 'deployed' || status.message.includes('Could not satisfy')).toBe(true)
    }
    if (this.lattice.hosts.size > 0) this.#compare()
    const again = this.#startManager(this.manager.now).step(this.desired)
    expect(again.actions).toEqual([])
  }

  #compare(): void {
    const { links, configs, hosts } = this.lattice
    expect(links.map(toText).sort()).toEqual(this.desired.flatMap(linksOfApplication).map(toText).sort())
    expect([...configs.keys()].sort()).toEqual(this.desired.flatMap(ownConfigsOf).sort())
    const wanted = new Set(this.desired.flatMap(({ scalers }) => scalers.map(({ id }) => id)))
    for (const { components, providers } of hosts.values()) {
      for (const { annotations } of [...components.values(), ...providers.values()]) {
        expect(wanted.has(annotations[annotation.scaler] ?? '')).toBe(true)
      }
    }
    for (const scaler of this.desired.flatMap(({ scalers }) => scalers)) {
      if (scaler.kind !== 'component' || scaler.everywhere || scaler.spreads.length > 0) continue
      const running = [...hosts.values()].flatMap(
        ({ components }) => components.get(scaler.componentId) ?? [],
      )
      expect(running.reduce((sum, { instances }) => sum + instances, 0)).toBe(scaler.instances)
    }
  }

  #first(host: string, kind: 'components' | 'providers'): void {
    const running: Map<string, unknown> | undefined = this.lattice.hosts.get(host as never)?.[kind]
    const [id] = running?.keys() ?? []
    if (id !== undefined) running?.delete(id)
  }

  #startManager(now: number): SimulatedManager {
    return new SimulatedManager(this.lattice, () => this.outcomes.shift() ?? 'done', now)
  }
}

function toText(link: object): string {
  return JSON.stringify(link)
}

/** A component behind a provider, which is linked to it or to another component. */
function toApplication(name: AppName, shape: Shape, revision: number): DesiredApplication {
  const { instances, zones, isDaemon, image, config, target } = shape
  const scaler = {
    type: isDaemon ? 'daemonscaler' : 'spreadscaler',
    properties: {
      instances,
      spread: zones.map((zone, index) => ({
        name: `s${index}`,
        requirements: zone === undefined ? ({} as { zone: string }) : { zone },
      })),
    },
  }
  const component = (id: string): JsonValue => ({
    name: id,
    type: 'component',
    properties: { image: `file:///${image}.wasm`, config: [{ name: 'own', properties: { value: config } }] },
    traits: [scaler],
  })
  const link = {
    type: 'link',
    properties: {
      target,
      namespace: 'wasi',
      package: 'http',
      interfaces: ['incoming-handler'],
      source: { config: [{ name: `c${config}`, properties: { value: config } }] },
    },
  }
  const json: JsonValue = {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name, annotations: { version: `v${revision}` } },
    spec: {
      components: [
        component('a'),
        component('b'),
        { name: 'p', type: 'capability', properties: { image: 'p:1' }, traits: [link] },
      ],
    },
  }
  return toDesiredApplication(decodeManifest(toSourceNode(json)), revision)
}

const zone = fc.constantFrom('x', 'y')
const host = fc.constantFrom('h1', 'h2', 'h3')
const name = fc.constantFrom<AppName>('one', 'two', 'three')
const shape = fc.record<Shape>({
  instances: fc.integer({ min: 0, max: 5 }),
  zones: fc.array(fc.option(zone, { nil: undefined }), { maxLength: 2 }),
  isDaemon: fc.boolean(),
  image: fc.constantFrom('one', 'two'),
  config: fc.constantFrom('1', '2'),
  target: fc.constantFrom('a', 'b'),
})
const rounds = fc.record({
  kind: fc.constant('rounds' as const),
  limits: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 5 }),
  outcomes: fc.array(fc.constantFrom<Outcome>('done', 'done', 'done', 'refused', 'lost'), { maxLength: 12 }),
})
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: rounds },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deploy' as const), name, shape }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undeploy' as const), name }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('start-host' as const), host, zone }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill-host' as const), host, zone }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('stop-component' as const, 'stop-provider' as const, 'scale-by-hand' as const),
      host,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('delete-link' as const, 'delete-config' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill-manager' as const) }) },
)
