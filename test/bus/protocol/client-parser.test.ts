import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ClientOperations } from '#washi/bus/protocol/client-operations.js'
import { ClientParser } from '#washi/bus/protocol/client-parser.js'
import { ProtocolError } from '#washi/bus/protocol/protocol-error.js'
import { defaultProtocolLimits } from '#washi/bus/protocol/protocol-limits.js'

/** Every operation once, in every spelling that servers accept, and what it means. */
const session: readonly (readonly [bytes: string, operation: string])[] = [
  ['CONNECT {"verbose":false,"name":"a b"}\r\n', 'connect {"verbose":false,"name":"a b"}'],
  ['PING\r\n', 'ping'],
  ['pong\r\n', 'pong'],
  ['PiNg\n', 'ping'],
  ['SUB a.* 1\r\n', 'sub a.* - 1'],
  ['sub\ta.>  workers\t 2 \r\n', 'sub a.> workers 2'],
  ['PUB a.b 5\r\nhello\r\n', 'pub a.b - 0 hello'],
  ['PUB a.b _INBOX.x 0\r\n\r\n', 'pub a.b _INBOX.x 0 '],
  ['pub\ta.b\treply\t4\r\n\r\n\r\n\r\n', 'pub a.b reply 0 \r\n\r\n'],
  ['HPUB h 12 15\r\nNATS/1.0\r\n\r\nabc\r\n', 'pub h - 12 NATS/1.0\r\n\r\nabc'],
  ['hpub h r 12 12\r\nNATS/1.0\r\n\r\n\r\n', 'pub h r 12 NATS/1.0\r\n\r\n'],
  ['PUB \u00c3\u00a9t\u00c3\u00a9 2\r\n\u00ff\u0000\r\n', 'pub \u00c3\u00a9t\u00c3\u00a9 - 0 \u00ff\u0000'],
  ['UNSUB 1\r\n', 'unsub 1 -'],
  ['UNSUB 2 10\r\n', 'unsub 2 10'],
  ['+OK\r\n', ''],
]
const bytes = Buffer.from(session.map(([text]) => text).join(''), 'latin1')
const operations = session.map(([, operation]) => operation).filter((operation) => operation !== '')

describe('ClientParser', () => {
  it('reads every operation from one chunk', () => {
    expect(parse([bytes])).toEqual(operations)
  })

  it('reads every operation byte by byte', () => {
    expect(parse(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(operations)
  })

  it('reads the same whatever the cuts are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts, bytes.length].sort((a, b) => a - b)
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))
        expect(parse(chunks)).toEqual(operations)
      }),
    )
  })

  it('reports nothing of an operation that has not come whole', () => {
    for (const [text] of session) {
      const whole = Buffer.from(text, 'latin1')
      for (let length = 0; length < whole.length; length++) {
        expect(parse([whole.subarray(0, length)])).toEqual([])
      }
    }
  })

  it('keeps the bytes of a message valid after the call', () => {
    const kept: Buffer[] = []
    const parser = new ClientParser(
      { ...recorder([]), onPublish: ({ bytes, start, end }) => kept.push(bytes.subarray(start, end)) },
      defaultProtocolLimits,
    )
    for (const cut of [3, 9, 40]) {
      const text = Buffer.from('PUB a 4\r\none.\r\nPUB a 4\r\ntwo.\r\nPUB a 5\r\nthree\r\n')
      parser.push(text.subarray(0, cut))
      parser.push(text.subarray(cut))
    }
    expect(kept.map(String)).toEqual([
      'one.',
      'two.',
      'three',
      'one.',
      'two.',
      'three',
      'one.',
      'two.',
      'three',
    ])
  })

  it('stops in the middle of a chunk when asked to', () => {
    const seen: string[] = []
    const parser = new ClientParser({ ...recorder(seen), onPong: () => parser.stop() }, defaultProtocolLimits)
    parser.push(Buffer.from('PING\r\nPONG\r\nPING\r\n'))
    parser.push(Buffer.from('PING\r\n'))
    expect(seen).toEqual(['ping'])
  })

  it.each([
    ['bytes of another protocol', 'GET / HTTP/1.1\r\n'],
    ['an empty line', '\r\n'],
    ['a space before the operation', ' PING\r\n'],
    ['a longer word', 'PUBLISH a 1\r\nx\r\n'],
    ['PUB without size', 'PUB a\r\n'],
    ['PUB with too many arguments', 'PUB a b c 1\r\nx\r\n'],
    ['PUB with far too many arguments', 'PUB a b c d e f g 1\r\nx\r\n'],
    ['a size that is no number', 'PUB a 1x\r\nx\r\n'],
    ['a negative size', 'PUB a -1\r\n\r\n'],
    ['a size of ten digits', 'PUB a 0000000001\r\nx\r\n'],
    ['a payload longer than its size', 'PUB a 1\r\nxx\r\n'],
    ['a payload without line end', 'PUB a 1\r\nx\n\n'],
    ['HPUB without header size', 'HPUB a 1\r\nx\r\n'],
    ['headers longer than the message', 'HPUB a 13 12\r\nNATS/1.0\r\n\r\n\r\n'],
    ['SUB without sid', 'SUB a\r\n'],
    ['SUB with too many arguments', 'SUB a b c d\r\n'],
    ['UNSUB without sid', 'UNSUB\r\n'],
    ['UNSUB with too many arguments', 'UNSUB 1 2 3\r\n'],
  ])('refuses %s', (_what, text) => {
    expect(errorOf(text)).toBe('Unknown Protocol Operation')
  })

  it('refuses a control line over the limit, complete or not', () => {
    const fitting = 'a'.repeat(4096 - 'SUB  1'.length)
    expect(parse([Buffer.from(`SUB ${fitting} 1\r\n`)])).toEqual([`sub ${fitting} - 1`])
    expect(errorOf(`SUB ${fitting}aa 1\r\n`)).toBe('Maximum Control Line Exceeded')
    expect(errorOf('P'.repeat(5000))).toBe('Maximum Control Line Exceeded')
  })

  it('takes a long CONNECT, and refuses an endless one', () => {
    const json = JSON.stringify({ jwt: 'x'.repeat(10_000) })
    expect(parse([Buffer.from(`CONNECT ${json}\r\n`)])).toEqual([`connect ${json}`])
    expect(errorOf(`CONNECT ${'x'.repeat(70_000)}`)).toBe('Maximum Control Line Exceeded')
  })

  it('refuses a payload over the limit before any of it has come', () => {
    expect(errorOf('PUB a 1048577\r\n')).toBe('Maximum Payload Violation')
    expect(errorOf('HPUB a 12 999999999\r\n')).toBe('Maximum Payload Violation')
    const largest = Buffer.alloc(1024 * 1024, 'x')
    const parsed = parse([Buffer.from('PUB a 1048576\r\n'), largest, Buffer.from('\r\n')])
    expect(parsed).toEqual([`pub a - 0 ${String(largest)}`])
  })

  it('throws nothing but ProtocolError on mutated sessions', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: bytes.length - 1 }),
        fc.uint8Array({ maxLength: 8 }),
        fc.nat({ max: 8 }),
        (at, put, cut) => {
          const mutated = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)])
          try {
            parse([mutated.subarray(0, at), mutated.subarray(at)])
          } catch (error) {
            expect(error).toBeInstanceOf(ProtocolError)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })
})

function parse(chunks: readonly Buffer[]): string[] {
  const seen: string[] = []
  const parser = new ClientParser(recorder(seen), defaultProtocolLimits)
  for (const chunk of chunks) parser.push(chunk)
  return seen
}

function errorOf(text: string): string | undefined {
  try {
    parse([Buffer.from(text, 'latin1')])
    return undefined
  } catch (error) {
    return error instanceof ProtocolError ? error.wireText : `not a ProtocolError: ${String(error)}`
  }
}

function recorder(seen: string[]): ClientOperations {
  return {
    onConnect: (json) => seen.push(`connect ${json}`),
    onPublish: ({ subject, reply, headerBytes, bytes, start, end }) =>
      seen.push(`pub ${subject} ${reply ?? '-'} ${headerBytes} ${bytes.toString('latin1', start, end)}`),
    onSubscribe: (subject, queue, sid) => seen.push(`sub ${subject} ${queue ?? '-'} ${sid}`),
    onUnsubscribe: (sid, max) => seen.push(`unsub ${sid} ${max ?? '-'}`),
    onPing: () => seen.push('ping'),
    onPong: () => seen.push('pong'),
  }
}
