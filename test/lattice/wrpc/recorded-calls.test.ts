import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { natsImplementations, type NatsUnderTest } from '../../support/nats-implementations.js'
import { ObservedCall } from '../../support/wrpc/observed-call.js'
import { connectRawPeer, type RawFrame } from '../../support/wrpc/raw-peer.js'
import { bytesOf, readRecordedCalls, recordedPrefix } from '../../support/wrpc/recorded-calls.js'
import type { RecordedCall, RecordedMessage } from '../../support/wrpc/recorded-calls.js'
import { recordedFunctions, servedFunctions } from '../../support/wrpc/recorded-functions.js'
import { RecordedTarget } from '../../support/wrpc/recorded-target.js'
import { requestOf, startClient, startServer } from '../../support/wrpc/wrpc-parties.js'

const recorded = [...readRecordedCalls('capture1.txt'), ...readRecordedCalls('capture2.txt')]
  // Nobody answered to `nosuch`, and one call was cut by the greatest size of a message: both have tests elsewhere.
  .filter((call) => call.messages.length > 0 && !call.messages.some(isCutParameter))
  .map((call, index) => ({ title: `${index + 1}: ${call.function}`, call }))

/** How the peer cuts what it sends. */
const cuts = [
  { how: 'as recorded', cut: (bytes: Buffer) => [bytes] },
  { how: 'byte by byte', cut: (bytes: Buffer) => [...bytes].map((byte) => Buffer.of(byte)) },
]

describe.each(natsImplementations)('recorded calls over $name', ({ start }) => {
  let bus: NatsUnderTest
  beforeAll(async () => {
    bus = await start()
  })
  afterAll(() => bus[Symbol.asyncDispose]())

  it.each(recorded)('are made as a Rust client makes them ($title)', async ({ call }) => {
    for (const { cut } of cuts) await makeCall(bus, call, cut)
  })

  it.each(recorded)('are answered as a Rust server answers them ($title)', async ({ call }) => {
    for (const { cut } of cuts) await answerCall(bus, call, cut)
  })
})

type Cut = (bytes: Buffer) => readonly Buffer[]

async function makeCall(
  bus: { readonly url: string; readonly port: number },
  call: RecordedCall,
  cut: Cut,
): Promise<void> {
  const { asyncParams = [], asyncResults = [], isVoid } = recordedFunctions[call.function] ?? { params: [] }
  await using peer = await connectRawPeer(bus.port)
  await peer.subscribe(`${recordedPrefix}.wrpc.>`, '_INBOX.>', 'test.end')
  await using client = await startClient(bus.url)
  const observed = new ObservedCall()
  const request = requestOf(call.function, call.first, { asyncParams, asyncResults, isVoid, ...saidBy(call) })
  const running = client.party.invoke(request, { prefix: recordedPrefix }, observed)
  for (const { path, payload } of expectedOf(call, 'client', asyncParams)) {
    if (path !== '' && payload.length > 0) running.write(path, payload)
    else if (path !== '') running.end(path)
  }

  const first = await peer.next()
  expect(first).toMatchObject({
    subject: `${recordedPrefix}.wrpc.0.0.1.${call.instance}.${call.function}`,
    headers: call.headers,
    payload: call.first,
  })
  for (const message of call.messages.filter(({ from }) => from === 'server')) {
    const subject = `${first.reply}${message.stream === 'accept' ? '' : tail(message)}`
    const reply = message.stream === 'accept' ? { reply: '_INBOX.srv.0000' } : {}
    const pieces = message.payload.length === 0 ? [message.payload] : cut(message.payload)
    for (const payload of pieces) peer.publish({ subject, payload, ...reply })
  }
  const outcome = await observed.outcome

  await client.party.close()
  client.connection.send('test.end', new Uint8Array())
  const sent = await peer.until(({ subject }) => subject === 'test.end')
  expect(bySubject(sent.slice(0, -1))).toEqual(
    bySubject(
      expectedOf(call, 'client', asyncParams).map((message) => ({
        ...{ subject: `_INBOX.srv.0000${tail(message)}`, reply: '', headers: '', payload: message.payload },
      })),
    ),
  )
  if (call.function === 'trap') expect(outcome.failure).toMatchObject({ kind: 'trap' })
  else expect(outcome).toMatchObject({ failure: undefined, results: bytesOf(call, 'results', '') })
  for (const path of asyncResults) expect(outcome.streams[path]).toEqual(bytesOf(call, 'results', path))
  expect(client.party.size).toBe(0)
}

async function answerCall(
  bus: { readonly url: string; readonly port: number },
  call: RecordedCall,
  cut: Cut,
): Promise<void> {
  const { asyncParams = [], asyncResults = [] } = recordedFunctions[call.function] ?? { params: [] }
  const target = new RecordedTarget(call)
  await using server = await startServer(bus.url, { functions: servedFunctions(call.instance), target })
  await using peer = await connectRawPeer(bus.port)
  await peer.subscribe('_INBOX.cli.0000', '_INBOX.cli.0000.>', 'test.end')
  const subject = `${recordedPrefix}.wrpc.0.0.1.${call.instance}.${call.function}`
  const [payload = Buffer.alloc(0), ...rest] = call.first.length === 0 ? [] : cut(call.first)
  peer.publish({ subject, reply: '_INBOX.cli.0000', headers: call.headers, payload })

  const accepted = await peer.next()
  expect(accepted).toMatchObject({ subject: '_INBOX.cli.0000', headers: '', payload: Buffer.alloc(0) })
  for (const more of rest) peer.publish({ subject: `${accepted.reply}.params`, payload: more })
  for (const message of call.messages.filter(({ from }) => from === 'client')) {
    const pieces = message.payload.length === 0 ? [message.payload] : cut(message.payload)
    for (const piece of pieces) peer.publish({ subject: `${accepted.reply}${tail(message)}`, payload: piece })
  }
  let open = 1 + asyncResults.length
  const sent = await peer.until((frame) => frame.payload.length === 0 && --open === 0)
  server.connection.send('test.end', new Uint8Array())
  const late = await peer.until((frame) => frame.subject === 'test.end')

  expect(late).toHaveLength(1)
  expect(bySubject(sent)).toEqual(
    bySubject(
      expectedOf(call, 'server', asyncResults)
        .filter(({ stream }) => stream === 'results')
        .map((message) => ({
          ...{ subject: `_INBOX.cli.0000${tail(message)}`, reply: '', headers: '', payload: message.payload },
        })),
    ),
  )
  expect(target.request).toMatchObject({ params: new Uint8Array(call.first), instance: call.instance })
  for (const path of asyncParams) expect(target.streams[path]).toEqual(bytesOf(call, 'params', path))
  expect(server.party.size).toBe(0)
}

/** What a party sends by itself: not the empty messages that Rust sends where a writer of no bytes is dropped. */
function expectedOf(
  call: RecordedCall,
  from: RecordedMessage['from'],
  paths: readonly string[],
): RecordedMessage[] {
  return call.messages.filter(
    (message) => message.from === from && (message.path === '' || paths.includes(message.path)),
  )
}

function tail({ stream, path }: RecordedMessage): string {
  return `.${stream}${path === '' ? '' : `.${path}`}`
}

/** Messages in order on each subject; streams beside each other are in any order, but behind the values. */
function bySubject(frames: readonly RawFrame[]): { readonly subject: string; readonly payloads: string[] }[] {
  const subjects = [...new Set(frames.map(({ subject }) => subject))]
  const valuesEnd = frames.findLastIndex(({ subject }) => subject.split('.').at(-1)?.match(/^\D/))
  const firstStream = frames.findIndex(({ subject }) => /\.\d+$/.test(subject) && !/\.0000$/.test(subject))
  expect(firstStream === -1 || firstStream > valuesEnd).toBe(true)
  return subjects.sort().map((subject) => ({
    subject,
    payloads: frames
      .filter((frame) => frame.subject === subject)
      .map(({ payload }) => payload.toString('hex')),
  }))
}

function isCutParameter(message: RecordedMessage): boolean {
  return message.from === 'client' && message.path === '' && message.payload.length > 0
}

/** The headers of the recorded call; it names no link. */
function saidBy({ headers }: RecordedCall): { readonly sourceId: string } {
  return { sourceId: /source-id: (.*)\r\n/.exec(headers)?.[1] ?? '' }
}
