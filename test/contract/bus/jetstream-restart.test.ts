import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { natsImplementations } from '../../support/nats-implementations.js'

describe.each(natsImplementations)('JetStream of $name, over a restart', ({ start }) => {
  it('goes on with watches of a bucket, without a gap', async () => {
    await using server = await start()
    const client = await connect({ servers: server.url, reconnectTimeWait: 50, maxReconnectAttempts: -1 })
    const bucket = await new Kvm(client).create('b', { history: 3 })
    const watch = await bucket.watch()
    await bucket.put('before', '1')
    await server.stop()
    const reconnected = statusOf(client, 'reconnect')
    await server.restart()
    await reconnected
    await bucket.put('after', '2')
    const seen: string[] = []
    for await (const { key, revision } of watch) {
      seen.push(`${key} ${revision}`)
      if (key === 'after') break
    }
    expect(seen).toEqual(['before 1', 'after 2'])
    expect(await bucket.update('after', '3', 2)).toBe(3)
    await client.close()
  })

  it('keeps the rules of a stream: limits, seals, subjects', async () => {
    await using server = await start()
    const before = await connect({ servers: server.url })
    const manager = await jetstreamManager(before)
    await manager.streams.add({ name: 'S', subjects: ['s.*'], max_msgs_per_subject: 1, deny_delete: true })
    const { config } = await manager.streams.info('S')
    await jetstream(before).publish('s.1', 'old')
    await before.close()
    await server.stop()
    await server.restart()
    const after = await connect({ servers: server.url })
    const again = await jetstreamManager(after)
    expect((await again.streams.info('S')).config).toEqual(config)
    expect((await jetstream(after).publish('s.1', 'new')).seq).toBe(2)
    expect((await again.streams.info('S')).state.messages).toBe(1)
    await expect(again.streams.deleteMessage('S', 2)).rejects.toThrow('message delete not permitted')
    await after.close()
  })
})

/** Resolves when the client reports so. */
async function statusOf(client: NatsConnection, wanted: string): Promise<void> {
  for await (const { type } of client.status()) if (type === wanted) return
}
