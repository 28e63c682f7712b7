import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstream, jetstreamManager, type JetStreamClient } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { startBusProcess, type BusProcess } from '../../support/bus-process.js'
import { makeTempFolder } from '../../support/temp-folder.js'

describe('the embedded bus, killed', () => {
  it('has every acknowledged message after SIGKILL while clients write, round after round', async () => {
    await using folder = await makeTempFolder()
    const acknowledged = new Map<number, string>()
    for (let round = 0; round < 4; round++) {
      await using bus = await startBusProcess(folder.path)
      const client = await connect({ servers: bus.url, reconnect: false })
      if (round === 0) await addStream(client, { name: 'S', subjects: ['s.*'] })
      await expectStored(client, acknowledged)
      await writeUntilKilled({ client, bus, acknowledged, round })
    }
    await using bus = await startBusProcess(folder.path)
    const client = await connect({ servers: bus.url })
    await expectStored(client, acknowledged)
    expect(acknowledged.size).toBeGreaterThan(1000)
    await client.close()
  })

  it('does not deliver again what was acknowledged and confirmed', async () => {
    await using folder = await makeTempFolder()
    const bus = await startBusProcess(folder.path)
    const client = await connect({ servers: bus.url, reconnect: false })
    const kinds = ['limits', 'workqueue', 'interest'] as const
    const manager = await jetstreamManager(client)
    for (const kind of kinds) {
      await addStream(client, { name: kind, subjects: [`${kind}.*`], retention: kind })
      await manager.consumers.add(kind, { durable_name: 'c', ack_policy: 'explicit', ack_wait: 500e6 })
      for (let index = 0; index < 4; index++) await jetstream(client).publish(`${kind}.${index}`)
      const messages = await (await jetstream(client).consumers.get(kind, 'c')).fetch({ max_messages: 3 })
      for await (const message of messages) if (message.seq !== 2) await message.ackAck()
    }
    await bus.kill()
    await client.closed()
    await using again = await startBusProcess(folder.path)
    const later = await connect({ servers: again.url })
    for (const kind of kinds) {
      const consumer = await jetstream(later).consumers.get(kind, 'c')
      const seen: number[] = []
      for await (const message of await consumer.fetch({ max_messages: 2 })) {
        seen.push(message.seq)
        message.ack()
      }
      expect([kind, ...seen.sort()]).toEqual([kind, 2, 4])
    }
    await later.close()
  })

  it('starts with what is whole where files are damaged, and says what is not', async () => {
    await using folder = await makeTempFolder()
    const bus = await startBusProcess(folder.path)
    const client = await connect({ servers: bus.url, reconnect: false })
    for (const name of ['A', 'B', 'C']) {
      await addStream(client, { name, subjects: [`${name}.*`] })
      await jetstream(client).publish(`${name}.1`, name)
      const manager = await jetstreamManager(client)
      await manager.consumers.add(name, { durable_name: 'c', ack_policy: 'explicit' })
    }
    await bus.kill()
    await client.closed()
    damage(folder.path, 'A', 'stream.json')
    damage(folder.path, 'B', 'messages.log')
    damage(folder.path, 'C', 'consumers')
    await using again = await startBusProcess(folder.path)
    const later = await connect({ servers: again.url })
    const manager = await jetstreamManager(later)
    expect(await namesOf(manager.streams.names())).toEqual(['B', 'C'])
    expect((await manager.streams.info('B')).state.messages).toBe(0)
    expect((await manager.streams.getMessage('C', { seq: 1 }))?.string()).toBe('C')
    expect((await manager.streams.info('C')).state.consumer_count).toBe(0)
    for (const file of ['stream.json', 'messages.log', 'consumers']) {
      expect(again.log.some((line) => line.includes(' ERROR ') && line.includes(file))).toBe(true)
    }
    await addStream(later, { name: 'A', subjects: ['A.*'] })
    expect((await jetstream(later).publish('A.1')).seq).toBe(1)
    await later.close()
  })
})

async function addStream(
  client: NatsConnection,
  config: { name: string; subjects: string[]; retention?: 'limits' | 'workqueue' | 'interest' },
): Promise<void> {
  await (await jetstreamManager(client)).streams.add(config)
}

interface WriteOptions {
  readonly client: NatsConnection
  readonly bus: BusProcess
  readonly acknowledged: Map<number, string>
  readonly round: number
}

/** Publishes, many at a time, and kills the bus in the middle of it. */
async function writeUntilKilled({ client, bus, acknowledged, round }: WriteOptions): Promise<void> {
  const stream: JetStreamClient = jetstream(client, { timeout: 3000 })
  const killAfter = acknowledged.size + 300 + round * 37
  let number = 0
  const write = async (): Promise<void> => {
    for (;;) {
      const text = `${round}.${number++} ${'x'.repeat(number % 3000)}`
      const ack = await stream.publish(`s.${number % 7}`, text)
      acknowledged.set(ack.seq, text)
      if (acknowledged.size === killAfter) void bus.kill()
    }
  }
  await Promise.allSettled(Array.from({ length: 16 }, write))
  await bus.kill()
  await client.closed()
}

async function expectStored(client: NatsConnection, expected: ReadonlyMap<number, string>): Promise<void> {
  const manager = await jetstreamManager(client)
  const found = await Promise.all([...expected.keys()].map((seq) => manager.streams.getMessage('S', { seq })))
  const lost = [...expected].filter(([, text], index) => found[index]?.string() !== text)
  expect(lost).toEqual([])
}

async function namesOf(lister: AsyncIterable<string>): Promise<string[]> {
  const names: string[] = []
  for await (const name of lister) names.push(name)
  return names.sort()
}

function damage(storeDir: string, stream: string, what: string): void {
  const root = join(storeDir, 'streams')
  const folder = join(root, readdirSync(root).find((name) => name.startsWith(`${stream}-`)) ?? '')
  const files =
    what === 'consumers' ? readdirSync(join(folder, what)).map((name) => join(what, name)) : [what]
  for (const file of files) writeFileSync(join(folder, file), '{"half":'.padEnd(200, 'x'))
}
