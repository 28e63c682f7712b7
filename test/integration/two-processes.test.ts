import { describe, expect, it } from 'vitest'
import { createWashiLattice, freePort, guestFile } from '../support/washi-lattice.js'

describe('two washi processes on one bus', () => {
  it('carry every type over a link between their components', async () => {
    await using one = await createWashiLattice()
    await one.up()
    await using two = await createWashiLattice()
    // Its environment names a control bus of its own, as that of commands does.
    const busPort = String(one.natsPort)
    await two.up('--nats-connect-only', '--nats-port', busPort, '--ctl-port', busPort)
    const { hosts } = (await one.json('get', 'hosts')) as { hosts: readonly { id: string }[] }
    expect(hosts).toHaveLength(2)
    const [first, second] = hosts.map(({ id }) => id)
    const port = await freePort()
    await one.json('start', 'component', guestFile('types-caller'), 'caller', '--host-id', String(first))
    await one.json('start', 'component', guestFile('echo-types'), 'echo', '--host-id', String(second))
    await one.json(
      'start',
      'provider',
      'ghcr.io/wasmcloud/http-server:0.28.0',
      'http',
      '--host-id',
      String(first),
    )
    await one.json('config', 'put', 'address', `address=127.0.0.1:${port}`)
    await one.json('link', 'put', 'caller', 'echo', 'test', 'types', '--interface', 'echo')
    await one.json(
      ...['link', 'put', 'http', 'caller', 'wasi', 'http', '--interface', 'incoming-handler'],
      ...['--source-config', 'address'],
    )
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('146 ok, 0 failed\n')
    // Ten commands, each a process of its own.
  }, 120_000)
})
