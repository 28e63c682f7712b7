import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failAttempt, startAttempt } from '#washi/apps/planner/attempt.js'
import { toDesiredApplication } from '#washi/apps/planner/desired.js'
import type { DesiredApplication } from '#washi/apps/planner/desired.js'
import { plan } from '#washi/apps/planner/plan.js'
import { decodeManifest } from '#washi/apps/manifest/decode-manifest.js'
import { withImageDigests } from '#washi/apps/manifest/image-digests.js'
import type { JsonValue, Manifest } from '#washi/apps/manifest/manifest.js'
import { toSourceNode } from '#washi/apps/manifest/source-tree.js'
import { helloManifest } from '../../support/app-kit.js'
import { SimulatedLattice } from '../../support/simulated-lattice.js'

const hello = toDesiredApplication(helloManifest(), 1)

describe('plan()', () => {
  it('puts configs first, then starts and links everything, then has nothing more to do', () => {
    const lattice = createLattice(['a'])
    const kinds: string[] = []
    const last = lattice.converge([hello], ({ kind }) => kinds.push(kind))
    expect(kinds).toEqual(['scale-component', 'put-config', 'start-provider', 'put-link'])
    expect(last.statuses.get('hello')).toMatchObject({ status: { type: 'deployed', message: '' } })
  })

  it('removes all of an application that is deployed no more, its configs last', () => {
    const lattice = createLattice(['a', 'b'])
    lattice.converge([hello])
    const kinds: string[] = []
    const last = lattice.converge([], ({ kind }) => kinds.push(kind))
    expect(kinds).toEqual(['scale-component', 'stop-provider', 'delete-link', 'delete-config'])
    expect(lattice.observe()).toMatchObject({ links: [], configs: new Map(), owned: {} })
    expect(last.statuses.size).toBe(0)
  })

  it('does not send again what is in flight, and says so', () => {
    const lattice = createLattice(['a'])
    const [scale, ...others] = plan([hello], lattice.observe(), 0).actions
    if (!scale) throw new Error('nothing planned')
    lattice.attempts.set(scale.key, startAttempt(scale, undefined, 0))
    const next = plan([hello], lattice.observe(), 1)
    expect(next.actions).toEqual(others)
    expect(next.wakeAt).toBe(60_000)
    expect(next.statuses.get('hello')?.status.message).toContain('Scaling component on 1 host(s)')
  })

  it('stays failed while the next try runs, and tries later after every failure', () => {
    const lattice = createLattice(['a'])
    const [scale] = plan([hello], lattice.observe(), 0).actions
    if (!scale) throw new Error('nothing planned')
    let attempt = failAttempt(startAttempt(scale, undefined, 0), { error: 'it traps', now: 0, random: 0.5 })
    lattice.attempts.set(scale.key, attempt)
    expect(plan([hello], lattice.observe(), 0).statuses.get('hello')?.status).toEqual({
      type: 'failed',
      message: expect.stringContaining('it traps (tried once, next try 00:00:01Z)') as string,
    })
    lattice.attempts.set(scale.key, startAttempt(scale, attempt, 1_000))
    expect(plan([hello], lattice.observe(), 1_000).statuses.get('hello')?.status.type).toBe('failed')
    const waits: number[] = []
    for (let failures = 1; failures < 10; failures += 1) {
      attempt = failAttempt(attempt, { error: 'it traps', now: 0, random: 0.5 })
      waits.push(attempt.until)
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000])
  })

  it('restarts a component whose file or instance policy is another one than before', () => {
    const lattice = createLattice(['a'])
    const scales = (manifest: Manifest): unknown[] => {
      const seen: unknown[] = []
      lattice.converge([toDesiredApplication(manifest, 1)], (action) => {
        if (action.kind === 'scale-component')
          seen.push([action.count, action.annotations['washi.dev/instance-policy']])
      })
      return seen
    }
    const manifest = withImageDigests(helloManifest(), { 'http-component': 'sha256:1' })
    expect(scales(manifest)).toEqual([[2, undefined]])
    expect(scales(manifest)).toEqual([])
    expect(scales(withImageDigests(manifest, { 'http-component': 'sha256:2' })).map(countOf)).toEqual([0, 2])
    const reused = helloManifest()
    const annotations = { version: 'v1', 'washi.dev/instance-policy.http-component': 'reuse' }
    expect(scales({ ...reused, metadata: { ...reused.metadata, annotations } })).toEqual([
      [0, 'reuse'],
      [2, 'reuse'],
    ])
  })

  it('does nothing for an application that is refused, and takes nothing of it away', () => {
    const lattice = createLattice(['a'])
    lattice.converge([hello])
    const refused = { ...hello, refusal: 'shared components do not work yet' }
    const { actions, statuses } = plan([refused], lattice.observe(), 0)
    expect(actions).toEqual([])
    expect(statuses.get('hello')?.status).toEqual({
      type: 'failed',
      message: 'shared components do not work yet',
    })
  })

  it('says which configuration is missing that somebody else has to put', () => {
    const manifest = manifestOf({
      name: 'ext',
      instances: 1,
      spread: [],
      daemon: false,
      configValue: undefined,
    })
    const lattice = createLattice(['a'])
    const application = toDesiredApplication(manifest, 1)
    expect(plan([application], lattice.observe(), 0).statuses.get('ext')?.status.message).toContain(
      'Specified configuration settings does not exist',
    )
    lattice.configs.set('settings', {})
    expect(lattice.converge([application]).statuses.get('ext')?.status.type).toBe('deployed')
  })

  it('comes to an end with an empty plan, whatever runs and whatever is wanted', () => {
    fc.assert(
      fc.property(scenario, (steps) => {
        const lattice = createLattice([])
        for (const { hosts, applications } of steps) {
          for (const id of [...lattice.hosts.keys()]) if (!hosts.has(id as never)) lattice.removeHost(id)
          for (const [id, labels] of hosts) if (!lattice.hosts.has(id as never)) lattice.addHost(id, labels)
          const last = lattice.converge(applications)
          const again = plan(applications.toReversed(), lattice.observe(), 0)
          expect(again.actions).toEqual([])
          expect([...again.statuses.values()]).toEqual([...last.statuses.values()])
          for (const { status } of last.statuses.values()) {
            expect(['deployed', 'failed', 'waiting']).toContain(status.type)
            expect(status.type === 'deployed').toBe(status.message === '')
          }
        }
        lattice.converge([])
        for (const { components, providers } of lattice.hosts.values()) {
          expect(components.size + providers.size).toBe(0)
        }
        if (lattice.hosts.size > 0)
          expect([lattice.links, lattice.configs.size, lattice.owned]).toEqual([[], 0, {}])
      }),
      { numRuns: 100 },
    )
  })
})

const countOf = (scale: unknown): unknown => (scale as readonly unknown[])[0]

function createLattice(hosts: readonly string[]): SimulatedLattice {
  const lattice = new SimulatedLattice()
  for (const id of hosts) lattice.addHost(id, { zone: id })
  return lattice
}

interface ManifestOptions {
  readonly name: string
  readonly instances: number
  readonly spread: readonly {
    readonly name: string
    readonly zone: string | undefined
    readonly weight: number
  }[]
  readonly daemon: boolean
  readonly configValue: string | undefined
}

/** A component with a config behind a provider, scaled alike. */
function manifestOf({ name, instances, spread, daemon, configValue }: ManifestOptions): Manifest {
  const traits = {
    type: daemon ? 'daemonscaler' : 'spreadscaler',
    properties: {
      instances,
      spread: spread.map(({ name: spreadName, zone, weight }, index) => ({
        name: `${spreadName}${index}`,
        requirements: zone === undefined ? ({} as { zone: string }) : { zone },
        weight,
      })),
    },
  }
  const config = [
    { name: 'settings', ...(configValue === undefined ? {} : { properties: { value: configValue } }) },
  ]
  const link = {
    type: 'link',
    properties: {
      target: 'c',
      namespace: 'wasi',
      package: 'http',
      interfaces: ['incoming-handler'],
      source: { config },
    },
  }
  const json: JsonValue = {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name, annotations: { version: 'v1' } },
    spec: {
      components: [
        { name: 'c', type: 'component', properties: { image: 'file:///c.wasm', config }, traits: [traits] },
        { name: 'p', type: 'capability', properties: { image: 'p:1' }, traits: [traits, link] },
      ],
    },
  }
  return decodeManifest(toSourceNode(json))
}

const zone = fc.constantFrom('a', 'b', 'c')

const application = (name: string): fc.Arbitrary<DesiredApplication> =>
  fc
    .record({
      instances: fc.integer({ min: 0, max: 9 }),
      spread: fc.array(
        fc.record({
          name: fc.constant('s'),
          zone: fc.option(zone, { nil: undefined }),
          weight: fc.integer({ min: 0, max: 3 }),
        }),
        { maxLength: 3 },
      ),
      daemon: fc.boolean(),
      configValue: fc.constantFrom('1', '2'),
    })
    .map((options) => toDesiredApplication(manifestOf({ name, ...options }), 1))

const scenario = fc.array(
  fc.record({
    hosts: fc
      .uniqueArray(fc.record({ id: fc.constantFrom('h1', 'h2', 'h3', 'h4'), zone }), {
        selector: ({ id }) => id,
        maxLength: 4,
      })
      .map((hosts) => new Map(hosts.map(({ id, zone: label }) => [id, { zone: label }] as const))),
    applications: fc
      .tuple(fc.option(application('one')), fc.option(application('two')))
      .map((each) => each.filter((one) => one !== null)),
  }),
  { minLength: 1, maxLength: 4 },
)
