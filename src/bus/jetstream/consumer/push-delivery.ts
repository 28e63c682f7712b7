import { randomBytes } from 'node:crypto'
import type { InternalSubscription } from '../../broker/broker-port.js'
import type { ConsumerConfig } from '../consumer-config.js'
import { statusHeaders } from '../message-headers.js'
import { schedule } from '../schedule.js'
import type { JetStreamContext } from './consumer-host.js'
import { congestedBytes } from './delivery-mode.js'
import type { DeliveryMode } from './delivery-mode.js'

/** What PushDelivery needs of its consumer. */
export interface PushDeliveryOptions {
  readonly context: JetStreamContext
  readonly config: ConsumerConfig
  readonly stream: string
  readonly name: string
  /** Called where messages can flow again. */
  readonly wake: () => void
  /** Called when the deliver subject gains or loses its subscribers. */
  readonly onInterest: (isActive: boolean) => void
  /** Where the consumer stands, for heartbeats. */
  readonly lastSequences: () => { readonly consumer: number; readonly stream: number }
}

const largestWindowBytes = 32 << 20
const firstWindowBytes = largestWindowBytes / 16

/** Pushes to a subject while somebody is subscribed to it, with heartbeats and flow control where configured. */
export class PushDelivery implements DeliveryMode {
  readonly #options: PushDeliveryOptions
  readonly #subject: string
  readonly #flowSubscription: InternalSubscription | undefined
  readonly #stopWatching: () => void
  #isActive: boolean
  #idleSince: number
  #cancelHeartbeat: () => void = () => undefined
  #lastSentAt = 0
  /** Bytes that may be under way; 0 without flow control. */
  #windowBytes = 0
  #underWayBytes = 0
  #flowReply = ''
  #flowBytes = 0

  constructor(options: PushDeliveryOptions) {
    const { config, context, stream, name } = options
    this.#options = options
    this.#subject = config.deliver_subject
    this.#isActive = context.broker.hasInterest(this.#subject)
    this.#idleSince = this.#isActive ? Infinity : context.clock.now()
    if (config.flow_control) {
      this.#windowBytes = firstWindowBytes
      this.#flowSubscription = context.broker.subscribe(`$JS.FC.${stream}.${name}.>`, ({ subject }) =>
        this.#onFlowReply(subject),
      )
    }
    this.#stopWatching = context.interest.watch(this.#subject, () => this.#checkInterest())
    if (config.idle_heartbeat > 0) this.#scheduleHeartbeat(config.idle_heartbeat / 1e6)
  }

  /** Whether somebody is subscribed to the deliver subject. */
  get isActive(): boolean {
    return this.#isActive
  }

  /** Since when nobody is subscribed; Infinity while somebody is. */
  get idleSince(): number {
    return this.#idleSince
  }

  canDeliver(): boolean {
    return this.#isActive && !(this.#windowBytes > 0 && this.#underWayBytes > this.#windowBytes)
  }

  claim(): string {
    return this.#subject
  }

  sent(sizeBytes: number): void {
    this.#lastSentAt = this.#options.context.clock.now()
    if (this.#windowBytes === 0) return
    this.#underWayBytes += sizeBytes
    if (this.#flowReply === '' && this.#underWayBytes > this.#windowBytes / 2) this.#requestFlow()
    else if (this.#flowReply !== '' && this.#underWayBytes - this.#flowBytes >= this.#windowBytes) {
      this.#flowBytes += sizeBytes
    }
  }

  isCongested(): boolean {
    return this.#options.context.broker.pendingBytes(this.#subject) > congestedBytes
  }

  paused(): void {
    // Nothing to do: heartbeats run by themselves.
  }

  close(notice: string | undefined): void {
    this.#cancelHeartbeat()
    this.#stopWatching()
    this.#flowSubscription?.unsubscribe()
    if (notice !== undefined && this.#isActive) this.#send(statusHeaders(notice))
  }

  #checkInterest(): void {
    const isActive = this.#options.context.broker.hasInterest(this.#subject)
    if (isActive === this.#isActive) return
    this.#isActive = isActive
    this.#idleSince = isActive ? Infinity : this.#options.context.clock.now()
    if (!isActive) {
      this.#underWayBytes = 0
      this.#flowReply = ''
    }
    this.#options.onInterest(isActive)
  }

  #requestFlow(): void {
    const { stream, name } = this.#options
    this.#flowReply = `$JS.FC.${stream}.${name}.${randomBytes(4).toString('hex')}`
    this.#flowBytes = this.#underWayBytes
    this.#send(statusHeaders('100 FlowControl Request'), this.#flowReply)
  }

  #onFlowReply(subject: string): void {
    if (subject !== this.#flowReply) return
    this.#windowBytes = Math.min(largestWindowBytes, this.#windowBytes * 2)
    this.#underWayBytes = Math.max(0, this.#underWayBytes - this.#flowBytes)
    this.#flowReply = ''
    this.#flowBytes = 0
    this.#options.wake()
  }

  #scheduleHeartbeat(intervalMs: number): void {
    const { clock } = this.#options.context
    const idleMs = clock.now() - this.#lastSentAt
    const delayMs = idleMs >= intervalMs ? intervalMs : intervalMs - idleMs
    this.#cancelHeartbeat = schedule(clock, delayMs, () => {
      if (clock.now() - this.#lastSentAt >= intervalMs && this.#isActive) this.#sendHeartbeat()
      this.#scheduleHeartbeat(intervalMs)
    })
  }

  #sendHeartbeat(): void {
    const { consumer, stream } = this.#options.lastSequences()
    this.#send(heartbeatHeaders({ consumer, stream, stalledOn: this.#flowReply }))
  }

  #send(headers: Buffer, reply?: string): void {
    this.#options.context.broker.publish({ subject: this.#subject, headers, reply })
  }
}

/** The header block of an idle heartbeat. */
export function heartbeatHeaders(state: {
  readonly consumer: number
  readonly stream: number
  readonly stalledOn?: string | undefined
}): Buffer {
  return statusHeaders('100 Idle Heartbeat', {
    'Nats-Last-Consumer': state.consumer,
    'Nats-Last-Stream': state.stream,
    ...(state.stalledOn ? { 'Nats-Consumer-Stalled': state.stalledOn } : {}),
  })
}
