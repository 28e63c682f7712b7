import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scaleComponent } from '#washi/lattice/operations/scale-component.js'
import { stopHost } from '#washi/lattice/operations/stop-host.js'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { parseHostId, parseLatticeName } from '#washi/lattice/ids.js'
import { startEmbeddedBus, type EmbeddedBus } from '../../support/embedded-bus.js'

const hostId = parseHostId(`N${'H'.repeat(55)}`)
const accepted = JSON.stringify({ success: true, message: '' })

let bus: EmbeddedBus
beforeAll(async () => {
  bus = await startEmbeddedBus()
})
afterAll(() => bus[Symbol.asyncDispose]())

const connect = (): Promise<LatticeConnection> =>
  connectLattice({ url: bus.url, lattice: parseLatticeName('default'), name: 'test' })

/** Takes every request, and is gone once it has taken one to change something: as a host that is killed. */
async function startMortalHost(): Promise<AsyncDisposable> {
  const connection = await connect()
  const take = async (): Promise<void> => {
    for await (const message of connection.subscribe(`wasmbus.ctl.v1.default.*.*.${hostId}`)) {
      message.respond(accepted)
      if (/\.(scale|stop)\./.test(message.subject)) break
    }
    await connection.close()
  }
  const taken = take()
  await connection.flush()
  return { [Symbol.asyncDispose]: () => taken }
}

const component = { componentId: 'a', componentRef: 'file:///a.wasm', maxInstances: 1 }
const rest = { config: [], allowUpdate: false, waitMs: 60_000 }

describe('a host that is killed during a request', () => {
  it('is told apart from one that takes its time, long before that is over', async () => {
    await using _host = await startMortalHost()
    await using connection = await connect()
    const lattice = { connection, control: new ControlClient(connection) }
    await expect(scaleComponent(lattice, { hostId, ...component, ...rest })).rejects.toMatchObject({
      code: 'HOST_GONE',
      message: `Host ${hostId} went away during the scaling of component "a"`,
    })
  })

  it('has done what it was asked, where that was to stop', async () => {
    await using _host = await startMortalHost()
    await using connection = await connect()
    const lattice = { connection, control: new ControlClient(connection) }
    await stopHost(lattice, { hostId, graceMs: 1, waitMs: 60_000 })
  })
})
