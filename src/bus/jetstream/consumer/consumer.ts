import type { InternalMessage, InternalSubscription } from '../../broker/broker-port.js'
import type { StoredMessage } from '../../store/message-store.js'
import { formatTimestamp } from '../../store/timestamp.js'
import { createSubjectFilter } from '../../subject/subject-filter.js'
import { consumerConfigDocument, filterPatterns } from '../consumer-config.js'
import type { ConsumerConfig } from '../consumer-config.js'
import { addHeaders, headerNames, statusHeaders } from '../message-headers.js'
import { schedule } from '../schedule.js'
import { parseAckMessage, parseAckSubject } from './ack-message.js'
import type { AckSubject } from './ack-message.js'
import { publishMaxDeliveries, publishTerminated } from './advisories.js'
import type { ConsumerHost } from './consumer-host.js'
import { consumerInfo } from './consumer-info.js'
import type { ConsumerState } from './consumer-state.js'
import { IdleWatch } from './idle-watch.js'
import { MessageCursor } from './message-cursor.js'
import { Pacing } from './pacing.js'
import { PendingAcks } from './pending-acks.js'
import type { SequencePair } from './pending-acks.js'
import { PullDelivery } from './pull-delivery.js'
import { PushDelivery } from './push-delivery.js'
import { RedeliveryTimer } from './redelivery-timer.js'
import { selectStart } from './start-position.js'

/** What a consumer is made from: a checked configuration, or what was saved of it. */
export interface ConsumerOrigin {
  readonly name: string
  readonly config: ConsumerConfig
  readonly saved?: ConsumerState | undefined
}

/** A message that could be delivered next. */
interface Candidate {
  readonly message: StoredMessage
  /** Which delivery of it that would be, from 1. */
  readonly deliveries: number
}

/** Deliveries in one go, before other work gets its turn; and after how many the clients' buffers are looked at. */
const deliveriesPerTurn = 2048
const deliveriesPerLook = 64
const congestionRetryMs = 5

/**
 * Hands the messages of a stream to clients, and keeps track of what they acknowledged.
 *
 * This file is over the length that we aim for: cursor, pending acks, pacing, timers and both deliveries are classes of
 * their own, and what is left here is the one order in which they may change each other.
 */
export class Consumer {
  readonly name: string
  readonly created: string
  readonly #host: ConsumerHost
  readonly #stream: string
  readonly #cursor: MessageCursor
  readonly #acks: PendingAcks
  readonly #pacing: Pacing
  readonly #ackPrefix: string
  readonly #subscriptions: InternalSubscription[] = []
  readonly #idleWatch: IdleWatch
  readonly #redeliveryTimer: RedeliveryTimer
  #config: ConsumerConfig
  #mode: PushDelivery | PullDelivery
  #delivered: SequencePair
  #lastDelivered: bigint | undefined
  #lastAcked: bigint | undefined
  #pumping = false
  #closed = false
  #cancelWake: (() => void) | undefined

  constructor(host: ConsumerHost, { name, config, saved }: ConsumerOrigin) {
    this.name = name
    this.#host = host
    this.#stream = host.config.name
    this.#config = config
    this.created = saved?.created ?? formatTimestamp(host.context.timestamp())
    this.#cursor = createCursor(host, config, saved)
    const before = this.#cursor.nextSequence - 1
    this.#delivered = saved?.delivered ?? { consumer: 0, stream: before }
    this.#acks = new PendingAcks(
      saved?.acks ?? { floor: { consumer: 0, stream: 0 }, pending: [], redelivered: [] },
    )
    this.#acks.dropWhere((sequence) => host.store.get(sequence) === undefined, this.#delivered)
    this.#redeliveryTimer = new RedeliveryTimer({
      clock: host.context.clock,
      acks: this.#acks,
      onDue: (sequences) => this.#redeliver(sequences),
    })
    this.#pacing = new Pacing(config, host.store.lastSequence)
    this.#ackPrefix = `$JS.ACK.${this.#stream}.${name}`
    this.#mode = this.#createMode()
    this.#idleWatch = new IdleWatch({
      clock: host.context.clock,
      idleSince: () => this.#idleSince(),
      onIdle: () => host.retire(name),
    })
    this.#subscribe(`${this.#ackPrefix}.*.*.*.*.*`, (message) => this.#onAck(message))
    this.#subscribe(`$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.${name}`, (message) =>
      this.#onRequest(message),
    )
    this.#redeliveryTimer.arm()
    this.#watchIdle()
  }

  get config(): ConsumerConfig {
    return this.#config
  }

  /** Whether a client is subscribed to the deliver subject. */
  get isBound(): boolean {
    return this.#mode instanceof PushDelivery && this.#mode.isActive
  }

  /** Whether the filter lets the subject through. */
  matches(subject: string): boolean {
    return this.#cursor.filter.matches(subject)
  }

  /** Whether the message still has to be delivered, or acknowledged. */
  needs(message: StoredMessage): boolean {
    return this.#cursor.isAhead(message) || this.#acks.has(message.sequence)
  }

  /** A message was stored; signal() delivers it. */
  added(message: StoredMessage): void {
    this.#cursor.added(message)
  }

  /** A message was removed from the stream. */
  removed(message: StoredMessage): void {
    this.#cursor.removed(message)
    this.#acks.acknowledge(message.sequence, this.#delivered)
  }

  /** Many messages were removed from the stream. */
  resync(): void {
    this.#cursor.recount()
    this.#acks.dropWhere((sequence) => this.#host.store.get(sequence) === undefined, this.#delivered)
  }

  /** Takes over a configuration that checkConsumerUpdate() let pass. */
  update(config: ConsumerConfig): void {
    const movesTo = config.deliver_subject !== this.#config.deliver_subject
    this.#config = config
    this.#cursor.recount(createSubjectFilter(filterPatterns(config)))
    if (movesTo) {
      this.#mode.close(undefined)
      this.#mode = this.#createMode()
    }
    this.#watchIdle()
    this.#wakeSoon(0)
  }

  /** Delivers what can be delivered now. */
  signal(): void {
    if (this.#pumping || this.#closed) return
    this.#pumping = true
    try {
      this.#pump()
    } finally {
      this.#pumping = false
    }
  }

  /** Delivers soon, once the caller has answered its client. */
  wakeSoon(): void {
    this.#wakeSoon(0)
  }

  /** What answers show. */
  info(): Record<string, unknown> {
    const mode = this.#mode
    if (mode instanceof PullDelivery) mode.expire(false)
    return consumerInfo(this.#host, {
      name: this.name,
      created: this.created,
      config: this.#config,
      delivered: { ...this.#delivered, at: this.#lastDelivered },
      floor: { ...this.#acks.floor, at: this.#lastAcked },
      acksPending: this.#acks.size,
      redelivered: this.#acks.redeliveredCount,
      waiting: mode instanceof PullDelivery ? mode.waitingCount : 0,
      pending: this.#cursor.pending,
      isBound: this.isBound,
    })
  }

  /** What is saved. */
  toState(): unknown {
    return {
      config: consumerConfigDocument(this.#config),
      created: this.created,
      next: this.#cursor.toStart(),
      delivered: this.#delivered,
      acks: this.#acks.toState(),
    }
  }

  /** Ends all deliveries; waiting clients get the notice, where there is one. */
  close(notice?: string): void {
    if (this.#closed) return
    this.#closed = true
    for (const subscription of this.#subscriptions) subscription.unsubscribe()
    this.#cancelWake?.()
    this.#redeliveryTimer.stop()
    this.#idleWatch.stop()
    this.#mode.close(notice)
  }

  #createMode(): PushDelivery | PullDelivery {
    const shared = {
      context: this.#host.context,
      config: this.#config,
      wake: () => this.signal(),
      lastSequences: () => ({ consumer: this.#delivered.consumer, stream: this.#cursor.nextSequence - 1 }),
    }
    if (this.#config.deliver_subject === '') {
      return new PullDelivery({ ...shared, available: () => this.#cursor.pending + this.#acks.queuedCount })
    }
    const onInterest = (isActive: boolean): void => {
      this.#watchIdle()
      // The subscription is delivered to once its client's input has been dealt with.
      if (isActive) queueMicrotask(() => this.signal())
    }
    return new PushDelivery({ ...shared, stream: this.#stream, name: this.name, onInterest })
  }

  #subscribe(subject: string, handler: (message: InternalMessage) => void): void {
    this.#subscriptions.push(this.#host.context.broker.subscribe(subject, handler))
  }

  #pump(): void {
    let left = deliveriesPerTurn
    let outcome: 'sent' | 'none' | 'held' = 'sent'
    while (outcome === 'sent') {
      if (left % deliveriesPerLook === 0 && this.#mode.isCongested()) {
        this.#wakeSoon(congestionRetryMs)
        return
      }
      if (left-- === 0) return this.#wakeSoon(0)
      outcome = this.#deliverNext()
    }
    this.#mode.paused(outcome === 'none')
  }

  #deliverNext(): 'sent' | 'none' | 'held' {
    if (this.#closed || !this.#mode.canDeliver()) return 'held'
    const candidate = this.#nextCandidate()
    if (candidate === 'held') return 'held'
    if (!candidate) return 'none'
    const { context } = this.#host
    const { message, deliveries } = candidate
    const delayMs = this.#pacing.delayFor(message, context.clock.now())
    if (delayMs > 0) {
      this.#wakeSoon(delayMs)
      return 'held'
    }
    const ahead = this.#cursor.pending - (deliveries === 1 ? 1 : 0)
    const reply = `${this.#ackPrefix}.${deliveries}.${message.sequence}.${this.#delivered.consumer + 1}.${message.time}.${ahead}`
    const { headers, payload } = this.#render(message)
    const sizeBytes = message.subject.length + reply.length + (headers?.length ?? 0) + (payload?.length ?? 0)
    const deliverTo = this.#mode.claim(sizeBytes)
    if (deliverTo === undefined) return 'held'
    this.#note(candidate)
    context.broker.publish({ subject: message.subject, deliverTo, reply, headers, payload })
    this.#pacing.sent(message, { sizeBytes, now: context.clock.now() })
    this.#mode.sent(sizeBytes)
    return 'sent'
  }

  #nextCandidate(): Candidate | 'held' | undefined {
    for (
      let sequence = this.#acks.firstQueued();
      sequence !== undefined;
      sequence = this.#acks.firstQueued()
    ) {
      const message = this.#host.store.get(sequence)
      const deliveries = this.#acks.deliveries(sequence) + 1
      const { max_deliver: limit } = this.#config
      if (message && (limit <= 0 || deliveries <= limit)) return { message, deliveries }
      if (message) this.#giveUp(sequence, deliveries - 1)
      else this.#acks.drop(sequence)
    }
    const { max_ack_pending: limit, ack_policy: policy } = this.#config
    if (policy !== 'none' && limit > 0 && this.#acks.size >= limit) return 'held'
    const message = this.#cursor.peek()
    return message && { message, deliveries: 1 }
  }

  #render(message: StoredMessage): { headers: Buffer | undefined; payload: Buffer | undefined } {
    if (!this.#config.headers_only) return message
    return {
      headers: addHeaders(message.headers, { [headerNames.messageSize]: message.payload.length }),
      payload: undefined,
    }
  }

  /** Books a delivery, before it goes out. */
  #note({ message, deliveries }: Candidate): void {
    const { sequence } = message
    if (deliveries === 1) this.#cursor.advance(message)
    else this.#acks.redeliver(sequence)
    this.#delivered = {
      consumer: this.#delivered.consumer + 1,
      stream: Math.max(this.#delivered.stream, sequence),
    }
    this.#lastDelivered = this.#host.context.timestamp()
    if (this.#config.ack_policy === 'none') {
      this.#acks.raiseFloor(this.#delivered)
      if (this.#host.config.retention !== 'limits') this.#host.acknowledged(this.name, [sequence])
    } else {
      const deadline = this.#host.context.clock.now() + this.#ackWaitMs(sequence)
      this.#acks.track(sequence, { delivery: this.#delivered.consumer, deadline })
      this.#redeliveryTimer.arm()
    }
    this.#host.changed(this.name)
  }

  #onRequest({ reply, payload }: InternalMessage): void {
    if (reply === undefined) return
    if (this.#mode instanceof PullDelivery) return this.#mode.request(reply, payload)
    this.#host.context.broker.publish({
      subject: reply,
      headers: statusHeaders('409 Consumer is push based'),
    })
  }

  #onAck({ subject, reply, payload }: InternalMessage): void {
    const ack = parseAckSubject(subject)
    if (!ack) return
    const message = parseAckMessage(payload)
    switch (message.kind) {
      case 'ack':
        if (!this.#settle(ack)) return
        break
      case 'next':
        this.#settle(ack)
        if (reply !== undefined && this.#mode instanceof PullDelivery)
          this.#mode.request(reply, message.request)
        return
      case 'nak':
        this.#onNak(ack, message.delayMs)
        break
      case 'progress':
        this.#acks.postpone(
          ack.streamSequence,
          this.#host.context.clock.now() + this.#ackWaitMs(ack.streamSequence),
        )
        break
      case 'terminate':
        this.#onTerminate(ack, message.reason)
        break
      case 'unknown':
        break
      default:
        message satisfies never
    }
    if (reply !== undefined) this.#confirm(reply)
    this.signal()
  }

  /** Answers a client that asked for a confirmation, once what it confirms is safe; otherwise it asks again. */
  #confirm(reply: string): void {
    if (!this.#host.saveNow(this.name)) return
    this.#host.context.broker.publish({ subject: reply })
  }

  /** Books an ack; false where there is nothing to acknowledge. */
  #settle({ streamSequence, consumerSequence }: AckSubject): boolean {
    const { ack_policy: policy } = this.#config
    if (policy === 'none' || streamSequence > this.#delivered.stream) return false
    const settled =
      policy === 'all'
        ? this.#acks.acknowledgeUpTo(streamSequence, consumerSequence)
        : this.#acks.acknowledge(streamSequence, this.#delivered)
          ? [streamSequence]
          : []
    this.#lastAcked = this.#host.context.timestamp()
    if (settled.length === 0) return true
    this.#host.acknowledged(this.name, settled)
    this.#host.changed(this.name)
    return true
  }

  #onNak({ streamSequence }: AckSubject, delayMs: number): void {
    if (delayMs > 0) {
      this.#acks.postpone(streamSequence, this.#host.context.clock.now() + delayMs)
      this.#redeliveryTimer.arm()
    } else this.#acks.requeue(streamSequence)
    this.#host.changed(this.name)
  }

  #onTerminate(ack: AckSubject, reason: string): void {
    this.#settle(ack)
    publishTerminated(
      this.#host.context,
      { stream: this.#stream, consumer: this.name },
      {
        consumer_seq: ack.consumerSequence,
        stream_seq: ack.streamSequence,
        deliveries: ack.deliveries,
        reason: reason || undefined,
      },
    )
  }

  #giveUp(sequence: number, deliveries: number): void {
    this.#acks.drop(sequence)
    this.#host.changed(this.name)
    const about = { stream: this.#stream, consumer: this.name }
    publishMaxDeliveries(this.#host.context, about, { stream_seq: sequence, deliveries })
  }

  #ackWaitMs(sequence: number): number {
    const { backoff, ack_wait: ackWait } = this.#config
    const step = backoff[Math.min(this.#acks.deliveries(sequence), backoff.length) - 1]
    return (step ?? ackWait) / 1e6
  }

  #redeliver(due: readonly number[]): void {
    const { max_deliver: limit } = this.#config
    for (const sequence of due) {
      const deliveries = this.#acks.deliveries(sequence)
      if (limit > 0 && deliveries >= limit) this.#giveUp(sequence, deliveries)
      else this.#acks.requeue(sequence)
    }
    this.signal()
  }

  #wakeSoon(delayMs: number): void {
    if (this.#cancelWake || this.#closed) return
    this.#cancelWake = schedule(this.#host.context.clock, delayMs, () => {
      this.#cancelWake = undefined
      this.signal()
    })
  }

  #watchIdle(): void {
    this.#idleWatch.restart(this.#config.inactive_threshold / 1e6)
  }

  #idleSince(): number {
    const mode = this.#mode
    if (mode instanceof PushDelivery) return mode.idleSince
    mode.expire(false)
    // A client may still be at work on what it got; the deadline of that is what it has to meet first.
    return mode.waitingCount > 0 || this.#acks.nextDeadline !== undefined ? Infinity : mode.lastRequestAt
  }
}

function createCursor(
  host: ConsumerHost,
  config: ConsumerConfig,
  saved: ConsumerState | undefined,
): MessageCursor {
  const { store } = host
  const filter = createSubjectFilter(filterPatterns(config))
  // What was saved can be ahead of a log that lost its end to damage.
  const start = saved
    ? { ...saved.next, sequence: Math.min(saved.next.sequence, store.lastSequence + 1) }
    : selectStart(config, { store, filter, maxPerSubject: host.config.max_msgs_per_subject })
  return new MessageCursor({ store, filter, start })
}
