import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Broker } from '#washi/bus/broker/broker.js'
import { listen } from '#washi/bus/listener/listen.js'
import { createManualClock } from '../../support/manual-clock.js'
import { connectRaw } from '../../support/raw-nats-client.js'
import { startTestBroker } from '../../support/test-broker.js'

describe('listen()', () => {
  it('refuses a taken port by name, and leaves the one who has it alone', async () => {
    await using server = await startTestBroker()
    const broker = new Broker()
    await expect(listen({ broker, host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'BUS_PORT_IN_USE',
      message: `Cannot start the bus on 127.0.0.1:${server.port}: the port is in use`,
    })
    broker.stop()
    await using client = await connectRaw(server.port, {})
    expect(await client.sync()).toBe('')
  })

  it('says which host it does not know', async () => {
    const broker = new Broker()
    await expect(listen({ broker, host: 'no such host', port: 0 })).rejects.toMatchObject({
      code: 'BUS_LISTEN_FAILED',
      message: expect.stringContaining('no such host:0') as string,
    })
    broker.stop()
  })

  it('closes even where a client keeps its side of the connection open', async () => {
    const clock = createManualClock()
    const server = await startTestBroker({ clock })
    const stubborn = connect({ host: '127.0.0.1', port: server.port, allowHalfOpen: true })
    stubborn.on('error', () => undefined) // A reset is one way to hear of the end.
    await once(stubborn, 'data')
    const closing = server[Symbol.asyncDispose]()
    stubborn.resume()
    await once(stubborn, 'end')
    clock.advance(2000)
    await closing
    stubborn.destroy()
  })
})
