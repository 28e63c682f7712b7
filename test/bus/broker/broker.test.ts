import { describe, expect, it } from 'vitest'
import type { InternalMessage } from '#washi/bus/broker/broker-port.js'
import { createLogger, type LogRecord } from '#washi/core/log.js'
import { createManualClock } from '../../support/manual-clock.js'
import { connectRaw } from '../../support/raw-nats-client.js'
import { startTestBroker } from '../../support/test-broker.js'

describe('the broker as a service to parts of its process', () => {
  it('hands over what clients publish: subject, reply, headers and payload', async () => {
    await using server = await startTestBroker()
    const seen: InternalMessage[] = []
    server.broker.subscribe('a.*', (message) => seen.push(message))
    await using client = await connectRaw(server.port, { headers: true })
    client.send('PUB a.b 2\r\nhi\r\nHPUB a.c r 12 15\r\nNATS/1.0\r\n\r\nabc\r\nPUB b 0\r\n\r\n')
    await client.sync()
    expect(
      seen.map(({ subject, reply, headers, payload }) => [
        subject,
        reply,
        headers?.toString(),
        String(payload),
      ]),
    ).toEqual([
      ['a.b', undefined, undefined, 'hi'],
      ['a.c', 'r', 'NATS/1.0\r\n\r\n', 'abc'],
    ])
  })

  it('hands over nothing after unsubscribe, even from within the handler', async () => {
    await using server = await startTestBroker()
    const seen: string[] = []
    const subscription = server.broker.subscribe('a', ({ payload }) => {
      seen.push(String(payload))
      subscription.unsubscribe()
    })
    server.broker.publish({ subject: 'a', payload: Buffer.from('1') })
    expect(server.broker.publish({ subject: 'a', payload: Buffer.from('2') })).toBe(false)
    expect(seen).toEqual(['1'])
  })

  it('delivers to the subscribers of another subject with the message naming its own', async () => {
    await using server = await startTestBroker()
    await using client = await connectRaw(server.port, { headers: true })
    client.send('SUB deliver.here 1\r\nSUB stored.subject 2\r\n')
    await client.sync()
    const payload = Buffer.from('hi')
    const taken = server.broker.publish({
      subject: 'stored.subject',
      deliverTo: 'deliver.here',
      reply: 'ack',
      payload,
    })
    expect(taken).toBe(true)
    expect(await client.read(/hi\r\n/)).toBe('MSG stored.subject 1 ack 2\r\nhi\r\n')
    expect(server.broker.publish({ subject: 'stored.subject', deliverTo: 'nobody' })).toBe(false)
  })

  it('sends headers apart from the payload', async () => {
    await using server = await startTestBroker()
    await using client = await connectRaw(server.port, { headers: true })
    client.send('SUB h 1\r\n')
    await client.sync()
    server.broker.publish({ subject: 'h', headers: Buffer.from('NATS/1.0 100\r\n\r\n') })
    expect(await client.read(/\r\n\r\n\r\n/)).toBe('HMSG h 1 16 16\r\nNATS/1.0 100\r\n\r\n\r\n')
  })

  it('knows the interest of clients, not its own, and tells of each change', async () => {
    await using server = await startTestBroker()
    const changes: string[] = []
    const end = server.broker.onInterestChange((subject, added) =>
      changes.push(`${added ? '+' : '-'}${subject}`),
    )
    server.broker.subscribe('a.b', () => undefined)
    expect(server.broker.hasInterest('a.b')).toBe(false)
    const client = await connectRaw(server.port, {})
    client.send(
      'SUB a.* 1\r\nSUB q group 2\r\nSUB gone 3\r\nUNSUB 3\r\nSUB once 4\r\nUNSUB 4 1\r\nPUB once 0\r\n\r\n',
    )
    await client.sync()
    expect([
      server.broker.hasInterest('a.b'),
      server.broker.hasInterest('q'),
      server.broker.hasInterest('once'),
    ]).toEqual([true, true, false])
    expect(changes).toEqual(['+a.*', '+q', '+gone', '-gone', '+once', '-once'])
    client.socket.end()
    await client.ended
    await server.settled()
    expect(server.broker.hasInterest('a.b')).toBe(false)
    expect(changes.slice(6)).toEqual(['-a.*', '-q'])
    end()
    await using late = await connectRaw(server.port, {})
    late.send('SUB late 1\r\n')
    await late.sync()
    expect(changes).toHaveLength(8)
  })

  it('keeps the order of answers that a handler publishes while a client is being read', async () => {
    await using server = await startTestBroker()
    server.broker.subscribe('ask', ({ reply = '', payload }) =>
      server.broker.publish({ subject: reply, payload }),
    )
    await using client = await connectRaw(server.port, {})
    client.send('SUB answer 1\r\nPUB ask answer 1\r\n1\r\nPUB ask answer 1\r\n2\r\nPING\r\n')
    expect(await client.read(/PONG\r\n/)).toBe('MSG answer 1 1\r\n1\r\nMSG answer 1 1\r\n2\r\nPONG\r\n')
  })

  it('ends only the connection whose message a handler fails on', async () => {
    const records: LogRecord[] = []
    const log = createLogger({ level: 'error', now: () => 0, write: (record) => records.push(record) })
    await using server = await startTestBroker({ log })
    server.broker.subscribe('bad', () => {
      throw new Error('a bug')
    })
    await using bystander = await connectRaw(server.port, {})
    await using client = await connectRaw(server.port, {})
    client.send('PUB bad 0\r\n\r\n')
    expect(await client.ended).toContain("-ERR 'Internal Server Error'")
    expect(await bystander.sync()).toBe('')
    expect(String(records[0]?.fields['error'])).toContain('a bug')
  })
})

describe('the broker and who may connect', () => {
  const token = { kind: 'token', token: 'sesame' } as const
  const user = { kind: 'user', user: 'ann', pass: 'secret' } as const

  it.each([
    [token, { auth_token: 'sesame' }],
    [user, { user: 'ann', pass: 'secret' }],
  ])('lets in who knows the secret', async (authentication, options) => {
    await using server = await startTestBroker({ authentication })
    await using client = await connectRaw(server.port, options)
    expect(client.greeting).toContain('"auth_required":true')
    expect(await client.sync()).toBe('')
  })

  it.each([
    [token, 'CONNECT {"auth_token":"sesam"}\r\n'],
    [token, 'CONNECT {"auth_token":"sesamx"}\r\n'],
    [token, 'CONNECT {}\r\n'],
    [token, 'CONNECT {"auth_token":1}\r\n'],
    [token, 'PING\r\n'],
    [token, 'SUB > 1\r\n'],
    [token, 'PUB a 0\r\n\r\n'],
    [user, 'CONNECT {"user":"ann"}\r\n'],
    [user, 'CONNECT {"user":"ann","pass":"wrong!"}\r\n'],
    [user, 'CONNECT {"pass":"secret"}\r\n'],
  ])('refuses everybody else', async (authentication, text) => {
    await using server = await startTestBroker({ authentication })
    await using client = await connectRaw(server.port)
    client.send(text)
    expect(await client.ended).toBe("-ERR 'Authorization Violation'\r\n")
  })

  it('ends a connection that does not authenticate in time', async () => {
    const clock = createManualClock()
    await using server = await startTestBroker({ authentication: token, clock })
    await using patient = await connectRaw(server.port, { auth_token: 'sesame' })
    await using client = await connectRaw(server.port)
    clock.advance(2000)
    expect(await client.ended).toBe("-ERR 'Authentication Timeout'\r\n")
    expect(await patient.sync()).toBe('')
  })

  it('refuses connections over the maximum, and takes new ones once others are gone', async () => {
    await using server = await startTestBroker({ maxConnections: 1 })
    const first = await connectRaw(server.port, {})
    await expect(connectRaw(server.port)).rejects.toThrow(/-ERR 'maximum connections exceeded'/)
    first.socket.end()
    await first.ended
    await server.settled()
    await using second = await connectRaw(server.port, {})
    expect(await second.sync()).toBe('')
  })
})

describe('the broker and its connections', () => {
  it('pings a silent client and ends one that answers neither', async () => {
    const clock = createManualClock()
    await using server = await startTestBroker({ clock })
    await using client = await connectRaw(server.port, {})
    await using lively = await connectRaw(server.port, {})
    clock.advance(120_000) // Both had just connected.
    for (let round = 0; round < 3; round++) {
      clock.advance(120_000)
      await lively.read(/PING\r\n/)
      lively.send('PONG\r\n')
      await lively.sync()
      clock.advance(120_000) // A PONG counts as a sign of life, so no ping in this round.
    }
    expect(await client.ended).toBe("PING\r\nPING\r\n-ERR 'Stale Connection'\r\n")
    expect(await lively.sync()).toBe('')
  })

  it('cuts off a client that reads too slowly, and nobody else', async () => {
    const records: LogRecord[] = []
    const log = createLogger({ level: 'warn', now: () => 0, write: (record) => records.push(record) })
    await using server = await startTestBroker({ log, maxPendingBytes: 1024 * 1024 })
    await using slow = await connectRaw(server.port, { name: 'snail' })
    await using quick = await connectRaw(server.port, {})
    await using publisher = await connectRaw(server.port, {})
    slow.send('SUB flood 1\r\n')
    quick.send('SUB flood 1\r\n')
    await Promise.all([slow.sync(), quick.sync()])
    slow.socket.pause()
    const message = `PUB flood 65536\r\n${'x'.repeat(65536)}\r\n`
    let sent = 0
    for (; records.length === 0; sent++) {
      publisher.send(message)
      expect(await publisher.sync()).toBe('')
      await quick.read(/x\r\n/)
    }
    expect(records).toMatchObject([{ message: 'Cut off a slow consumer', fields: { name: 'snail' } }])
    expect(sent).toBeGreaterThan(16)
    slow.socket.resume()
    await slow.ended
    publisher.send('PUB flood 3\r\nend\r\n')
    await quick.read(/end\r\n/)
  })

  it('tells how much waits for the readers of a subject', async () => {
    await using server = await startTestBroker()
    await using slow = await connectRaw(server.port, {})
    slow.send('SUB a 1\r\n')
    await slow.sync()
    slow.socket.pause()
    expect(server.broker.pendingBytes('a')).toBe(0)
    const payload = Buffer.alloc(1024 * 1024)
    for (let sent = 0; sent < 32; sent++) server.broker.publish({ subject: 'a', payload })
    expect(server.broker.pendingBytes('a')).toBeGreaterThan(8 * 1024 * 1024)
    expect(server.broker.pendingBytes('b')).toBe(0)
  })

  it('holds a publisher up while somebody cannot keep up with it', async () => {
    const clock = createManualClock()
    await using server = await startTestBroker({ clock, maxPendingBytes: 8 * 1024 * 1024 })
    await using slow = await connectRaw(server.port, {})
    await using publisher = await connectRaw(server.port, {})
    slow.send('SUB a 1\r\n')
    await slow.sync()
    slow.socket.pause()
    const payload = Buffer.alloc(512 * 1024)
    while (server.broker.pendingBytes('a') < 6.5 * 1024 * 1024)
      server.broker.publish({ subject: 'a', payload })
    publisher.send('PUB a 1\r\nx\r\n')
    await publisher.sync()
    publisher.send('PING\r\n')
    await using bystander = await connectRaw(server.port, {})
    expect(await bystander.sync()).toBe('')
    expect(publisher.received).toBe('')
    clock.advance(5)
    expect(await publisher.read(/PONG\r\n/)).toBe('PONG\r\n')
  })

  it('hands over everything before it stops, and takes nobody after that', async () => {
    const server = await startTestBroker()
    await using client = await connectRaw(server.port, {})
    client.send('SUB a 1\r\n')
    await client.sync()
    const payload = Buffer.alloc(512 * 1024, 'x')
    for (let sent = 0; sent < 8; sent++) server.broker.publish({ subject: 'a', payload })
    await server[Symbol.asyncDispose]()
    const text = await client.ended
    expect(text.match(/MSG a 1 524288\r\nx{524288}\r\n/g)).toHaveLength(8)
    await expect(connectRaw(server.port)).rejects.toThrow(/ECONNREFUSED/)
  })
})
