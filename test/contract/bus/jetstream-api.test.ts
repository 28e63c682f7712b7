import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { startRealNatsServer } from '../../support/real-nats-server.js'

/** A request to the API: what comes after `$JS.API.`, and its body. Or a message: its subject, headers and text. */
type Step =
  | readonly [api: string, body?: unknown]
  | { readonly publish: string; readonly headers?: Readonly<Record<string, string>>; readonly text?: string }
  | { readonly raw: string; readonly text?: string }

/** Steps that both servers answer alike, word for word, but for times and what only newer servers say. */
const scenarios: Readonly<Record<string, readonly Step[]>> = {
  'creating, showing and deleting streams': [
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.*', 'b.>'] }],
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.*', 'b.>'] }],
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.*'] }],
    ['STREAM.CREATE.B', { name: 'A' }],
    ['STREAM.CREATE.B', { name: 'B', subjects: ['a.x'] }],
    [
      'STREAM.CREATE.B',
      { name: 'B', subjects: null, sources: null, mirror: null, max_msgs: 0, metadata: { k: 'v' } },
    ],
    ['STREAM.INFO.A'],
    ['STREAM.INFO.none'],
    ['STREAM.NAMES', {}],
    ['STREAM.NAMES', { subject: 'a.x' }],
    ['STREAM.NAMES', { subject: 'nothing' }],
    ['STREAM.LIST', { offset: 1 }],
    ['STREAM.DELETE.A'],
    ['STREAM.DELETE.A'],
    ['STREAM.NAMES'],
  ],
  'the configuration that buckets and clients of all languages send': [
    [
      'STREAM.CREATE.KV_b',
      {
        name: 'KV_b',
        subjects: ['$KV.b.>'],
        max_msgs_per_subject: 1,
        discard: 'new',
        allow_rollup_hdrs: true,
        deny_delete: true,
        deny_purge: false,
        allow_direct: true,
        num_replicas: 1,
        max_bytes: 0,
        max_age: 0,
        storage: 'file',
        retention: 'limits',
        consumer_limits: null,
      },
    ],
    [
      'STREAM.CREATE.KV_b',
      {
        name: 'KV_b',
        subjects: ['$KV.b.>'],
        max_msgs_per_subject: 1,
        discard: 'new',
        allow_rollup_hdrs: true,
        deny_delete: true,
        allow_direct: true,
        num_replicas: 1,
        max_bytes: -1,
        max_msgs: -1,
        max_msg_size: -1,
        storage: 'file',
      },
    ],
    ['STREAM.MSG.DELETE.KV_b', { seq: 1 }],
    ['STREAM.CREATE.T', { name: 'T', max_age: 60e9, subject_transform: { src: '>', dest: 'x.>' } }],
    [
      'STREAM.CREATE.R',
      { name: 'R', subjects: ['r.>'], republish: { src: 'r.>', dest: 'out.>', headers_only: true } },
    ],
    ['STREAM.CREATE.L', { name: 'L', consumer_limits: { inactive_threshold: 10e9, max_ack_pending: 5 } }],
    ['STREAM.CREATE.M', { name: 'M', mirror: { name: 'KV_b' } }],
    ['STREAM.CREATE.S', { name: 'S', sources: [{ name: 'L', filter_subject: 'L' }, { name: 'nowhere' }] }],
    ['STREAM.CREATE.F', { name: 'F', first_seq: 100, storage: 'memory', description: 'text', no_ack: true }],
  ],
  'refusing configurations of streams': [
    ['STREAM.CREATE.bad', { name: 'bad', max_age: 1 }],
    ['STREAM.CREATE.bad', { name: 'bad', num_replicas: 3 }],
    ['STREAM.CREATE.bad', { name: 'bad', num_replicas: -1 }],
    ['STREAM.CREATE.bad', { name: 'bad', duplicate_window: 10 }],
    ['STREAM.CREATE.bad', { name: 'bad', duplicate_window: 2e9, max_age: 1e9 }],
    ['STREAM.CREATE.bad', { name: 'bad', deny_purge: true, allow_rollup_hdrs: true }],
    ['STREAM.CREATE.bad', { name: 'bad', discard_new_per_subject: true }],
    ['STREAM.CREATE.bad', { name: 'bad', discard_new_per_subject: true, discard: 'new' }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['a..b'] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['a', 'a'] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['a.*', 'a.b'] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['>'] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['$JS.API.>'] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['$SYS.>'] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['x'], mirror: { name: 'm' } }],
    ['STREAM.CREATE.bad', { name: 'bad', mirror: { name: 'm' }, sources: [{ name: 's' }] }],
    ['STREAM.CREATE.bad', { name: 'bad', mirror: { name: 'm' }, first_seq: 3 }],
    ['STREAM.CREATE.bad', { name: 'bad', sources: [{ name: 's' }, { name: 's' }] }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['x.>'], republish: { src: '>', dest: 'x.y' } }],
    ['STREAM.CREATE.bad', { name: 'bad', subject_transform: { src: '>', dest: 'x' } }],
    ['STREAM.CREATE.bad', { name: 'bad', subjects: ['x'], sources: [{ name: 'bad' }] }],
    [
      'STREAM.CREATE.bad',
      {
        name: 'bad',
        sources: [{ name: 's', filter_subject: 'x', subject_transforms: [{ src: 'y', dest: 'z' }] }],
      },
    ],
    [
      'STREAM.CREATE.bad',
      {
        name: 'bad',
        sources: [{ name: 's', subject_transforms: [{ src: 'y.*', dest: 'z.{{wildcard(2)}}' }] }],
      },
    ],
    ['STREAM.INFO.bad'],
  ],
  'updating streams': [
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a'] }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a', 'b'], max_msgs: 10 }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'], storage: 'memory' }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'], retention: 'workqueue' }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'], max_consumers: 3 }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'], mirror: { name: 'x' } }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'], deny_delete: true, deny_purge: true }],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'] }],
    ['STREAM.UPDATE.none', { name: 'none' }],
    ['STREAM.PURGE.A'],
    ['STREAM.UPDATE.A', { name: 'A', subjects: ['a'], sealed: true, deny_delete: true, deny_purge: true }],
    { publish: 'a', text: 'x' },
    ['STREAM.PURGE.A'],
    ['STREAM.MSG.DELETE.A', { seq: 1 }],
  ],
  'publishing with expectations': [
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.>'], allow_rollup_hdrs: true, max_msg_size: 200 }],
    { publish: 'a.1', text: 'x' },
    { publish: 'a.1', headers: { 'Nats-Msg-Id': 'one' } },
    { publish: 'a.1', headers: { 'Nats-Msg-Id': 'one' } },
    { publish: 'a.1', headers: { 'Nats-Expected-Stream': 'B' } },
    { publish: 'a.1', headers: { 'Nats-Expected-Last-Sequence': '9' } },
    { publish: 'a.1', headers: { 'Nats-Expected-Last-Sequence': '2' } },
    { publish: 'a.1', headers: { 'Nats-Expected-Last-Subject-Sequence': '2' } },
    { publish: 'a.2', headers: { 'Nats-Expected-Last-Subject-Sequence': '2' } },
    { publish: 'a.2', headers: { 'Nats-Expected-Last-Subject-Sequence': '0' } },
    { publish: 'a.3', headers: { 'Nats-Expected-Last-Msg-Id': 'two' } },
    { publish: 'a.3', headers: { 'Nats-Expected-Last-Msg-Id': 'one' } },
    { publish: 'a.3', headers: { 'Nats-Rollup': 'odd' } },
    { publish: 'a.3', headers: { 'Nats-Rollup': 'sub' } },
    ['STREAM.INFO.A', { subjects_filter: '>', deleted_details: true }],
    { publish: 'a.3', headers: { 'Nats-Rollup': 'all' } },
    ['STREAM.INFO.A', { subjects_filter: 'a.*' }],
    { publish: 'a.3', text: 'x'.repeat(201) },
    ['STREAM.CREATE.N', { name: 'N', subjects: ['n'] }],
    { publish: 'n', headers: { 'Nats-Rollup': 'all' } },
  ],
  'limits of streams': [
    ['STREAM.CREATE.N', { name: 'N', subjects: ['n.*'], max_msgs: 3, discard: 'new' }],
    [
      'STREAM.CREATE.P',
      { name: 'P', subjects: ['p.*'], max_msgs_per_subject: 1, discard: 'new', max_msgs: 2 },
    ],
    [
      'STREAM.CREATE.Q',
      { name: 'Q', subjects: ['q'], max_msgs_per_subject: 1, discard: 'new', discard_new_per_subject: true },
    ],
    ['STREAM.CREATE.O', { name: 'O', subjects: ['o.*'], max_msgs: 2 }],
    ['STREAM.CREATE.Y', { name: 'Y', subjects: ['y'], max_bytes: 200, discard: 'new' }],
    ['STREAM.CREATE.Z', { name: 'Z', subjects: ['z'], max_bytes: 200 }],
    ...['n.1', 'n.2', 'n.3', 'n.4', 'p.1', 'p.1', 'p.2', 'p.2', 'p.3', 'q', 'q', 'o.1', 'o.2', 'o.3'].map(
      (publish) => ({ publish, text: publish }),
    ),
    ...['y', 'y', 'y', 'z', 'z', 'z'].map((publish) => ({ publish, text: 'x'.repeat(60) })),
    ...['N', 'P', 'Q', 'O', 'Y', 'Z'].map((name): Step => [`STREAM.INFO.${name}`, { subjects_filter: '>' }]),
  ],
  'reading and deleting messages': [
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.*'], allow_direct: true }],
    { publish: 'a.1', text: 'one' },
    { publish: 'a.2', headers: { Own: 'header' }, text: 'two' },
    { publish: 'a.1', text: '' },
    ['STREAM.MSG.GET.A', { seq: 2 }],
    ['STREAM.MSG.GET.A', { seq: 3 }],
    ['STREAM.MSG.GET.A', { seq: 9 }],
    ['STREAM.MSG.GET.A', { last_by_subj: 'a.1' }],
    ['STREAM.MSG.GET.A', { last_by_subj: 'a.*' }],
    ['STREAM.MSG.GET.A', { next_by_subj: 'a.1', seq: 2 }],
    ['STREAM.MSG.GET.A', { next_by_subj: 'a.2' }],
    ['STREAM.MSG.GET.A', { seq: 1, last_by_subj: 'a.1' }],
    ['STREAM.MSG.GET.A', {}],
    ['STREAM.MSG.GET.none', { seq: 1 }],
    ['DIRECT.GET.A', { seq: 2 }],
    ['DIRECT.GET.A', { seq: 9 }],
    ['DIRECT.GET.A', { last_by_subj: 'a.1' }],
    ['DIRECT.GET.A', { next_by_subj: 'a.*', seq: 2 }],
    ['DIRECT.GET.A', { seq: 1, last_by_subj: 'a.1' }],
    ['DIRECT.GET.A', {}],
    ['DIRECT.GET.A.a.2'],
    ['DIRECT.GET.A.a.9'],
    ['STREAM.MSG.DELETE.A', { seq: 2 }],
    ['STREAM.MSG.DELETE.A', { seq: 2 }],
    ['STREAM.INFO.A', { deleted_details: true }],
    ['STREAM.PURGE.A', { filter: 'a.1', keep: 1 }],
    ['STREAM.PURGE.A', { seq: 1, keep: 1 }],
    ['STREAM.PURGE.A', { seq: 100 }],
    ['STREAM.INFO.A'],
    { publish: 'a.1', text: 'one' },
    ['STREAM.PURGE.A', {}],
    ['STREAM.PURGE.none'],
  ],
  'creating, showing and deleting consumers': [
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.*', 'b'] }],
    { publish: 'a.1' },
    { publish: 'a.2' },
    { publish: 'b' },
    ['CONSUMER.CREATE.A.p', { stream_name: 'A', config: { durable_name: 'p', ack_policy: 'explicit' } }],
    ['CONSUMER.CREATE.A.p', { stream_name: 'A', config: { durable_name: 'p', ack_policy: 'explicit' } }],
    ['CONSUMER.CREATE.A.p', { stream_name: 'A', config: { durable_name: 'p', ack_policy: 'all' } }],
    [
      'CONSUMER.CREATE.A.p',
      {
        stream_name: 'A',
        action: 'create',
        config: { durable_name: 'p', ack_policy: 'explicit', max_deliver: 3 },
      },
    ],
    [
      'CONSUMER.CREATE.A.q',
      { stream_name: 'A', action: 'update', config: { durable_name: 'q', ack_policy: 'explicit' } },
    ],
    [
      'CONSUMER.CREATE.A.f.a.*',
      {
        stream_name: 'A',
        config: { name: 'f', filter_subject: 'a.*', deliver_policy: 'last', ack_policy: 'none' },
      },
    ],
    ['CONSUMER.CREATE.A.f.a.*', { stream_name: 'A', config: { name: 'f', filter_subject: 'b' } }],
    ['CONSUMER.CREATE.A.g.a.*', { stream_name: 'A', config: { name: 'g', filter_subjects: ['a.*'] } }],
    [
      'CONSUMER.CREATE.A.m',
      {
        stream_name: 'A',
        config: { name: 'm', filter_subjects: ['a.1', 'b'], deliver_policy: 'last_per_subject' },
      },
    ],
    [
      'CONSUMER.DURABLE.CREATE.A.d',
      {
        stream_name: 'A',
        config: {
          durable_name: 'd',
          deliver_subject: 'deliver.d',
          ack_policy: 'none',
          flow_control: true,
          idle_heartbeat: 5e9,
          headers_only: true,
          deliver_policy: 'by_start_sequence',
          opt_start_seq: 2,
          metadata: { who: 'test' },
        },
      },
    ],
    ['CONSUMER.DURABLE.CREATE.A.d', { stream_name: 'A', config: { durable_name: 'other' } }],
    ['CONSUMER.DURABLE.CREATE.A.d', { stream_name: 'A', config: {} }],
    ['CONSUMER.CREATE.A', { stream_name: 'A', config: { durable_name: 'x' } }],
    ['CONSUMER.CREATE.A.x', { stream_name: 'B', config: { durable_name: 'x' } }],
    ['CONSUMER.CREATE.none.x', { stream_name: 'none', config: { durable_name: 'x' } }],
    ['CONSUMER.INFO.A.p'],
    ['CONSUMER.INFO.A.none'],
    ['CONSUMER.INFO.none.p'],
    ['CONSUMER.NAMES.A', {}],
    ['CONSUMER.LIST.A', { offset: 1 }],
    ['CONSUMER.NAMES.none'],
    ['CONSUMER.LIST.none'],
    ['CONSUMER.DELETE.A.p'],
    ['CONSUMER.DELETE.A.p'],
    ['CONSUMER.MSG.NEXT.A.p', 1],
    ['CONSUMER.MSG.NEXT.A.d', 1],
  ],
  'refusing configurations of consumers': [
    ['STREAM.CREATE.A', { name: 'A', subjects: ['a.*'], max_consumers: 1 }],
    ...[
      { deliver_subject: 'd.*' },
      { deliver_subject: 'a.x' },
      { deliver_subject: 'd', max_waiting: 3 },
      { deliver_subject: 'd', idle_heartbeat: 1 },
      { deliver_subject: 'd', flow_control: true },
      { deliver_subject: 'd', max_ack_pending: 3, ack_policy: 'none' },
      { rate_limit_bps: 3 },
      { idle_heartbeat: 1e9 },
      { flow_control: true },
      { max_batch: -1 },
      { max_expires: 1 },
      { max_waiting: -1 },
      { num_replicas: 3 },
      { backoff: [1e9, 2e9], max_deliver: 1 },
      { filter_subject: 'a.1', filter_subjects: ['a.2'] },
      { filter_subjects: ['a.1', 'a.*'] },
      { filter_subjects: [''] },
      { deliver_policy: 'all', opt_start_seq: 3 },
      { deliver_policy: 'new', opt_start_time: '2024-01-01T00:00:00Z' },
      { deliver_policy: 'last_per_subject' },
      { deliver_policy: 'by_start_sequence' },
      { deliver_policy: 'by_start_time' },
      { deliver_policy: 'by_start_time', opt_start_time: '2024-01-01T00:00:00Z', opt_start_seq: 3 },
      { durable_name: 'other' },
    ].map((config): Step => ['CONSUMER.CREATE.A.c', { stream_name: 'A', config: { name: 'c', ...config } }]),
    ['CONSUMER.CREATE.A.c', { stream_name: 'A', config: { name: 'c' } }],
    ['CONSUMER.CREATE.A.c2', { stream_name: 'A', config: { name: 'c2' } }],
    ['STREAM.CREATE.W', { name: 'W', subjects: ['w.*'], retention: 'workqueue' }],
    ['CONSUMER.CREATE.W.c', { stream_name: 'W', config: { name: 'c' } }],
    ['CONSUMER.CREATE.W.c', { stream_name: 'W', config: { name: 'c', deliver_subject: 'd' } }],
    [
      'CONSUMER.CREATE.W.c',
      { stream_name: 'W', config: { name: 'c', ack_policy: 'explicit', deliver_policy: 'new' } },
    ],
    [
      'CONSUMER.CREATE.W.c',
      { stream_name: 'W', config: { name: 'c', ack_policy: 'explicit', filter_subject: 'w.1' } },
    ],
    ['CONSUMER.CREATE.W.d', { stream_name: 'W', config: { name: 'd', ack_policy: 'explicit' } }],
    [
      'CONSUMER.CREATE.W.d',
      { stream_name: 'W', config: { name: 'd', ack_policy: 'explicit', filter_subject: 'w.*' } },
    ],
    [
      'CONSUMER.CREATE.W.d',
      { stream_name: 'W', config: { name: 'd', ack_policy: 'explicit', filter_subject: 'w.2' } },
    ],
  ],
  'what is no request': [
    ['DIRECT.GET.none', { seq: 1 }],
    ['CONSUMER.MSG.NEXT.none.c', 1],
  ],
}

describe('the JetStream API', () => {
  let stop: () => Promise<void>
  let clients: { readonly bus: NatsConnection; readonly server: NatsConnection }

  beforeAll(async () => {
    const [bus, server] = await Promise.all([startEmbeddedBus(), startRealNatsServer()])
    clients = { bus: await connect({ servers: bus.url }), server: await connect({ servers: server.url }) }
    stop = async () => {
      await Promise.all([clients.bus.close(), clients.server.close()])
      await Promise.all([bus[Symbol.asyncDispose](), server[Symbol.asyncDispose]()])
    }
  })
  afterAll(() => stop())

  for (const [name, steps] of Object.entries(scenarios)) {
    it(`answers as nats-server does: ${name}`, async () => {
      const expected = await runSteps(clients.server, steps)
      const seen = await runSteps(clients.bus, steps)
      for (const [index, step] of steps.entries()) {
        expect.soft(seen[index], `step ${index}: ${JSON.stringify(step)}`).toEqual(expected[index])
      }
    })
  }
})

async function runSteps(client: NatsConnection, steps: readonly Step[]): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const step of steps) answers.push(normalise(await runStep(client, step)))
  const { streams } = (await runStep(client, ['STREAM.NAMES'])) as { streams: readonly string[] | null }
  for (const stream of streams ?? []) await runStep(client, [`STREAM.DELETE.${stream}`])
  return answers
}

async function runStep(client: NatsConnection, step: Step): Promise<unknown> {
  const { headers } = await import('@nats-io/transport-node')
  const [subject, body] =
    'publish' in step
      ? [step.publish, step.text ?? '']
      : 'raw' in step
        ? [step.raw, step.text ?? '']
        : [`$JS.API.${step[0]}`, step[1] === undefined ? '' : JSON.stringify(step[1])]
  const sent = headers()
  if ('publish' in step)
    for (const [name, value] of Object.entries(step.headers ?? {})) sent.append(name, value)
  const withHeaders = 'publish' in step && step.headers
  try {
    const answer = await client.request(subject, body, {
      timeout: 2000,
      ...(withHeaders ? { headers: sent } : {}),
    })
    const text = answer.string()
    const status = answer.headers && {
      code: answer.headers.code,
      description: answer.headers.description,
      headers: Object.fromEntries([...answer.headers]),
    }
    return status ? { status, text } : (JSON.parse(text) as unknown)
  } catch (thrown) {
    return { failure: thrown instanceof Error ? thrown.name : String(thrown) }
  }
}

const times = ['created', 'ts', 'time', 'first_ts', 'last_ts', 'last_active', 'Nats-Time-Stamp']
/** Fields of features above 2.10, and the lag of copies, which is a matter of timing. */
const leftOut = ['allow_msg_ttl', 'leader', 'active', 'lag', 'error_source', 'level', 'inflight']

/** An answer without what differs between any two servers. */
function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key]) => !leftOut.includes(key) && !key.startsWith('_nats.'))
    .map(([key, inner]): [string, unknown] => [
      key,
      times.includes(key) ? isZeroTime(inner) : normalise(key === 'sources' ? byName(inner) : inner),
    ])
    .filter(([key, inner]) => !(key === 'metadata' && Object.keys(inner as object).length === 0))
  return Object.fromEntries(entries)
}

/** nats-server tells of sources in the order of a Go map, which is another one at each look. */
function byName(sources: unknown): unknown {
  if (!Array.isArray(sources)) return sources
  const nameOf = (source: unknown): string => String((source as { readonly name?: string }).name)
  return [...(sources as unknown[])].sort((one, other) => nameOf(one).localeCompare(nameOf(other)))
}

function isZeroTime(time: unknown): string {
  return String(time).startsWith('0001-') ? 'none' : 'some time'
}
