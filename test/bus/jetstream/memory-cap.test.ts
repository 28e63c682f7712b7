import { startJetStream } from '#washi/bus/jetstream/start-jetstream.js'
import { createLogger, type LogRecord } from '#washi/core/log.js'
import { connect } from '@nats-io/transport-node'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../support/temp-folder.js'
import { startTestBroker } from '../../support/test-broker.js'

describe('startJetStream()', () => {
  it('refuses messages past its memory, takes them again once there is room, and says so in the log', async () => {
    await using folder = await makeTempFolder()
    await using server = await startTestBroker({ jetStream: true })
    const records: LogRecord[] = []
    const log = createLogger({ level: 'warn', now: Date.now, write: (record) => records.push(record) })
    const options = { storeDir: folder.path, log, maxBytes: 10_000 }
    const running = await startJetStream(server.broker, options)
    const client = await connect({ port: server.port })
    const manager = await jetstreamManager(client)
    await manager.streams.add({ name: 'S', subjects: ['s'] })
    for (let index = 0; index < 9; index++) await jetstream(client).publish('s', 'x'.repeat(1000))
    const refused = jetstream(client).publish('s', 'x'.repeat(1000))
    await expect(refused).rejects.toMatchObject({ code: 10023, message: 'insufficient resources' })
    expect(records.map(({ message }) => message)).toEqual([
      'The bus is full: it refuses messages until there is room',
    ])
    await manager.streams.purge('S')
    expect((await jetstream(client).publish('s', 'x'.repeat(1000))).seq).toBe(10)
    expect((await manager.getAccountInfo()).limits.max_storage).toBe(10_000)
    await client.close()
    await running.stop()
  })
})
