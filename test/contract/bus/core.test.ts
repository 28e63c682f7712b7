import { connect, headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { describe, expect, it } from 'vitest'
import { natsImplementations } from '../../support/nats-implementations.js'

describe.each(natsImplementations)('$name through a stock client', ({ start }) => {
  it('delivers to literal subjects and wildcards, in order', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const all = clients.receiver.subscribe('orders.>')
    const one = clients.receiver.subscribe('orders.*.new')
    const none = clients.receiver.subscribe('orders')
    await clients.receiver.flush()
    for (const subject of ['orders.a.new', 'orders.b.new', 'orders.c', 'orderss.a']) {
      clients.sender.publish(subject, subject)
    }
    await clients.sender.flush()
    expect((await take(all, 3)).map((message) => message.string())).toEqual([
      'orders.a.new',
      'orders.b.new',
      'orders.c',
    ])
    expect((await take(one, 2)).map((message) => message.subject)).toEqual(['orders.a.new', 'orders.b.new'])
    expect(none.getReceived()).toBe(0)
  })

  it('gives each message of a queue group to one member, and spreads them', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const counts = [0, 0, 0]
    for (const index of counts.keys()) {
      clients.receiver.subscribe('work', {
        queue: 'workers',
        callback: () => void (counts[index] = (counts[index] ?? 0) + 1),
      })
    }
    const witness = clients.receiver.subscribe('work')
    await clients.receiver.flush()
    for (let index = 0; index < 300; index++) clients.sender.publish('work', String(index))
    await clients.sender.flush()
    await take(witness, 300)
    await clients.receiver.flush()
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(300)
    expect(Math.min(...counts)).toBeGreaterThan(30)
  })

  it('answers requests, many at a time', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    clients.receiver.subscribe('echo', { callback: (_error, message) => void message.respond(message.data) })
    await clients.receiver.flush()
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => clients.sender.request('echo', `n${index}`)),
    )
    expect(answers.map((answer) => answer.string())).toEqual(
      Array.from({ length: 200 }, (_, index) => `n${index}`),
    )
  })

  it('tells a requester at once that nobody listens', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    await expect(clients.sender.request('nobody.home', '', { timeout: 20_000 })).rejects.toThrow(
      /no responders/,
    )
  })

  it('carries headers, binary payloads and UTF-8 subjects unchanged', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const subscription = clients.receiver.subscribe('grüße.>')
    await clients.receiver.flush()
    const data = Uint8Array.from({ length: 256 }, (_, index) => index)
    const sent = headers()
    sent.append('Key', 'one')
    sent.append('Key', 'two')
    clients.sender.publish('grüße.世界', data, { headers: sent, reply: 'back.to.me' })
    const [message] = await take(subscription, 1)
    expect(message?.subject).toBe('grüße.世界')
    expect(message?.reply).toBe('back.to.me')
    expect(message?.headers?.values('Key')).toEqual(['one', 'two'])
    expect(new Uint8Array(message?.data ?? [])).toEqual(data)
  })

  it('carries a payload of the size that it allows, byte for byte', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const largest = clients.sender.info?.max_payload ?? 0
    expect(largest).toBe(1024 * 1024)
    const subscription = clients.receiver.subscribe('large')
    await clients.receiver.flush()
    clients.sender.publish('large', new Uint8Array(largest).fill(7))
    const [message] = await take(subscription, 1)
    expect(message?.data.length).toBe(largest)
    expect(message?.data.every((byte) => byte === 7)).toBe(true)
  })

  it('ends a subscription after its maximum of messages', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const subscription = clients.receiver.subscribe('few', { max: 3 })
    await clients.receiver.flush()
    for (let index = 0; index < 10; index++) clients.sender.publish('few', String(index))
    const received: string[] = []
    for await (const message of subscription) received.push(message.string())
    expect(received).toEqual(['0', '1', '2'])
    await expect(clients.sender.request('few', '')).rejects.toThrow(/no responders/)
  })

  it('gives a client its own messages only with echo', async () => {
    await using server = await start()
    await using silent = await connectOne(server.url, { noEcho: true })
    await using other = await connectOne(server.url)
    const [own, others] = [silent.nc.subscribe('self'), other.nc.subscribe('self')]
    await Promise.all([silent.nc.flush(), other.nc.flush()])
    silent.nc.publish('self', 'x')
    await take(others, 1)
    await silent.nc.flush()
    expect(own.getReceived()).toBe(0)
  })

  it('drains: what was published before is delivered, and then the connection ends', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const seen: string[] = []
    const subscription = clients.receiver.subscribe('drain', {
      callback: (_error, message) => void seen.push(message.string()),
    })
    await clients.receiver.flush()
    for (let index = 0; index < 1000; index++) clients.sender.publish('drain', String(index))
    await clients.sender.drain()
    await subscription.drain()
    await clients.receiver.drain()
    expect(seen).toHaveLength(1000)
    expect(clients.sender.isClosed()).toBe(true)
  })

  it('takes clients back after a restart, with their subscriptions', async () => {
    await using server = await start()
    await using clients = await connectTwo(server.url)
    const subscription = clients.receiver.subscribe('after.restart')
    await clients.receiver.flush()
    const back = [clients.receiver, clients.sender].map((client) => statusOf(client, 'reconnect'))
    await server.stop()
    await server.restart()
    await Promise.all(back)
    await clients.receiver.flush()
    clients.sender.publish('after.restart', 'still here')
    const [message] = await take(subscription, 1)
    expect(message?.string()).toBe('still here')
  })
})

interface Connected extends AsyncDisposable {
  readonly nc: NatsConnection
}

async function connectOne(url: string, options: { readonly noEcho?: boolean } = {}): Promise<Connected> {
  const nc = await connect({ ...options, servers: url, reconnectTimeWait: 20, maxReconnectAttempts: -1 })
  return { nc, [Symbol.asyncDispose]: () => nc.close() }
}

async function connectTwo(url: string) {
  const [receiver, sender] = [await connectOne(url), await connectOne(url)]
  return {
    receiver: receiver.nc,
    sender: sender.nc,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([receiver.nc.close(), sender.nc.close()])
    },
  }
}

async function take(subscription: Subscription, count: number): Promise<Msg[]> {
  const messages: Msg[] = []
  if (count === 0) return messages
  for await (const message of subscription) {
    messages.push(message)
    if (messages.length === count) break
  }
  return messages
}

async function statusOf(client: NatsConnection, wanted: string): Promise<void> {
  for await (const { type } of client.status()) if (type === wanted) return
}
