import { describe, expect, it } from 'vitest'
import { natsImplementations } from '../../support/nats-implementations.js'
import { connectRaw } from '../../support/raw-nats-client.js'

const withHeaders = { headers: true, no_responders: true }

describe.each(natsImplementations)('$name on the wire', ({ start }) => {
  it('introduces itself with what clients decide by', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port)
    const info = JSON.parse(client.greeting.slice('INFO '.length)) as Record<string, unknown>
    expect(info).toMatchObject({
      proto: 1,
      host: '127.0.0.1',
      port: server.port,
      headers: true,
      jetstream: true,
      max_payload: 1048576,
      client_ip: '127.0.0.1',
    })
    expect(info['server_id']).toMatch(/^N[A-Z2-7]{55}$/)
    expect(info['version']).toMatch(/^2\.1\d\.\d+$/)
    expect(info).not.toHaveProperty('connect_urls')
    expect(info).not.toHaveProperty('auth_required')
  })

  it('acknowledges each operation of a client that has not sent CONNECT', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port)
    client.send('SUB a 1\r\nPUB a 2\r\nhi\r\nUNSUB 1\r\nCONNECT {"verbose":false}\r\nPUB b 0\r\n\r\n')
    expect(await client.sync()).toBe('+OK\r\n+OK\r\nMSG a 1 2\r\nhi\r\n+OK\r\n')
  })

  it('writes MSG with and without reply, once per matching subscription', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, {})
    client.send('SUB a.* one\r\nSUB a.b two\r\nSUB a.b two\r\n')
    client.send('PUB a.b 2\r\nhi\r\nPUB a.c answer.here 0\r\n\r\n')
    const text = await client.sync()
    expect(text.match(/MSG \S+ \S+ 2\r\nhi\r\n/g)?.sort()).toEqual([
      'MSG a.b one 2\r\nhi\r\n',
      'MSG a.b two 2\r\nhi\r\n',
    ])
    expect(text.endsWith('MSG a.c one answer.here 0\r\n\r\n')).toBe(true)
  })

  it('writes HMSG, and MSG without the headers to a client that does not know them', async () => {
    await using server = await start()
    await using modern = await connectRaw(server.port, withHeaders)
    await using ancient = await connectRaw(server.port, {})
    modern.send('SUB h 1\r\n')
    ancient.send('SUB h 1\r\n')
    await Promise.all([modern.sync(), ancient.sync()])
    modern.send('HPUB h 18 23\r\nNATS/1.0\r\nA: b\r\n\r\nhello\r\nHPUB h r 12 12\r\nNATS/1.0\r\n\r\n\r\n')
    expect(await modern.sync()).toBe(
      'HMSG h 1 18 23\r\nNATS/1.0\r\nA: b\r\n\r\nhello\r\nHMSG h 1 r 12 12\r\nNATS/1.0\r\n\r\n\r\n',
    )
    expect(await ancient.sync()).toBe('MSG h 1 5\r\nhello\r\nMSG h 1 r 0\r\n\r\n')
  })

  it('closes the connection of a client that sends headers without having said so', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, {})
    client.send('HPUB h 12 12\r\nNATS/1.0\r\n\r\n\r\n')
    await client.ended
  })

  it('answers 503 to the own subscription of a requester that wants to know', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, withHeaders)
    await using other = await connectRaw(server.port, withHeaders)
    other.send('SUB inbox.* 7\r\n')
    await other.sync()
    client.send(
      'SUB inbox.* 9\r\nPUB nobody inbox.1 2\r\nhi\r\nPUB nobody elsewhere 2\r\nhi\r\nPUB nobody 2\r\nhi\r\n',
    )
    expect(await client.sync()).toBe('HMSG inbox.1 9 16 16\r\nNATS/1.0 503\r\n\r\n\r\n')
    expect(await other.sync()).toBe('')
  })

  it('does not count a message as delivered that echo keeps from its own publisher', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, { ...withHeaders, echo: false })
    client.send('SUB self 1\r\nSUB inbox 2\r\nPUB self inbox 0\r\n\r\n')
    expect(await client.sync()).toBe('HMSG inbox 2 16 16\r\nNATS/1.0 503\r\n\r\n\r\n')
  })

  it('does not answer 503 to a client that did not ask for it', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, { headers: true })
    client.send('SUB inbox 1\r\nPUB nobody inbox 0\r\n\r\n')
    expect(await client.sync()).toBe('')
  })

  it('refuses no_responders without headers', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port)
    client.send('CONNECT {"verbose":false,"no_responders":true}\r\n')
    expect((await client.ended).toLowerCase()).toBe("-err 'no responders requires headers support'\r\n")
  })

  it('counts deliveries for UNSUB with a maximum, those before it included', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, {})
    client.send('SUB a 1\r\nPUB a 1\r\n1\r\nUNSUB 1 3\r\nPUB a 1\r\n2\r\nPUB a 1\r\n3\r\nPUB a 1\r\n4\r\n')
    expect(await client.sync()).toBe('MSG a 1 1\r\n1\r\nMSG a 1 1\r\n2\r\nMSG a 1 1\r\n3\r\n')
    client.send('SUB b 2\r\nPUB b 1\r\n1\r\nPUB b 1\r\n2\r\nUNSUB 2 1\r\nPUB b 1\r\n3\r\n')
    expect(await client.sync()).toBe('MSG b 2 1\r\n1\r\nMSG b 2 1\r\n2\r\n')
  })

  it('frees a sid at UNSUB for another subject', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, {})
    client.send('SUB a 1\r\nUNSUB 1\r\nSUB b 1\r\nPUB a 0\r\n\r\nPUB b 0\r\n\r\nUNSUB 99\r\n')
    expect(await client.sync()).toBe('MSG b 1 0\r\n\r\n')
  })

  it.each(['a..b', '.a', 'a.', 'a.>.b'])('refuses to subscribe to %s and goes on', async (subject) => {
    await using server = await start()
    await using client = await connectRaw(server.port, {})
    client.send(`SUB ${subject} 1\r\nSUB ok 1\r\nPUB ok 0\r\n\r\n`)
    expect(await client.sync()).toBe("-ERR 'Invalid Subject'\r\nMSG ok 1 0\r\n\r\n")
  })

  it('delivers a message to nobody whose subject has an empty token', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, withHeaders)
    client.send('SUB > 1\r\nSUB a.> 2\r\nSUB *.*.* 3\r\n')
    for (const subject of ['a..b', '.a', 'a.', '.', '..']) client.send(`PUB ${subject} 1\r\nx\r\n`)
    expect(await client.sync()).toBe('')
    client.send('PUB a..b x 1\r\nx\r\n')
    expect(await client.sync()).toBe('HMSG x 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n')
  })

  it('warns a pedantic publisher of a subject with wildcards', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, { pedantic: true })
    client.send('PUB a.* 0\r\n\r\nPUB a.b 0\r\n\r\n')
    expect(await client.sync()).toBe("-ERR 'Invalid Publish Subject'\r\n")
  })

  it('takes operations in any case, with spaces and tabs, cut anywhere', async () => {
    await using server = await start()
    await using client = await connectRaw(server.port, {})
    for (const part of ['su', 'b\ta', '  \t1 \r', '\npUb  a\t', '3\r\na', 'b', 'c\r', '\n']) {
      client.send(part)
      client.socket.setNoDelay(true)
    }
    expect(await client.sync()).toBe('MSG a 1 3\r\nabc\r\n')
  })

  it('tells why it closes the connection: unknown operation, payload, control line', async () => {
    await using server = await start()
    const reasons: string[] = []
    for (const text of ['NONSENSE\r\n', 'PUB a 1048577\r\n', `PUB ${'a'.repeat(5000)} 1\r\n`]) {
      await using client = await connectRaw(server.port, {})
      client.send(text)
      reasons.push((await client.ended).toLowerCase())
    }
    expect(reasons[0]).toContain("-err 'unknown protocol operation'")
    expect(reasons[1]).toContain("-err 'maximum payload violation'")
    expect(reasons[2]).toContain("-err 'maximum control line exceeded")
  })

  it('forgets the subscriptions of a connection that is gone', async () => {
    await using server = await start()
    await using requester = await connectRaw(server.port, withHeaders)
    const responder = await connectRaw(server.port, {})
    responder.send('SUB service 1\r\n')
    await responder.sync()
    await responder[Symbol.asyncDispose]()
    requester.send('SUB inbox 1\r\n')
    // The server hears of the end in its own time: ask until nobody is there.
    for (let answer = ''; !answer.includes('503'); ) {
      requester.send('PUB service inbox 0\r\n\r\n')
      answer = await requester.sync()
    }
  })
})
