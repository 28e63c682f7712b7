import type { Socket } from 'node:net'
import type { ClientOperations } from '../protocol/client-operations.js'
import { ClientParser } from '../protocol/client-parser.js'
import { optionsBeforeConnect, parseConnectOptions } from '../protocol/connect-options.js'
import { ProtocolError } from '../protocol/protocol-error.js'
import type { Publication } from '../protocol/publication.js'
import {
  errorLine,
  headerMessageLine,
  messageLine,
  noRespondersMessage,
  okLine,
  pingLine,
  pongLine,
} from '../protocol/server-lines.js'
import { isLiteralSubject, isValidSubject } from '../subject/subject-pattern.js'
import { isAuthorized } from './authentication.js'
import type { BrokerOptions } from './broker-options.js'
import type { FlushQueue } from './flush-queue.js'
import { OutBuffer, type ChunkPool } from './out-buffer.js'
import type { Router } from './router.js'
import { Subscription, type Recipient } from './subscription.js'

/** How long a connection that was told why it ends may take to read that. */
const LINGER_MS = 1000

/** How long a publisher is held up whose messages somebody reads too slowly. */
const STALL_MS = 5

/** What a session needs; `onEnd` is called once, when it has left the router. */
export interface ClientSessionOptions {
  readonly id: number
  readonly socket: Socket
  readonly router: Router
  readonly flushQueue: FlushQueue
  readonly pool: ChunkPool
  readonly broker: BrokerOptions
  readonly onEnd: (session: ClientSession) => void
}

/** One client from its connection to its end: what it settled in CONNECT, and its subscriptions. */
export class ClientSession implements ClientOperations, Recipient {
  readonly isClient = true
  readonly id: number
  readonly #options: ClientSessionOptions
  readonly #parser: ClientParser
  readonly #out: OutBuffer
  readonly #subscriptions = new Map<string, Subscription>()
  #connect = optionsBeforeConnect
  #authorized: boolean
  #cancelAuthentication: () => void = () => undefined
  #cancelLinger: () => void = () => undefined
  #heard = false
  #stalled = false
  #pingsOut = 0
  #ended = false

  constructor(options: ClientSessionOptions) {
    const { socket, pool, flushQueue: queue, broker } = options
    this.id = options.id
    this.#options = options
    this.#parser = new ClientParser(this, broker.limits)
    const onOverflow = (): void => this.#cutOff()
    this.#out = new OutBuffer({ socket, pool, queue, maxPendingBytes: broker.maxPendingBytes, onOverflow })
    this.#authorized = broker.authentication.kind === 'none'
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.on('close', () => this.#onClose())
    socket.on('error', (error) =>
      broker.log.debug('Connection failed', { client: this.id, error: error.message }),
    )
  }

  get pendingBytes(): number {
    return this.#out.pendingBytes
  }

  /** Greets the client; where it must authenticate, its time for that starts to run. */
  start(greeting: string): void {
    this.#out.writeText(greeting)
    if (this.#authorized) return
    const { clock, authenticationTimeoutMs } = this.#options.broker
    this.#cancelAuthentication = clock.after(authenticationTimeoutMs, () =>
      this.end('Authentication Timeout'),
    )
  }

  /** Called at each ping interval: pings a client that was silent, ends it where too many pings went unanswered. */
  checkAlive(): void {
    if (this.#heard) {
      this.#heard = false
      this.#pingsOut = 0
    } else if (this.#pingsOut >= this.#options.broker.maxPingsOut) {
      this.end('Stale Connection')
    } else {
      this.#pingsOut++
      this.#out.writeText(pingLine)
    }
  }

  /** Leaves the router at once, tells the client why where there is a reason, and closes the connection. Idempotent. */
  end(reason?: string): void {
    if (this.#ended) return
    const { socket, broker } = this.#options
    if (reason !== undefined) this.#out.writeText(errorLine(reason))
    this.#leave()
    if (reason !== undefined) broker.log.debug('Connection ended', { client: this.id, reason })
    this.#out.flushNow()
    // Reading on until the client closes keeps the system from dropping the reason together with unread input.
    socket.end()
    this.#cancelLinger = broker.clock.after(LINGER_MS, () => socket.destroy())
  }

  deliver(subscription: Subscription, publication: Publication, from: Recipient | undefined): boolean {
    if (this.#ended || (from === this && !this.#connect.echo)) return false
    const { headerBytes, bytes, start, end } = publication
    if (headerBytes > 0 && this.#connect.headers) {
      this.#out.writeMessage(headerMessageLine(publication, subscription.sid, end - start), bytes, start, end)
    } else {
      const payload = start + headerBytes
      this.#out.writeMessage(messageLine(publication, subscription.sid, end - payload), bytes, payload, end)
    }
    if (this.#out.isCongested) from?.stall()
    if (subscription.max > 0 && subscription.delivered + 1 >= subscription.max)
      this.#unsubscribe(subscription)
    return true
  }

  /** Reads nothing for a moment, so that slow readers of what this client publishes can catch up. */
  stall(): void {
    if (this.#stalled || this.#ended) return
    const { socket, broker } = this.#options
    this.#stalled = true
    socket.pause()
    broker.clock.after(STALL_MS, () => {
      this.#stalled = false
      socket.resume()
    })
  }

  onConnect(json: string): void {
    const { broker } = this.#options
    this.#connect = parseConnectOptions(json, this.#connect)
    if (!isAuthorized(broker.authentication, this.#connect))
      throw new ProtocolError('Authorization Violation')
    this.#authorized = true
    this.#cancelAuthentication()
    const { noResponders, headers, name } = this.#connect
    if (noResponders && !headers) throw new ProtocolError('No Responders Requires Headers Support')
    broker.log.debug('Client connected', { client: this.id, name })
    this.#acknowledge()
  }

  onPublish(publication: Publication): void {
    this.#requireAuthorized()
    const { subject, reply, headerBytes } = publication
    if (headerBytes > 0 && !this.#connect.headers) throw new ProtocolError('Message Headers Not Supported')
    if (this.#connect.pedantic && !isPublishable(subject))
      this.#out.writeText(errorLine('Invalid Publish Subject'))
    this.#acknowledge()
    const taken = this.#options.router.route(publication, this, subject)
    if (!taken && reply !== undefined && this.#connect.noResponders) this.#tellNoResponders(reply)
  }

  onSubscribe(subject: string, queue: string | undefined, sid: string): void {
    this.#requireAuthorized()
    if (this.#subscriptions.has(sid)) return this.#acknowledge()
    if (!isValidSubject(subject)) return this.#out.writeText(errorLine('Invalid Subject'))
    this.#acknowledge()
    const subscription = new Subscription({ subject, queue, sid, recipient: this })
    this.#subscriptions.set(sid, subscription)
    this.#options.router.add(subscription)
  }

  onUnsubscribe(sid: string, max: number | undefined): void {
    this.#requireAuthorized()
    const subscription = this.#subscriptions.get(sid)
    if (subscription) {
      if (max !== undefined && max > subscription.delivered) subscription.max = max
      else this.#unsubscribe(subscription)
    }
    this.#acknowledge()
  }

  onPing(): void {
    this.#requireAuthorized()
    this.#out.writeText(pongLine)
  }

  onPong(): void {
    this.#requireAuthorized()
    this.#pingsOut = 0
  }

  #onData(chunk: Buffer): void {
    if (this.#ended) return
    this.#heard = true
    this.#options.flushQueue.batch(() => this.#parse(chunk))
  }

  #parse(chunk: Buffer): void {
    try {
      this.#parser.push(chunk)
    } catch (error) {
      if (error instanceof ProtocolError) return this.end(error.wireText)
      // A bug behind one message must not take the other clients down with it.
      this.#options.broker.log.error('Failed on a message', { client: this.id, error: stackOf(error) })
      this.end('Internal Server Error')
    }
  }

  #requireAuthorized(): void {
    if (!this.#authorized) throw new ProtocolError('Authorization Violation')
  }

  #acknowledge(): void {
    if (this.#connect.verbose) this.#out.writeText(okLine)
  }

  #tellNoResponders(reply: string): void {
    const subscription = this.#options.router.plainSubscriptionOf(this, reply)
    if (subscription) this.#out.writeText(noRespondersMessage(reply, subscription.sid))
  }

  #unsubscribe(subscription: Subscription): void {
    this.#subscriptions.delete(subscription.sid)
    this.#options.router.remove(subscription)
  }

  #cutOff(): void {
    if (this.#ended) return
    const { socket, broker } = this.#options
    broker.log.warn('Cut off a slow consumer', {
      client: this.id,
      name: this.#connect.name,
      pendingBytes: this.pendingBytes,
    })
    this.#leave()
    socket.destroy()
  }

  #onClose(): void {
    this.#cancelLinger()
    this.#leave()
  }

  #leave(): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelAuthentication()
    this.#parser.stop()
    for (const subscription of this.#subscriptions.values()) this.#options.router.remove(subscription)
    this.#subscriptions.clear()
    this.#options.onEnd(this)
  }
}

function isPublishable(subject: string): boolean {
  return isValidSubject(subject) && isLiteralSubject(subject)
}

function stackOf(error: unknown): string {
  return (error instanceof Error ? error.stack : undefined) ?? String(error)
}
