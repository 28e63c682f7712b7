import { connect, headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { startRealNatsServer } from '../../support/real-nats-server.js'

/** Observations of one course of events. Both servers have to show the same ones. */
type Course = (lab: Lab) => Promise<unknown>

const courses: Readonly<Record<string, Course>> = {
  'pushing all, new, last, by sequence, by time, last per subject': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.publish('s.1', 's.2', 's.1', 's.3')
    const { time } = (await lab.api('STREAM.MSG.GET.S', { seq: 3 }))['message'] as { time: string }
    const policies = [
      { deliver_policy: 'all' },
      { deliver_policy: 'new' },
      { deliver_policy: 'last' },
      { deliver_policy: 'last', filter_subject: 's.1' },
      { deliver_policy: 'last_per_subject', filter_subject: 's.*' },
      { deliver_policy: 'last_per_subject', filter_subjects: ['s.1', 's.3'] },
      { deliver_policy: 'by_start_sequence', opt_start_seq: 3 },
      { deliver_policy: 'by_start_sequence', opt_start_seq: 99 },
      { deliver_policy: 'by_start_time', opt_start_time: time },
      { deliver_policy: 'by_start_time', opt_start_time: '2001-01-01T00:00:00Z', filter_subject: 's.3' },
    ]
    const seen: unknown[] = []
    for (const [index, policy] of policies.entries()) {
      const inbox = lab.inbox(`push.${index}`)
      const created = await lab.consumer('S', `c${index}`, { ...policy, deliver_subject: `push.${index}` })
      seen.push(created['num_pending'], created['delivered'], inbox)
    }
    await lab.publish('s.1')
    return lab.settle(seen)
  },

  'holding deliveries until somebody subscribes': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.publish('s.1')
    const created = await lab.consumer('S', 'late', { deliver_subject: 'late', inactive_threshold: 60e9 })
    await lab.publish('s.2')
    const inbox = lab.inbox('late')
    await inbox.next(2)
    await lab.publish('s.3')
    await inbox.next(3)
    return [created['push_bound'], inbox, await lab.info('S', 'late')]
  },

  'headers only, and headers that clients sent': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    const sent = headers()
    sent.append('Own', 'value')
    await lab.client.request('s.1', 'payload', { headers: sent, timeout: 5000 })
    await lab.client.request('s.2', '')
    const [full, bare] = [lab.inbox('full'), lab.inbox('bare')]
    await lab.consumer('S', 'full', { deliver_subject: 'full' })
    await lab.consumer('S', 'bare', { deliver_subject: 'bare', headers_only: true })
    await full.next(2)
    await bare.next(2)
    return [full, bare]
  },

  'idle heartbeats': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.publish('s.1', 's.2')
    const inbox = lab.inbox('beat')
    await lab.consumer('S', 'c', { deliver_subject: 'beat', idle_heartbeat: 200e6 })
    await inbox.next(4)
    return inbox.messages.slice(0, 4)
  },

  'flow control': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    for (let index = 0; index < 40; index++) await lab.client.request('s.1', 'x'.repeat(100_000))
    const inbox = lab.inbox('flow')
    await lab.consumer('S', 'c', { deliver_subject: 'flow', flow_control: true, idle_heartbeat: 300e6 })
    await inbox.until((messages) => messages.some(({ status }) => String(status).includes('Idle')))
    const stalled = inbox.messages.map(({ sequence, status, headers: sent }) => [
      sequence,
      status,
      keysOf(sent),
    ])
    inbox.answerFlowControl()
    await inbox.until((messages) => messages.filter(({ sequence }) => sequence !== undefined).length === 40)
    return [stalled, inbox.messages.length > 40]
  },

  'pulling, with the statuses that end requests': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.consumer('S', 'p', {
      ack_policy: 'explicit',
      durable_name: 'p',
      max_batch: 50,
      max_expires: 20e9,
    })
    const seen: unknown[] = []
    const pull = async (body: unknown, count: number): Promise<void> => {
      const inbox = lab.pull('S', 'p', body)
      await inbox.next(count)
      seen.push(inbox)
    }
    await pull({ no_wait: true, batch: 3 }, 1)
    await pull({ batch: 1, expires: 200e6 }, 1)
    await pull({ batch: 1, expires: 400e6, idle_heartbeat: 150e6 }, 3)
    await pull({ batch: 1, expires: 1e9, idle_heartbeat: 1e9 }, 1)
    await pull({ batch: 51 }, 1)
    await pull({ batch: 1, expires: 60e9 }, 1)
    await lab.publish('s.1', 's.2', 's.3', 's.4')
    await pull(1, 1)
    await pull({ batch: 2, no_wait: true }, 2)
    await pull({ batch: 5, no_wait: true, expires: 1e9 }, 2)
    const waiting = lab.pull('S', 'p', { batch: 2, expires: 5e9 })
    await lab.flush()
    seen.push((await lab.info('S', 'p'))['num_waiting'])
    await lab.publish('s.5')
    await waiting.next(1)
    await lab.api('CONSUMER.DELETE.S.p')
    await waiting.next(2)
    return [...seen, waiting]
  },

  'pulling up to so many bytes': async (lab) => {
    await lab.stream('S', { subjects: ['s'] })
    await lab.consumer('S', 'p', { ack_policy: 'none', durable_name: 'p', max_bytes: 5000 })
    for (const size of [100, 100, 1000, 10]) await lab.client.request('s', 'x'.repeat(size))
    const seen: unknown[] = []
    for (const body of [
      { batch: 10, max_bytes: 6000 },
      { batch: 10, max_bytes: 600, expires: 1e9 },
      { batch: 1, max_bytes: 20, expires: 1e9 },
      { batch: 1, max_bytes: 3000, expires: 1e9 },
    ]) {
      const inbox = lab.pull('S', 'p', body)
      await inbox.quiet()
      // Sizes depend on the length of times in reply subjects.
      seen.push(inbox.messages.map(({ status, sequence, data }) => [status, sequence, data.length]))
    }
    return seen
  },

  'too many waiting requests': async (lab) => {
    await lab.stream('S', { subjects: ['s'] })
    await lab.consumer('S', 'p', { ack_policy: 'explicit', durable_name: 'p', max_waiting: 2 })
    const [one, two] = [lab.pull('S', 'p', { expires: 5e9 }), lab.pull('S', 'p', { expires: 5e9 })]
    await lab.flush()
    const three = lab.pull('S', 'p', { expires: 5e9 })
    await three.next(1)
    await lab.publish('s', 's')
    await one.next(1)
    await two.next(1)
    return [one, two, three]
  },

  'acknowledging, each way': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.consumer('S', 'p', {
      ack_policy: 'explicit',
      durable_name: 'p',
      ack_wait: 700e6,
      max_deliver: 4,
    })
    await lab.publish('s.1', 's.2', 's.3', 's.4', 's.5', 's.6')
    const inbox = lab.pull('S', 'p', { batch: 6, expires: 5e9 })
    const [one, two, three, four, five, six] = await inbox.next(6)
    const infos = [await lab.info('S', 'p')]
    const replies = [
      await lab.ack(one, ''),
      await lab.ack(three, '+ACK'),
      await lab.ack(two, '-NAK'),
      await lab.ack(four, '+TERM because'),
      await lab.ack(five, '+WPI'),
    ]
    infos.push(await lab.info('S', 'p'))
    const again = lab.pull('S', 'p', { batch: 3, expires: 5e9 })
    await again.next(1)
    replies.push(await lab.ack(again.messages[0], '+OK'))
    replies.push(await lab.ack(six, '-NAK {"delay": 100000000}'))
    await again.next(3)
    infos.push(await lab.info('S', 'p'))
    const last = lab.inbox('next')
    lab.client.publish(again.messages[1]?.reply ?? '', '+NXT {"batch":1,"expires":1000000000}', {
      reply: 'next',
    })
    await lab.publish('s.7')
    await last.next(1)
    replies.push(await lab.ack(again.messages[2], ''), await lab.ack(last.messages[0], ''))
    infos.push(await lab.info('S', 'p'))
    const order = again.messages.slice(1).map(({ sequence, deliveries }) => `${sequence}:${deliveries}`)
    return [inbox, again.messages[0], order.sort(), last, replies, infos.map(withoutOrder)]
  },

  'acknowledging all up to one': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.consumer('S', 'p', { ack_policy: 'all', durable_name: 'p' })
    await lab.publish('s.1', 's.2', 's.3', 's.4')
    const inbox = lab.pull('S', 'p', { batch: 4, expires: 5e9 })
    const [, , three] = await inbox.next(4)
    const replies = [await lab.ack(three, '')]
    const infos = [await lab.info('S', 'p')]
    replies.push(await lab.ack(inbox.messages[0], ''), await lab.ack(inbox.messages[3], ''))
    infos.push(await lab.info('S', 'p'))
    return [replies, infos]
  },

  'redelivering until the limit, with an advisory': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    const advisories = lab.inbox('$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>')
    await lab.consumer('S', 'p', {
      ack_policy: 'explicit',
      durable_name: 'p',
      max_deliver: 3,
      backoff: [100e6, 200e6],
    })
    await lab.publish('s.1')
    const inbox = lab.pull('S', 'p', { batch: 5, expires: 5e9 })
    await inbox.next(3)
    await advisories.next(1)
    const { stream, consumer, stream_seq, deliveries } = JSON.parse(
      advisories.messages[0]?.data ?? '{}',
    ) as Json
    return [inbox, stream, consumer, stream_seq, deliveries, (await lab.info('S', 'p'))['num_ack_pending']]
  },

  'stopping at the maximum of pending acks': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    const inbox = lab.inbox('push')
    await lab.consumer('S', 'c', { deliver_subject: 'push', ack_policy: 'explicit', max_ack_pending: 2 })
    await lab.publish('s.1', 's.2', 's.3', 's.4')
    await inbox.next(2)
    await inbox.quiet()
    const held = inbox.messages.length
    await lab.ack(inbox.messages[0], '')
    await inbox.next(3)
    return [held, inbox, await lab.info('S', 'c')]
  },

  'work queues': async (lab) => {
    await lab.stream('W', { subjects: ['w.*'], retention: 'workqueue' })
    await lab.publish('w.1', 'w.2', 'w.1')
    await lab.consumer('W', 'one', { durable_name: 'one', ack_policy: 'explicit', filter_subject: 'w.1' })
    const inbox = lab.pull('W', 'one', { batch: 2, expires: 5e9 })
    await inbox.next(2)
    const states = [await lab.state('W')]
    await lab.ack(inbox.messages[1], '')
    states.push(await lab.state('W'))
    await lab.ack(inbox.messages[0], '+TERM')
    states.push(await lab.state('W'))
    return [inbox, states]
  },

  'interest retention': async (lab) => {
    await lab.stream('I', { subjects: ['i.*'], retention: 'interest' })
    await lab.publish('i.1')
    const states = [await lab.state('I')]
    await lab.consumer('I', 'one', { durable_name: 'one', ack_policy: 'explicit', filter_subject: 'i.1' })
    await lab.consumer('I', 'two', { durable_name: 'two', ack_policy: 'explicit' })
    await lab.publish('i.1', 'i.2', 'i.1')
    states.push(await lab.state('I'))
    const [one, two] = [
      lab.pull('I', 'one', { batch: 2, expires: 5e9 }),
      lab.pull('I', 'two', { batch: 3, expires: 5e9 }),
    ]
    await one.next(2)
    await two.next(3)
    await lab.ack(one.messages[0], '')
    states.push(await lab.state('I'))
    await lab.ack(two.messages[0], '')
    await lab.ack(two.messages[1], '')
    states.push(await lab.state('I'))
    await lab.api('CONSUMER.DELETE.I.two')
    states.push(await lab.state('I'))
    return [one, two, states]
  },

  'counting what is ahead while messages go': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'], max_msgs_per_subject: 2 })
    await lab.publish('s.1', 's.2', 's.1', 's.3', 's.2', 's.1')
    await lab.consumer('S', 'all', { durable_name: 'all', ack_policy: 'explicit' })
    await lab.consumer('S', 'some', { durable_name: 'some', ack_policy: 'explicit', filter_subject: 's.1' })
    const counts = async (): Promise<unknown[]> =>
      Promise.all(['all', 'some'].map(async (name) => (await lab.info('S', name))['num_pending']))
    const seen = [await counts()]
    await lab.publish('s.1', 's.9')
    seen.push(await counts())
    await lab.api('STREAM.MSG.DELETE.S', { seq: 4 })
    seen.push(await counts())
    const inbox = lab.pull('S', 'all', { batch: 2, expires: 5e9 })
    await inbox.next(2)
    seen.push(await counts())
    await lab.api('STREAM.PURGE.S', { filter: 's.1' })
    seen.push(await counts())
    return [seen, inbox]
  },

  aging: async (lab) => {
    await lab.stream('S', { subjects: ['s.*'], max_age: 500e6, duplicate_window: 200e6 })
    const sent = headers()
    sent.append('Nats-Msg-Id', 'same')
    const first = (await lab.client.request('s.1', 'x', { headers: sent, timeout: 5000 })).json()
    const second = (await lab.client.request('s.1', 'x', { headers: sent, timeout: 5000 })).json()
    await lab.later(1200)
    const state = await lab.state('S')
    const third = (await lab.client.request('s.1', 'x', { headers: sent, timeout: 5000 })).json()
    return [first, second, state, third]
  },

  'copying streams, and mirrors': async (lab) => {
    await lab.stream('A', { subjects: ['a.*'] })
    await lab.stream('B', { subjects: ['b.*'] })
    await lab.publish('a.1', 'a.2', 'b.1')
    await lab.api('STREAM.MSG.DELETE.A', { seq: 1 })
    await lab.stream('M', { mirror: { name: 'A' } })
    await lab.stream('C', {
      sources: [
        { name: 'A', subject_transforms: [{ src: 'a.*', dest: 'c.{{wildcard(1)}}.x' }] },
        { name: 'B', filter_subject: 'b.1' },
      ],
    })
    await lab.until(async () => ((await lab.state('C'))['messages'] as number) === 2)
    await lab.publish('a.3', 'b.2')
    await lab.until(async () => ((await lab.state('C'))['messages'] as number) === 3)
    await lab.until(async () => ((await lab.state('M'))['messages'] as number) === 2)
    const copied: unknown[] = []
    for (const seq of [1, 2, 3]) copied.push((await lab.api('STREAM.MSG.GET.C', { seq }))['message'])
    const mirrored = [(await lab.api('STREAM.MSG.GET.M', { seq: 2 }))['message']]
    mirrored.push((await lab.api('STREAM.MSG.GET.M', { seq: 3 }))['message'])
    // Which of the two sources comes first is a matter of timing.
    const texts = copied.map((message) => describeStored({ ...(message as Json), seq: undefined })).sort()
    return [texts, mirrored.map((message) => describeStored(message))]
  },

  republishing: async (lab) => {
    await lab.stream('S', { subjects: ['s.*'], republish: { src: 's.*', dest: 'out.{{wildcard(1)}}' } })
    await lab.stream('H', { subjects: ['h.*'], republish: { src: '>', dest: 'head.>', headers_only: true } })
    const [out, head] = [lab.inbox('out.*'), lab.inbox('head.>')]
    await lab.publish('s.1', 's.1', 'h.1')
    await out.next(2)
    await head.next(1)
    return [out, head]
  },

  'consumers that nobody uses go away': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    await lab.consumer('S', 'push', { deliver_subject: 'nobody', inactive_threshold: 300e6 })
    await lab.consumer('S', 'pull', { inactive_threshold: 300e6, ack_policy: 'explicit' })
    await lab.consumer('S', 'durable', { durable_name: 'durable', ack_policy: 'explicit' })
    await lab.until(
      async () => ((await lab.api('CONSUMER.NAMES.S', {}))['consumers'] as unknown[]).length === 1,
    )
    return (await lab.api('CONSUMER.NAMES.S', {}))['consumers']
  },

  'deliver groups share the messages': async (lab) => {
    await lab.stream('S', { subjects: ['s.*'] })
    const [one, two] = [lab.inbox('shared', 'group'), lab.inbox('shared', 'group')]
    const created = await lab.consumer('S', 'c', { deliver_subject: 'shared', deliver_group: 'group' })
    await lab.publish(...Array.from({ length: 20 }, () => 's.1'))
    await lab.until(() => Promise.resolve(one.messages.length + two.messages.length === 20))
    const sequences = [...one.messages, ...two.messages].map(({ sequence }) => sequence)
    return [created['push_bound'], sequences.sort((a, b) => (a ?? 0) - (b ?? 0))]
  },
}

describe('JetStream deliveries', () => {
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

  for (const [name, course] of Object.entries(courses)) {
    it(`go as with nats-server: ${name}`, async () => {
      const [expected, seen] = await Promise.all([
        runCourse(clients.server, course),
        runCourse(clients.bus, course),
      ])
      expect(seen).toEqual(expected)
    })
  }
})

async function runCourse(client: NatsConnection, course: Course): Promise<unknown> {
  const lab = new Lab(client)
  try {
    return normalise(await course(lab))
  } finally {
    await lab.clear()
  }
}

type Json = Record<string, unknown>

interface Seen {
  readonly subject: string
  readonly data: string
  readonly status: string | undefined
  readonly headers: Json | undefined
  /** From the reply subject of a delivered message. */
  readonly sequence: number | undefined
  readonly deliveries: number | undefined
  readonly consumerSequence: number | undefined
  readonly pending: number | undefined
  readonly reply: string
}

/** Everything that came to a subscription. */
class Inbox {
  readonly messages: Seen[] = []
  readonly #waiters = new Set<() => void>()
  readonly #subscription: Subscription
  readonly #client: NatsConnection
  #answersFlowControl = false

  constructor(client: NatsConnection, subject: string, queue: string | undefined) {
    this.#client = client
    this.#subscription = client.subscribe(subject, {
      queue: queue ?? '',
      callback: (_error, message) => this.#take(message),
    })
  }

  /** The first `count` messages, once they are here. */
  async next(count: number): Promise<readonly Seen[]> {
    await this.until((messages) => messages.length >= count)
    return this.messages
  }

  until(isDone: (messages: readonly Seen[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Only got ${JSON.stringify(this.messages)}`)), 10_000)
      const check = (): void => {
        if (!isDone(this.messages)) return
        clearTimeout(timer)
        this.#waiters.delete(check)
        resolve()
      }
      this.#waiters.add(check)
      check()
    })
  }

  /** Resolves after a while in which nothing came: for showing that something does not happen. */
  async quiet(): Promise<void> {
    let before = -1
    while (before !== this.messages.length) {
      before = this.messages.length
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }

  answerFlowControl(): void {
    this.#answersFlowControl = true
    for (const { reply, headers: sent } of this.messages)
      this.#client.publish(String(sent?.['Nats-Consumer-Stalled'] ?? reply))
  }

  stop(): void {
    this.#subscription.unsubscribe()
  }

  #take(message: Msg): void {
    const reply = message.reply ?? ''
    const acks = reply.startsWith('$JS.ACK.') ? reply.split('.').slice(4).map(Number) : []
    const [deliveries, sequence, consumerSequence, , pending] = acks
    const sent = message.headers
    const status = sent && sent.code > 0 ? `${sent.code} ${sent.description}` : undefined
    const known = sent && Object.fromEntries([...sent].map(([name, values]) => [name, values[0]]))
    this.messages.push({
      subject: message.subject,
      data: message.string(),
      status,
      headers: known,
      sequence,
      deliveries,
      consumerSequence,
      pending,
      reply,
    })
    if (this.#answersFlowControl && reply.startsWith('$JS.FC.')) message.respond()
    for (const waiter of [...this.#waiters]) waiter()
  }
}

/** A client with what these courses do over and over. */
class Lab {
  readonly client: NatsConnection
  readonly #inboxes: Inbox[] = []
  readonly #streams: string[] = []

  constructor(client: NatsConnection) {
    this.client = client
  }

  async api(operation: string, body?: unknown): Promise<Json> {
    const answer = await this.client.request(
      `$JS.API.${operation}`,
      body === undefined ? '' : JSON.stringify(body),
    )
    return answer.json<Json>()
  }

  async stream(name: string, config: Json): Promise<void> {
    this.#streams.push(name)
    const { error } = await this.api(`STREAM.CREATE.${name}`, { name, ...config })
    expect(error).toBeUndefined()
  }

  async consumer(stream: string, name: string, config: Json): Promise<Json> {
    const request = { stream_name: stream, config: { name, ...config } }
    const answer = await this.api(`CONSUMER.CREATE.${stream}.${name}`, request)
    expect(answer['error']).toBeUndefined()
    return answer
  }

  /** Publishes one message on each subject and waits until it is stored. */
  async publish(...subjects: readonly string[]): Promise<void> {
    for (const subject of subjects) await this.client.request(subject, `on ${subject}`)
  }

  inbox(subject: string, queue?: string): Inbox {
    const inbox = new Inbox(this.client, subject, queue)
    this.#inboxes.push(inbox)
    return inbox
  }

  pull(stream: string, consumer: string, body: unknown): Inbox {
    const reply = `pulled.${this.#inboxes.length}`
    const inbox = this.inbox(reply)
    const request = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`
    this.client.publish(request, JSON.stringify(body), { reply })
    return inbox
  }

  /** Acknowledges with a request for confirmation. */
  async ack(message: Seen | undefined, text: string): Promise<string> {
    const answer = await this.client.request(message?.reply ?? '', text)
    return answer.string()
  }

  info(stream: string, consumer: string): Promise<Json> {
    return this.api(`CONSUMER.INFO.${stream}.${consumer}`)
  }

  async state(stream: string): Promise<Json> {
    return (await this.api(`STREAM.INFO.${stream}`))['state'] as Json
  }

  flush(): Promise<void> {
    return this.client.flush()
  }

  /** Lets time pass where time itself is what a course is about. */
  later(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms))
  }

  async until(isDone: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 10_000
    while (!(await isDone())) {
      if (Date.now() > deadline) throw new Error('It did not come about')
      await this.later(20)
    }
  }

  /** Waits until nothing comes any more; gives the observations back. */
  async settle(seen: unknown): Promise<unknown> {
    for (const inbox of this.#inboxes) await inbox.quiet()
    return seen
  }

  async clear(): Promise<void> {
    for (const inbox of this.#inboxes) inbox.stop()
    for (const stream of this.#streams) await this.api(`STREAM.DELETE.${stream}`)
  }
}

function describeStored(message: unknown): string {
  const { subject, seq, hdrs, data } = message as Json
  return [subject, seq, decode(hdrs), decode(data)].join(' | ')
}

function decode(base64: unknown): string {
  return Buffer.from(String(base64 ?? ''), 'base64').toString()
}

function keysOf(value: Json | undefined): string[] {
  return Object.keys(value ?? {}).sort()
}

/** Without the floor: two redeliveries that fall due at almost the same time come in any order. */
function withoutOrder(info: Json): Json {
  return { ...info, ack_floor: undefined, delivered: undefined }
}

const times = ['created', 'ts', 'time', 'first_ts', 'last_ts', 'last_active', 'Nats-Time-Stamp']

/** Observations without what differs between any two servers. */
function normalise(value: unknown): unknown {
  if (value instanceof Inbox) return normalise(value.messages)
  if (Array.isArray(value)) return value.map(normalise)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
    .filter(([key, inner]) => inner !== undefined && key !== 'reply' && !key.startsWith('_nats.'))
    .map(([key, inner]): [string, unknown] => [key, times.includes(key) ? 'some time' : normalise(inner)])
    .filter(([key, inner]) => !(key === 'metadata' && Object.keys(inner as object).length === 0))
  return Object.fromEntries(entries)
}
