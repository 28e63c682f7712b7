import type { ConsumerConfig } from '../consumer-config.js'
import { statusHeaders } from '../message-headers.js'
import { schedule } from '../schedule.js'
import type { JetStreamContext } from './consumer-host.js'
import { congestedBytes } from './delivery-mode.js'
import type { DeliveryMode } from './delivery-mode.js'
import { parsePullRequest, pullRequestExcess } from './pull-request.js'
import type { PullRequest } from './pull-request.js'
import { heartbeatHeaders } from './push-delivery.js'

/** What PullDelivery needs of its consumer. */
export interface PullDeliveryOptions {
  readonly context: JetStreamContext
  readonly config: ConsumerConfig
  readonly wake: () => void
  /** Messages that could be delivered now. */
  readonly available: () => number
  readonly lastSequences: () => { readonly consumer: number; readonly stream: number }
}

interface WaitingRequest {
  readonly reply: string
  readonly noWait: boolean
  readonly expiresAt: number
  readonly heartbeatMs: number
  heartbeatAt: number
  left: number
  leftBytes: number
  delivered: number
}

/** Hands messages to waiting requests in turn, and ends requests when they are filled, expired or abandoned. */
export class PullDelivery implements DeliveryMode {
  readonly #options: PullDeliveryOptions
  #waiting: WaitingRequest[] = []
  #claimed: WaitingRequest | undefined
  #cancelTimer: () => void = () => undefined
  #timerAt = Infinity
  #lastRequestAt: number

  constructor(options: PullDeliveryOptions) {
    this.#options = options
    this.#lastRequestAt = options.context.clock.now()
  }

  /** When a client last asked or got something. */
  get lastRequestAt(): number {
    return this.#lastRequestAt
  }

  /** Requests that still wait for messages. */
  get waitingCount(): number {
    return this.#waiting.length
  }

  /** Takes a request of a client. */
  request(reply: string, body: Buffer): void {
    this.#lastRequestAt = this.#options.context.clock.now()
    const request = parsePullRequest(body)
    if ('refusal' in request) return this.#sendStatus(reply, request.refusal)
    const refusal = pullRequestExcess(request, this.#options.config) ?? this.#refuseForNow(request)
    if (refusal !== undefined) return this.#sendStatus(reply, refusal)
    if (this.#isFull()) this.expire(false)
    if (this.#isFull()) {
      // A client with heartbeats notices by itself; an answer would make it ask again at once.
      if (request.heartbeat === 0) this.#sendStatus(reply, '409 Exceeded MaxWaiting')
      return
    }
    const waiting = this.#toWaiting(reply, request)
    this.#waiting.push(waiting)
    this.#expireBy(Math.min(waiting.expiresAt, waiting.heartbeatAt))
    this.#options.wake()
  }

  canDeliver(): boolean {
    return this.#waiting.length > 0
  }

  claim(sizeBytes: number): string | undefined {
    for (let request = this.#waiting[0]; request; request = this.#waiting[0]) {
      const ending = this.#endingOf(request, sizeBytes)
      if (!ending) {
        this.#claimed = request
        return request.reply
      }
      this.#waiting.shift()
      if (ending.status) this.#sendStatus(request.reply, ending.status, pendingHeaders(request))
    }
    return undefined
  }

  sent(sizeBytes: number): void {
    const request = this.#claimed
    if (!request) return
    this.#claimed = undefined
    const now = this.#options.context.clock.now()
    this.#lastRequestAt = now
    this.#waiting.shift()
    request.left--
    request.delivered++
    if (request.leftBytes > 0) {
      request.leftBytes -= sizeBytes
      if (request.leftBytes === 0) request.left = 0
    }
    if (request.heartbeatMs > 0) request.heartbeatAt = now + request.heartbeatMs
    if (request.left > 0) this.#waiting.push(request)
    else if (request.leftBytes > 0) {
      this.#sendStatus(request.reply, '409 Batch Completed', pendingHeaders(request))
    }
  }

  isCongested(): boolean {
    const reply = this.#waiting[0]?.reply
    return reply !== undefined && this.#options.context.broker.pendingBytes(reply) > congestedBytes
  }

  paused(atEnd: boolean): void {
    if (atEnd && this.#waiting.some(({ noWait }) => noWait)) this.expire(true)
  }

  close(notice: string | undefined): void {
    this.#cancelTimer()
    if (notice !== undefined) for (const { reply } of this.#waiting) this.#sendStatus(reply, notice)
    this.#waiting = []
  }

  /** Ends expired and abandoned requests, and with `atEnd` those that want no more than what was there. */
  expire(atEnd: boolean): void {
    const { broker, clock } = this.#options.context
    const now = clock.now()
    this.#waiting = this.#waiting.filter((request) => {
      const isServed = atEnd && request.noWait && (request.delivered > 0 || request.expiresAt === Infinity)
      if (isServed || now >= request.expiresAt) {
        this.#sendStatus(request.reply, '408 Request Timeout', pendingHeaders(request))
        return false
      }
      if (!broker.hasInterest(request.reply)) return false
      if (now >= request.heartbeatAt) this.#beat(request, now)
      return true
    })
    this.#schedule()
  }

  #refuseForNow({ noWait, expires }: PullRequest): string | undefined {
    if (!noWait) return undefined
    const available = this.#options.available()
    if (available === 0) return expires === 0 ? '404 No Messages' : undefined
    this.expire(false)
    const asked = this.#waiting.reduce((sum, { left }) => sum + left, 0)
    return available < asked ? '408 Requests Pending' : undefined
  }

  #isFull(): boolean {
    return this.#waiting.length >= this.#options.config.max_waiting
  }

  #toWaiting(reply: string, { batch, expires, maxBytes, noWait, heartbeat }: PullRequest): WaitingRequest {
    const now = this.#options.context.clock.now()
    return {
      reply,
      noWait,
      expiresAt: expires > 0 ? now + expires / 1e6 : Infinity,
      heartbeatMs: heartbeat / 1e6,
      heartbeatAt: heartbeat > 0 ? now + heartbeat / 1e6 : Infinity,
      left: batch,
      leftBytes: maxBytes,
      delivered: 0,
    }
  }

  /** Why a request cannot take a message of this size; a status where its client is to be told. */
  #endingOf(request: WaitingRequest, sizeBytes: number): { readonly status?: string } | undefined {
    if (request.leftBytes > 0 && sizeBytes > request.leftBytes) {
      return { status: '409 Message Size Exceeds MaxBytes' }
    }
    const { broker, clock } = this.#options.context
    if (clock.now() >= request.expiresAt) return { status: '408 Request Timeout' }
    return broker.hasInterest(request.reply) ? undefined : {}
  }

  #beat(request: WaitingRequest, now: number): void {
    const headers = heartbeatHeaders(this.#options.lastSequences())
    this.#options.context.broker.publish({ subject: request.reply, headers })
    request.heartbeatAt = now + request.heartbeatMs
  }

  #schedule(): void {
    this.#cancelTimer()
    this.#timerAt = Infinity
    let next = Infinity
    for (const { expiresAt, heartbeatAt } of this.#waiting) next = Math.min(next, expiresAt, heartbeatAt)
    this.#expireBy(next)
  }

  #expireBy(at: number): void {
    if (at >= this.#timerAt) return
    const { clock } = this.#options.context
    this.#cancelTimer()
    this.#timerAt = at
    this.#cancelTimer = schedule(clock, at - clock.now(), () => this.expire(true))
  }

  #sendStatus(reply: string, status: string, headers: Record<string, number> = {}): void {
    this.#options.context.broker.publish({ subject: reply, headers: statusHeaders(status, headers) })
  }
}

function pendingHeaders({ left, leftBytes }: WaitingRequest): Record<string, number> {
  return { 'Nats-Pending-Messages': left, 'Nats-Pending-Bytes': leftBytes }
}
