import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectRaw } from '../support/raw-nats-client.js'
import { startTestBroker } from '../support/test-broker.js'

/** Whole operations, for the mutations to start from. */
const operations = [
  'CONNECT {"verbose":true,"pedantic":true,"headers":true,"no_responders":true}\r\n',
  'CONNECT {"echo":false}\r\n',
  'SUB > 1\r\n',
  'SUB a.*.b workers 2\r\n',
  'UNSUB 1 2\r\n',
  'UNSUB 2\r\n',
  'PUB a.x.b 5\r\nhello\r\n',
  'PUB a.x.b reply.to 0\r\n\r\n',
  'HPUB a.x.b r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n',
  'PING\r\n',
  'PONG\r\n',
]
const junk = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    ' ',
    '\t',
    '\0',
    '*',
    '>',
    '.',
    '99999999999',
    '-1',
    'a'.repeat(5000),
    '{"a":',
  ),
)
const stream = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...operations) }, { weight: 1, arbitrary: junk }), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
const mutated = fc
  .tuple(stream, fc.array(fc.tuple(fc.nat(), junk, fc.nat({ max: 6 })), { maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((current, [where, put, drop]) => {
      const at = current.length === 0 ? 0 : where % current.length
      return current.slice(0, at) + put + current.slice(at + drop)
    }, text),
  )

describe('the broker under mutated client streams', () => {
  it('outlives them all, drops what they left, and goes on serving', { timeout: 300_000 }, async () => {
    await using server = await startTestBroker()
    await using witness = await connectRaw(server.port, {})
    let runs = 0
    await fc.assert(
      fc.asyncProperty(mutated, fc.nat({ max: 40 }), async (text, cut) => {
        runs++
        const client = await connectRaw(server.port)
        client.send(text.slice(0, cut))
        client.send(text.slice(cut))
        client.socket.end()
        await client.ended
        if (runs % 100 === 0) {
          witness.send('SUB alive 1\r\nPUB alive 2\r\nok\r\nUNSUB 1\r\n')
          expect(await witness.sync()).toBe('MSG alive 1 2\r\nok\r\n')
        }
      }),
      { numRuns: 3000 },
    )
    while (server.broker.connectionCount > 1) await new Promise((resolve) => setImmediate(resolve))
    expect(server.broker.hasInterest('anything')).toBe(false)
    expect(await witness.sync()).toBe('')
  })
})
