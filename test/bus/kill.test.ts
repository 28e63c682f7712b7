import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm, type KV } from '@nats-io/kv'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { startBusProcess } from '../support/bus-process.js'
import { makeTempFolder } from '../support/temp-folder.js'

describe('the bus under kill -9', () => {
  it('has every acknowledged write after each of several kills', { timeout: 300_000 }, async () => {
    await using folder = await makeTempFolder()
    const acknowledged = new Map<string, { readonly value: string; readonly revision: number }>()
    for (let round = 0; round < 4; round++) {
      await using bus = await startBusProcess(folder.path)
      await using client = await connectOnce(bus.url)
      const bucket = await new Kvm(client.nc).create('LATTICEDATA_default', { history: 5 })
      await expectAll(bucket, acknowledged)
      const writers = Array.from({ length: 8 }, (_, index) =>
        write(bucket, `${round}-${index}`, acknowledged),
      )
      while (acknowledged.size < (round + 1) * 100) await client.nc.flush()
      await bus.kill()
      await Promise.all(writers)
    }
    await using bus = await startBusProcess(folder.path)
    await using client = await connectOnce(bus.url)
    const bucket = await new Kvm(client.nc).create('LATTICEDATA_default', { history: 5 })
    await expectAll(bucket, acknowledged)
    await expectNoGapsInOrder(client.nc, acknowledged.size)
  })

  it('keeps compare-and-set honest over a kill', async () => {
    await using folder = await makeTempFolder()
    const first = await startBusProcess(folder.path)
    await using before = await connectOnce(first.url)
    const revision = await (await new Kvm(before.nc).create('LATTICEDATA_default')).create('link', 'one')
    await first.kill()
    await using second = await startBusProcess(folder.path)
    await using after = await connectOnce(second.url)
    const bucket = await new Kvm(after.nc).open('LATTICEDATA_default')
    await expect(bucket.create('link', 'two')).rejects.toThrow(/wrong last sequence/)
    await expect(bucket.update('link', 'two', revision + 1)).rejects.toThrow(/wrong last sequence/)
    expect(await bucket.update('link', 'two', revision)).toBeGreaterThan(revision)
  })
})

type Acknowledged = Map<string, { readonly value: string; readonly revision: number }>

/** Puts one key after the other until the connection is gone. */
async function write(bucket: KV, name: string, acknowledged: Acknowledged): Promise<void> {
  for (let count = 0; ; count++) {
    const [key, value] = [`${name}-${count}`, `${name} ${'x'.repeat(count)}`]
    try {
      const revision = await bucket.put(key, value)
      acknowledged.set(key, { value, revision })
    } catch {
      return // The bus was killed: this write was not acknowledged.
    }
  }
}

async function expectAll(bucket: KV, acknowledged: Acknowledged): Promise<void> {
  for (const [key, { value, revision }] of acknowledged) {
    const entry = await bucket.get(key)
    expect({ key, value: entry?.string(), revision: entry?.revision }).toEqual({ key, value, revision })
  }
}

/** Sequences count on without a gap: what was written but not acknowledged may be there too. */
async function expectNoGapsInOrder(nc: NatsConnection, atLeast: number): Promise<void> {
  const { state } = await (await jetstreamManager(nc)).streams.info('KV_LATTICEDATA_default')
  expect(state.messages).toBeGreaterThanOrEqual(atLeast)
  expect(state.last_seq - state.first_seq + 1).toBe(state.messages)
}

async function connectOnce(url: string) {
  const nc = await connect({ servers: url, reconnect: false })
  return { nc, [Symbol.asyncDispose]: () => nc.close() }
}
