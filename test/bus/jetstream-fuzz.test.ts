import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startJetStream } from '#washi/bus/jetstream/start-jetstream.js'
import { createLogger, type LogRecord } from '#washi/core/log.js'
import { connectRaw } from '../support/raw-nats-client.js'
import { makeTempFolder } from '../support/temp-folder.js'
import { startTestBroker } from '../support/test-broker.js'

const name = fc.constantFrom('S', 'T', 'KV_b', '', 'a b', '..', '../x', '*', 'x'.repeat(300), 'é')
const subject = fc.constantFrom('s.>', 's.a', 's.*', '>', '', '$JS.API.>', '$KV.b.>', 'a..b', '_INBOX.x')
const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1, 1.5, 1e300, '', 'x', [], {}),
  fc.integer(),
  subject,
)
const count = fc.constantFrom(0, 1, 2, 5, -1, 100, 1e6)
const time = fc.constantFrom(0, 1, 1e6, 1e8, 1e9, 30e9, -1)
const flag = fc.boolean()
const transform = fc.record({
  src: subject,
  dest: fc.constantFrom('d.{{wildcard(1)}}', 'd.>', 'd.$1', 'd', '{{x}}'),
})
const source = fc.record({
  name,
  filter_subject: subject,
  subject_transforms: fc.array(transform, { maxLength: 2 }),
})
/** Fields of all requests in one heap, with values of the right type. */
const fields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name, stream_name: name, durable_name: fc.constantFrom('c', 'd', 'a.b'), deliver_group: fc.constantFrom('q', ''),
  retention: fc.constantFrom('limits', 'interest', 'workqueue'), discard: fc.constantFrom('old', 'new'),
  storage: fc.constantFrom('memory', 'file'), subjects: fc.array(subject, { maxLength: 3 }), num_replicas: count,
  max_msgs: count, max_bytes: count, max_msgs_per_subject: count, max_msg_size: count, max_consumers: count,
  max_age: time, duplicate_window: time, discard_new_per_subject: flag, allow_rollup_hdrs: flag, allow_direct: flag,
  sealed: flag, deny_delete: flag, deny_purge: flag, no_ack: flag, sources: fc.array(source, { maxLength: 2 }),
  mirror: source, subject_transform: transform, republish: transform, metadata: fc.constant({ a: 'b' }),
  deliver_subject: fc.constantFrom('_INBOX.x', 'in.d', 's.a'), opt_start_seq: count, max_deliver: count,
  deliver_policy: fc.constantFrom('all', 'last', 'new', 'by_start_sequence', 'by_start_time', 'last_per_subject'),
  opt_start_time: fc.constant('2026-01-01T00:00:00Z'), ack_policy: fc.constantFrom('none', 'all', 'explicit'),
  ack_wait: time, backoff: fc.array(time, { maxLength: 3 }), filter_subject: subject, keep: count, offset: count,
  filter_subjects: fc.array(subject, { maxLength: 3 }), replay_policy: fc.constantFrom('instant', 'original'),
  max_ack_pending: count, max_waiting: count, idle_heartbeat: time, flow_control: flag, headers_only: flag,
  mem_storage: flag, inactive_threshold: time, action: fc.constantFrom('', 'create', 'update'), seq: count,
  last_by_subj: subject, next_by_subj: subject, filter: subject, subjects_filter: subject, deleted_details: flag,
  batch: count, expires: time, no_wait: flag, multi_last: fc.array(subject), up_to_seq: count, subject,
} // prettier-ignore
const field = fc
  .constantFrom(...Object.entries(fields))
  .chain(([key, typed]) =>
    fc
      .oneof({ weight: 30, arbitrary: typed }, { weight: 1, arbitrary: scalar })
      .map((value) => [key, value] as const),
  )
const record = fc.array(field, { maxLength: 5 }).map((entries) => Object.fromEntries(entries))
const sane = fc.tuple(fc.constantFrom('S', 'T'), record).map(([stream, extra]) => ({
  name: stream,
  subjects: [stream === 'S' ? 's.>' : 't.>'],
  storage: 'memory',
  ...extra,
}))
const consumer = record.map((config) => ({
  stream_name: 'S',
  config: { ack_policy: 'explicit', deliver_policy: 'all', ...config },
}))
const body = fc.oneof(
  fc
    .oneof(
      record,
      sane,
      consumer,
      record.map((config) => ({ config, stream_name: 'S' })),
    )
    .map((json) => JSON.stringify(json)),
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '0',
    '+ACK',
    '-NAK',
    '-NAK {"delay":1}',
    '+WPI',
    '+TERM why',
    '+NXT',
    '+NXT {"batch":2}',
  ),
)
const api = fc
  .oneof(
    fc.constantFrom('INFO', 'STREAM.LIST', 'STREAM.NAMES'),
    fc
      .tuple(
        fc.constantFrom(
          'CREATE',
          'UPDATE',
          'INFO',
          'PURGE',
          'DELETE',
          'MSG.GET',
          'MSG.DELETE',
          'SNAPSHOT',
          'RESTORE',
        ),
        name,
      )
      .map(([verb, stream]) => `STREAM.${verb}.${stream}`),
    fc
      .tuple(
        fc.constantFrom('CREATE', 'DURABLE.CREATE', 'INFO', 'DELETE', 'MSG.NEXT', 'LIST', 'NAMES', 'PAUSE'),
        fc.constantFrom('S', 'S.c', 'S.c.s.a', 'S.c.s.>', 'T.c', 'X', 'X.c', 'S..', 'S.*'),
      )
      .map(([verb, rest]) => `CONSUMER.${verb}.${rest}`),
    fc.constantFrom('DIRECT.GET.S', 'DIRECT.GET.S.s.a', 'DIRECT.GET.X', 'NONSENSE'),
  )
  .map((rest) => `$JS.API.${rest}`)
const target = fc.oneof(
  { weight: 6, arbitrary: api },
  { weight: 2, arbitrary: fc.constantFrom('s.a', 's.b', 't.a', '$KV.b.k') },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '$JS.ACK.S.c.1.1.1.1.0',
      '$JS.ACK.S.c.x.-1.9e9.1',
      '$JS.ACK.S',
      '$JS.FC.S.c.x',
      '$JS.ACK.',
    ),
  },
)
const headerBlock = fc.constantFrom(
  '',
  'NATS/1.0\r\n\r\n',
  'NATS/1.0\r\nNats-Msg-Id: 1\r\n\r\n',
  'NATS/1.0\r\nNats-Rollup: all\r\n\r\n',
  'NATS/1.0\r\nNats-Expected-Last-Sequence: x\r\nNats-Expected-Last-Subject-Sequence: 0\r\n\r\n',
  'NATS/1.0\r\n: :\r\nno colon\r\n\r\n',
  'garbage',
)
/** Requests that mean something more often than not, so that what follows them meets streams and consumers. */
const meant = fc
  .oneof(
    fc
      .tuple(fc.constantFrom('CREATE', 'UPDATE'), fc.constantFrom('S', 'T'), record)
      .map(([verb, stream, extra]) => [
        `$JS.API.STREAM.${verb}.${stream}`,
        JSON.stringify({
          name: stream,
          subjects: [`${stream.toLowerCase()}.>`],
          storage: 'memory',
          ...extra,
        }),
      ]),
    fc
      .tuple(fc.constantFrom('CREATE.S.c', 'DURABLE.CREATE.S.c', 'CREATE.S', 'CREATE.S.c.s.a'), record)
      .map(([rest, extra]) => [
        `$JS.API.CONSUMER.${rest}`,
        JSON.stringify({
          stream_name: 'S',
          config: {
            ack_policy: 'explicit',
            deliver_policy: 'all',
            ...(rest.includes('.c') ? { durable_name: 'c' } : {}),
            ...(rest.endsWith('s.a') ? { filter_subject: 's.a' } : {}),
            ...extra,
          },
        }),
      ]),
    fc
      .record({ batch: count, expires: time, no_wait: flag, max_bytes: count })
      .map((pull) => ['$JS.API.CONSUMER.MSG.NEXT.S.c', JSON.stringify(pull)]),
    fc
      .constantFrom('STREAM.DELETE.S', 'STREAM.DELETE.T', 'STREAM.PURGE.S')
      .map((rest) => [`$JS.API.${rest}`, '']),
    fc.constantFrom('s.a', 's.b', 's.a.b', 't.a').map((to) => [to, 'data']),
    fc
      .tuple(
        fc.constantFrom('+ACK', '-NAK', '-NAK {"delay":1}', '+TERM', '+NXT', '+WPI'),
        fc.nat({ max: 9 }),
        fc.nat({ max: 9 }),
      )
      .map(([ack, stream, delivered]) => [`$JS.ACK.S.c.1.${stream}.${delivered}.1700000000000000000.0`, ack]),
  )
  .map(([to = '', text = '']) => [to, text] as const)
const request = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: meant }, { weight: 1, arbitrary: fc.tuple(target, body) }),
    headerBlock,
  )
  .map(([[to, text], headers]) => [to, headers, text] as const)

describe('JetStream under requests that nobody should send', () => {
  it('answers or ignores each, and none of them is a bug', { timeout: 300_000 }, async () => {
    await using folder = await makeTempFolder()
    const records: LogRecord[] = []
    const log = createLogger({ level: 'error', now: () => 0, write: (line) => records.push(line) })
    await using server = await startTestBroker({ log })
    const jetStream = await startJetStream(server.broker, { storeDir: folder.path, log })
    await using client = await connectRaw(server.port, { headers: true, no_responders: true })
    client.send('SUB in.* 1\r\nSUB _INBOX.x 2\r\n')
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 25 }), async (requests) => {
        for (const [to, headers, text] of requests) {
          const payload = Buffer.from(text).toString('latin1')
          const place = Buffer.from(to.replaceAll(' ', '_')).toString('latin1')
          if (place.length > 3000) continue
          const size = headers.length + payload.length
          client.send(`HPUB ${place} in.r ${headers.length} ${size}\r\n${headers}${payload}\r\n`)
        }
        await client.sync()
        expect(records).toEqual([])
      }),
      { numRuns: 400 },
    )
    await jetStream.stop()
    // What came of it can be opened again.
    await (await startJetStream(server.broker, { storeDir: folder.path, log })).stop()
    expect(records).toEqual([])
  })
})
