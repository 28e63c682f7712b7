import { silentLogger } from '#washi/core/log.js'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import type { Host } from '#washi/host/host.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { keyValueMemory } from '#washi/providers/keyvalue-memory/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlOutcome, ControlParty, ControlPartyKind } from '../../support/control/control-party.js'
import { rustParty } from '../../support/control/rust-party.js'
import { washiParty } from '../../support/control/washi-party.js'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import type { EmbeddedBus } from '../../support/embedded-bus.js'
import { hasCargo } from '../../support/rust-program.js'
import { guestFile } from '../../support/washi-lattice.js'

const pong = `file://${guestFile('pong')}`
const echo = `file://${guestFile('echo-types')}`
const memory = 'ghcr.io/wasmcloud/keyvalue-memory:1.0.0'
const absentHost = `N${'A'.repeat(55)}`
const buildTimeoutMs = 900_000

let bus: EmbeddedBus
beforeAll(async () => {
  bus = await startEmbeddedBus()
})
afterAll(() => bus[Symbol.asyncDispose]())

/** A host of the lattice with its connection. */
async function startTestHost(latticeName: string): Promise<{ host: Host; connection: LatticeConnection }> {
  const lattice = parseLatticeName(latticeName)
  const connection = await connectLattice({ url: bus.url, lattice, name: 'host' })
  const host = await startHost({
    ...{ connection, version: '1.9.0', log: silentLogger, labels: { zone: 'a' } },
    ...{ runtime: engineRuntime, providers: [keyValueMemory] },
  })
  return { host, connection }
}

const parties = [
  { ...washiParty, isThere: true },
  { ...rustParty, isThere: hasCargo },
]

for (const { start, name, isThere } of parties) {
  describe.skipIf(!isThere)(`a host, asked by ${name}${isThere ? '' : ' (no cargo)'}`, () =>
    suite(start, name),
  )
}

function suite(start: ControlPartyKind['start'], name: string): void {
  const lattice = name.replaceAll(' ', '-')
  let party: ControlParty
  let host: string
  let connection: LatticeConnection
  let stopAll: () => Promise<void>
  beforeAll(async () => {
    // The party first: it sees every event of the host.
    party = await start(bus.url, lattice)
    const started = await startTestHost(lattice)
    host = started.host.id
    connection = started.connection
    stopAll = async () => {
      await started.host.stop()
      await connection.close()
      await party[Symbol.asyncDispose]()
    }
  }, buildTimeoutMs)
  afterAll(() => stopAll())

  const response = async (request: Parameters<ControlParty['ask']>[0]): Promise<unknown> => {
    const outcome = await party.ask(request)
    if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome))
    return outcome.response
  }
  const components = async (): Promise<unknown> =>
    ((await response({ operation: 'get-inventory', host })) as { components: unknown }).components
  const providers = async (): Promise<unknown> =>
    ((await response({ operation: 'get-inventory', host })) as { providers: unknown }).providers

  describe('about hosts', () => {
    it('says who it is', async () => {
      const { data } = await party.event('host_started')
      expect(await response({ operation: 'get-hosts' })).toEqual([
        expect.objectContaining({
          ...{ id: host, lattice, version: '1.9.0', labels: data['labels'] },
          friendly_name: data['friendly_name'],
          ctl_host: expect.stringContaining(String(bus.port)) as string,
          uptime_seconds: expect.any(Number) as number,
        }),
      ])
    })

    it('says what runs', async () => {
      expect(await response({ operation: 'get-inventory', host })).toMatchObject({
        ...{ host_id: host, version: '1.9.0', components: [], providers: [] },
        labels: { zone: 'a', 'hostcore.osfamily': 'unix' },
      })
    })

    it('does not answer for another host', async () => {
      expect(await party.ask({ operation: 'get-inventory', host: absentHost })).toMatchObject({
        kind: 'failed',
      })
    })

    it('stops one that is asked to, and only that one', async () => {
      const second = await startTestHost(lattice)
      const outcome = await party.ask({ operation: 'stop-host', host: second.host.id, timeout_ms: 5_000 })
      expect(outcome).toEqual(done('successfully handled stop host'))
      expect(await second.host.closed).toEqual({ kind: 'stop-requested' })
      expect(await party.event('host_stopped')).toMatchObject({ source: second.host.id })
      expect(await response({ operation: 'get-hosts' })).toEqual([expect.objectContaining({ id: host })])
      await second.connection.close()
    })
  })

  describe('in auctions', () => {
    it('bids for a component where the labels are its own', async () => {
      const auction = { operation: 'auction-component', component: 'wanted', reference: pong } as const
      expect(await response({ ...auction, constraints: { zone: 'a' } })).toEqual([
        { component_ref: pong, component_id: 'wanted', host_id: host, constraints: { zone: 'a' } },
      ])
      expect(await response({ ...auction, constraints: { zone: 'b' } })).toEqual([])
      expect(await response({ ...auction, constraints: { zone: 'a', rack: '1' } })).toEqual([])
    })

    it('bids for a provider where the labels are its own', async () => {
      // What wash sends where it is given no host: its link's name for the provider's id.
      const auction = { operation: 'auction-provider', provider: 'default', reference: memory } as const
      expect(await response({ ...auction, constraints: {} })).toEqual([
        { provider_ref: memory, provider_id: 'default', host_id: host, constraints: {} },
      ])
      expect(await response({ ...auction, constraints: { zone: 'b' } })).toEqual([])
    })

    it('does not bid for what it runs', async () => {
      await party.ask({
        operation: 'scale-component',
        host,
        component: 'bidden',
        reference: pong,
        count: 1,
      })
      await party.event('component_scaled', { component_id: 'bidden', max_instances: 1 })
      const auction = { operation: 'auction-component', reference: pong, constraints: {} } as const
      expect(await response({ ...auction, component: 'bidden' })).toEqual([])
    })
  })

  describe('about components', () => {
    const scale = (component: string, count: number, reference = pong): Promise<ControlOutcome> =>
      party.ask({ operation: 'scale-component', host, component, reference, count })

    it('starts, scales and stops one, and tells each', async () => {
      const annotations = { team: 'x' }
      const request = { operation: 'scale-component', host, component: 'scaled', reference: pong } as const
      expect(await party.ask({ ...request, count: 2, annotations })).toEqual(done(''))
      expect(
        await party.event('component_scaled', { component_id: 'scaled', max_instances: 2 }),
      ).toMatchObject({ source: host, data: { host_id: host, image_ref: pong, annotations } })
      expect(await components()).toContainEqual(
        expect.objectContaining({ id: 'scaled', image_ref: pong, max_instances: 2, annotations }),
      )
      expect(await scale('scaled', 3)).toEqual(done(''))
      await party.event('component_scaled', { component_id: 'scaled', max_instances: 3 })
      expect(await scale('scaled', 0)).toEqual(done(''))
      await party.event('component_scaled', { component_id: 'scaled', max_instances: 0 })
      expect(await components()).not.toContainEqual(expect.objectContaining({ id: 'scaled' }))
    })

    it('accepts a component that cannot be read, and tells why it does not run', async () => {
      expect(await scale('unreadable', 1, 'file:///no/such/file.wasm')).toEqual(done(''))
      expect(await party.event('component_scale_failed', { component_id: 'unreadable' })).toMatchObject({
        data: { host_id: host, error: expect.stringContaining('/no/such/file.wasm') as string },
      })
      expect(await components()).not.toContainEqual(expect.objectContaining({ id: 'unreadable' }))
    })

    it('tells of a config that a component names and nobody has put', async () => {
      const request = { operation: 'scale-component', host, component: 'configless', count: 1 } as const
      expect(await party.ask({ ...request, reference: pong, config: ['no-such-config'] })).toEqual(done(''))
      expect(await party.event('component_scale_failed', { component_id: 'configless' })).toMatchObject({
        data: { error: expect.stringContaining('no-such-config') as string },
      })
    })

    it('scales a component of another reference, and warns that this is no update', async () => {
      await scale('other', 1)
      await party.event('component_scaled', { component_id: 'other', max_instances: 1 })
      const outcome = await scale('other', 4, echo)
      expect(outcome).toMatchObject({
        kind: 'done',
        message: expect.stringContaining('will be scaled') as string,
      })
      await party.event('component_scaled', { component_id: 'other', max_instances: 4 })
      expect(await components()).toContainEqual(expect.objectContaining({ id: 'other', image_ref: pong }))
    })

    it('updates a component that runs, and refuses to update one that does not', async () => {
      const update = { operation: 'update-component', host, component: 'updated', reference: echo } as const
      expect(await party.ask(update)).toEqual(refused('component updated not found'))
      await scale('updated', 1)
      await party.event('component_scaled', { component_id: 'updated', max_instances: 1 })
      expect(await party.ask({ ...update, reference: pong })).toEqual(
        done(`component updated already updated to ${pong}`),
      )
      expect(await party.ask(update)).toEqual(done(`component updated updating from ${pong} to ${echo}`))
      await party.event('component_scaled', { component_id: 'updated', image_ref: echo })
      expect(await components()).toContainEqual(expect.objectContaining({ id: 'updated', image_ref: echo }))
    })
  })

  describe('about providers', () => {
    const startProvider = (provider: string, reference = memory): Promise<ControlOutcome> =>
      party.ask({ operation: 'start-provider', host, provider, reference, annotations: { team: 'y' } })

    it('starts and stops one, and tells each', async () => {
      expect(await startProvider('kv')).toEqual(done('successfully started provider'))
      expect(await party.event('provider_started', { provider_id: 'kv' })).toMatchObject({
        data: { host_id: host, annotations: { team: 'y' } },
      })
      expect(await providers()).toContainEqual(
        expect.objectContaining({ id: 'kv', annotations: { team: 'y' } }),
      )
      const auction = { operation: 'auction-provider', reference: memory, constraints: {} } as const
      expect(await response({ ...auction, provider: 'kv' })).toEqual([])
      expect(await startProvider('kv')).toEqual(refused('provider with that ID is already running'))
      const stop = { operation: 'stop-provider', host, provider: 'kv' } as const
      expect(await party.ask(stop)).toEqual(done('successfully stopped provider'))
      await party.event('provider_stopped', { provider_id: 'kv', reason: 'stop' })
      expect(await party.ask(stop)).toEqual(refused('provider with that ID is not running'))
      expect(await providers()).not.toContainEqual(expect.objectContaining({ id: 'kv' }))
    })

    it('accepts a provider that is not there, and tells why it does not run', async () => {
      expect(await startProvider('absent', 'file:///no/such/provider')).toEqual(
        done('successfully started provider'),
      )
      expect(await party.event('provider_start_failed', { provider_id: 'absent' })).toMatchObject({
        data: { host_id: host, provider_ref: 'file:///no/such/provider' },
      })
    })
  })

  describe('about labels', () => {
    const labels = async (): Promise<unknown> =>
      ((await response({ operation: 'get-inventory', host })) as { labels: unknown }).labels

    it('puts and deletes one, and tells each', async () => {
      expect(await party.ask({ operation: 'put-label', host, key: 'rack', value: '7' })).toEqual(
        done('successfully put label'),
      )
      await party.event('labels_changed', { host_id: host })
      expect(await labels()).toMatchObject({ rack: '7', zone: 'a' })
      const deletion = { operation: 'delete-label', host, key: 'rack' } as const
      expect(await party.ask(deletion)).toEqual(done('successfully deleted label'))
      expect(await party.ask(deletion)).toEqual(done('successfully deleted label (no such label)'))
      expect(await labels()).not.toHaveProperty('rack')
    })

    it('refuses the labels that say what the machine is', async () => {
      expect(await party.ask({ operation: 'put-label', host, key: 'HOSTCORE.os', value: 'x' })).toEqual(
        refused('hostcore.* labels cannot be set dynamically'),
      )
    })
  })

  describe('about links', () => {
    const link = (source: string, target: string, interfaces = ['store']) => ({
      ...{ source_id: source, target, name: 'default', wit_namespace: 'wasi', wit_package: 'keyvalue' },
      ...{ interfaces, source_config: [] as string[], target_config: [] as string[] },
    })
    const put = (of: ReturnType<typeof link>): Promise<ControlOutcome> =>
      party.ask({ operation: 'put-link', link: of })
    const ownLinks = async (source: string): Promise<unknown> =>
      ((await response({ operation: 'get-links' })) as { source_id: string }[]).filter(
        ({ source_id }) => source_id === source,
      )
    const deletion = (source: string) =>
      ({ operation: 'delete-link', source, name: 'default', namespace: 'wasi', package: 'keyvalue' }) as const

    it('puts one whose parties are not there, again too, and lists it with all its fields', async () => {
      const wanted = link('early', 'later')
      expect(await put(wanted)).toEqual(done('successfully set link'))
      expect(await put(wanted)).toEqual(done('successfully set link'))
      expect(await party.event('linkdef_set', { source_id: 'early' })).toMatchObject({ data: wanted })
      expect(await ownLinks('early')).toEqual([wanted])
    })

    it('refuses another target for the same interfaces, and takes one for others', async () => {
      await put(link('torn', 'first'))
      const message = expect.stringContaining('link already exists with different target') as string
      expect(await put(link('torn', 'second'))).toEqual({ kind: 'refused', message })
      await party.event('linkdef_set_failed', { source_id: 'torn', target: 'second' })
      expect(await put(link('torn', 'second', ['atomics']))).toEqual(done('successfully set link'))
      expect(await ownLinks('torn')).toEqual([link('torn', 'first'), link('torn', 'second', ['atomics'])])
    })

    it('replaces interfaces and configs of the same link', async () => {
      await party.ask({ operation: 'put-config', name: 'of-link', values: { bucket: 'b' } })
      await put(link('changed', 'kv'))
      const wanted = { ...link('changed', 'kv', ['store', 'batch']), target_config: ['of-link'] }
      expect(await put(wanted)).toEqual(done('successfully set link'))
      expect(await ownLinks('changed')).toEqual([wanted])
    })

    it('refuses a link that names a config which nobody has put', async () => {
      const outcome = await put({ ...link('unset', 'kv'), source_config: ['nowhere'] })
      expect(outcome).toEqual(
        refused(
          'Failed to validate configuration and secrets. Configuration nowhere not found in config store. ',
        ),
      )
      await party.event('linkdef_set_failed', { source_id: 'unset' })
      expect(await ownLinks('unset')).toEqual([])
    })

    it('deletes one, and says where there was nothing to delete', async () => {
      await put(link('gone', 'kv'))
      expect(await party.ask(deletion('gone'))).toEqual(done('successfully deleted link'))
      await party.event('linkdef_deleted', { source_id: 'gone' })
      expect(await ownLinks('gone')).toEqual([])
      expect(await party.ask(deletion('gone'))).toEqual(done('successfully deleted link'))
      expect(await party.ask(deletion('never-there'))).toEqual(
        done("successfully deleted link (spec doesn't exist)"),
      )
    })
  })

  describe('about configs', () => {
    it('puts, replaces, gets and deletes one, and tells each', async () => {
      const put = { operation: 'put-config', name: 'app_main-1', values: { a: '1', b: '2' } } as const
      const get = { operation: 'get-config', name: 'app_main-1' } as const
      const deletion = { operation: 'delete-config', name: 'app_main-1' } as const
      expect(await party.ask(put)).toEqual(done('successfully put config'))
      await party.event('config_set', { config_name: 'app_main-1' })
      expect(await response(get)).toEqual({ a: '1', b: '2' })
      await party.ask({ ...put, values: { c: 'ü' } })
      expect(await response(get)).toEqual({ c: 'ü' })
      expect(await party.ask(deletion)).toEqual(done('successfully deleted config'))
      await party.event('config_deleted', { config_name: 'app_main-1' })
      expect(await response(get)).toBeUndefined()
      expect(await party.ask(deletion)).toEqual(done('successfully deleted config'))
    })

    it('refuses a name that the store cannot hold', async () => {
      const put = { operation: 'put-config', values: { a: '1' } } as const
      expect(await party.ask({ ...put, name: 'with.dot' })).toEqual(refused('unsupported subject'))
      expect(await party.ask({ ...put, name: 'ä' })).toMatchObject({ kind: 'refused' })
    })
  })

  it('lists the claims that the lattice has stored', async () => {
    const data = await connection.bucket(`LATTICEDATA_${lattice}`)
    const claims = { issuer: 'ABC', name: 'signed', revision: '3', subject: 'MXYZ', version: '0.1.0' }
    await data.put('CLAIMS_MXYZ', JSON.stringify({ call_alias: '', tags: ['a', 'b'], ...claims }))
    await expect
      .poll(() => response({ operation: 'get-claims' }))
      .toEqual([
        {
          ...{ call_alias: '', issuer: 'ABC', iss: 'ABC', name: 'signed', subject: 'MXYZ', sub: 'MXYZ' },
          ...{ revision: '3', rev: '3', version: '0.1.0', tags: 'a,b' },
        },
      ])
  })

  it('takes credentials of registries without an answer', async () => {
    const registries = { 'registry.example': { username: 'u', password: 'p' } }
    expect(await party.ask({ operation: 'put-registries', registries })).toMatchObject({ kind: 'done' })
  })
}

function done(message: string): ControlOutcome {
  return { kind: 'done', message }
}

function refused(message: string): ControlOutcome {
  return { kind: 'refused', message }
}
