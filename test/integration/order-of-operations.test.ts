import { parseLatticeName } from '#washi/lattice/ids.js'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  counterLinks,
  counterSteps,
  joinAsProcess,
  joinInProcess,
  startCounterLattice,
} from '../support/counter-lattice.js'
import type { CounterHost, CounterOutcome, CounterStep } from '../support/counter-lattice.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { KeptRuntime } from '../support/kept-runtime.js'
import { permutations } from '../support/permutations.js'
import { seededRandom } from '../support/random.js'
import { freePort } from '../support/washi-lattice.js'

/** Orders that are tried at a time, each in a lattice and on ports of its own. */
const lanes = 3

/** Orders that are tried with a host killed, each with processes of its own. WASHI_TEST_RESTARTS=50 for a long run. */
const restarts = Number(process.env['WASHI_TEST_RESTARTS'] ?? 8)

describe('a counter over HTTP, with its store on another host', () => {
  let bus: EmbeddedBus
  let runtime: KeptRuntime
  let expected: CounterOutcome
  let count = 0

  const tryOrder = async (
    order: readonly CounterStep[],
    ports: { readonly before: number; readonly after: number },
  ): Promise<CounterOutcome> => {
    const lattice = parseLatticeName(`order-${(count += 1)}`)
    try {
      const join = (): Promise<CounterHost> => joinInProcess({ url: bus.url, lattice, runtime })
      await using counter = await startCounterLattice({ url: bus.url, lattice, join, ports })
      for (const step of order) await counter.take(step)
      return await counter.outcome()
    } catch (cause) {
      throw new Error(`in the order ${order.join(', ')}`, { cause })
    } finally {
      await deleteBuckets(bus.url, lattice)
    }
  }
  const twoPorts = async () => ({ before: await freePort(), after: await freePort() })

  beforeAll(async () => {
    bus = await startEmbeddedBus()
    runtime = new KeptRuntime()
    expected = await tryOrder(counterSteps, await twoPorts())
  })
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  it('answers', () => {
    expect(expected).toMatchObject({
      ...{ answer: '2\n', oldAddress: 'refuses', links: counterLinks },
      inventories: [
        { components: [{ id: 'counter', max_instances: 2 }], providers: [{ id: 'http' }] },
        { components: [], providers: [{ id: 'kv' }] },
      ],
    })
    expect(JSON.stringify(expected.inventories).match(/"state":"\w+"/g)).toEqual(
      ['established', 'established'].map((state) => `"state":"${state}"`),
    )
  })

  it.each(counterSteps)(
    'comes to the same in all orders that begin with: %s',
    async (first) => {
      const orders = permutations(counterSteps.filter((step) => step !== first)).map((rest) => [
        first,
        ...rest,
      ])
      expect(orders).toHaveLength(120)
      const workOff = async (): Promise<void> => {
        const ports = await twoPorts()
        for (let order = orders.pop(); order; order = orders.pop()) {
          expect({ order, ...(await tryOrder(order, ports)) }).toEqual({ order, ...expected })
        }
      }
      await Promise.all(Array.from({ length: lanes }, workOff))
    },
    240_000,
  )

  it.each(Array.from({ length: restarts }, (_, seed) => seed))(
    'comes to the same where the first host is killed and restarted in the middle: seed %i',
    async (seed) => {
      const random = seededRandom(seed)
      const orders = permutations(counterSteps)
      const order = orders[Math.floor(random() * orders.length)] ?? counterSteps
      const before = 1 + Math.floor(random() * (order.length - 1))
      const lattice = parseLatticeName(`restarted-${seed}`)
      const join = (): Promise<CounterHost> => joinAsProcess(bus.url, lattice)
      await using counter = await startCounterLattice({
        url: bus.url,
        lattice,
        join,
        ports: await twoPorts(),
      })
      for (const step of order.slice(0, before)) await counter.take(step)
      await counter.restartFirst()
      for (const step of order.slice(before)) await counter.take(step)
      expect({ order, before, ...(await counter.outcome()) }).toEqual({ order, before, ...expected })
    },
    60_000,
  )
})

/** Else the bus would hold the streams of all orders. */
async function deleteBuckets(url: string, lattice: string): Promise<void> {
  const connection = await connect({ servers: url })
  const { streams } = await jetstreamManager(connection)
  for (const bucket of ['LATTICEDATA', 'CONFIGDATA']) await streams.delete(`KV_${bucket}_${lattice}`)
  await connection.close()
}
