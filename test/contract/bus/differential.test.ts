import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { connectRaw, type RawNatsClient } from '../../support/raw-nats-client.js'
import { startRealNatsServer } from '../../support/real-nats-server.js'

const token = fc.constantFrom('a', 'b', '*', '>', '', 'A')
const subject = fc.array(token, { minLength: 1, maxLength: 3 }).map((tokens) => tokens.join('.') || 'a')
const sid = fc.constantFrom('1', '2', 'three')
const gap = fc.constantFrom(' ', '\t', '  ')
const reply = fc.constantFrom('', 'a ', 'b.r ', 'nobody ')
const word = (text: string): fc.Arbitrary<string> => fc.constantFrom(text, text.toLowerCase())

/** Operations whose effect both servers must agree on. Each queue group has one member, for the choice is random. */
const operation = fc.oneof(
  fc.tuple(word('SUB'), gap, subject, sid).map(([op, space, name, id]) => `${op}${space}${name} ${id}\r\n`),
  fc
    .tuple(word('SUB'), gap, subject, sid)
    .map(([op, space, name, id]) => `${op} ${name}${space}q${id} ${id}\r\n`),
  fc.tuple(word('UNSUB'), sid).map(([op, id]) => `${op} ${id}\r\n`),
  fc.tuple(word('UNSUB'), sid, fc.nat({ max: 3 })).map(([op, id, max]) => `${op} ${id} ${max}\r\n`),
  fc
    .tuple(word('PUB'), gap, subject, reply)
    .map(([op, space, name, to]) => `${op}${space}${name} ${to}2\r\nhi\r\n`),
  fc
    .tuple(word('HPUB'), gap, subject, reply)
    .map(([op, space, name, to]) => `${op}${space}${name} ${to}12 14\r\nNATS/1.0\r\n\r\nhi\r\n`),
  fc
    .tuple(fc.boolean(), fc.boolean(), fc.boolean())
    .map(([verbose, pedantic, echo]) => `CONNECT ${JSON.stringify({ verbose, pedantic, echo })}\r\n`),
)

describe('the embedded bus beside nats-server', () => {
  it('answers the same to the same operations', { timeout: 300_000 }, async () => {
    await using embedded = await startEmbeddedBus()
    await using real = await startRealNatsServer()
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 20 }), async (operations) => {
        const [ours, theirs] = await Promise.all([
          answersOf(embedded.port, operations),
          answersOf(real.port, operations),
        ])
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 300 },
    )
  })
})

/** What the server sends after each operation, frames in an order of our own: that of subscriptions is not defined. */
async function answersOf(port: number, operations: readonly string[]): Promise<string[][]> {
  await using client: RawNatsClient = await connectRaw(port, { headers: true, no_responders: true })
  client.send(operations.map((text) => `${text}PING\r\n`).join(''))
  const answers: string[][] = []
  for (const text of operations) {
    const received = (await client.read(/PONG\r\n/)).split(/(?=^(?:H?MSG|\+OK|-ERR|PONG))/m)
    answers.push([text, ...received.sort()])
  }
  return answers
}
