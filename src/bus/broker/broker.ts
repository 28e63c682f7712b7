import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Publication } from '../protocol/publication.js'
import { errorLine, infoLine, type ServerInfo } from '../protocol/server-lines.js'
import { resolveBrokerOptions, type BrokerOptions } from './broker-options.js'
import type { BrokerPort, InternalMessage, InternalSubscription, OutgoingMessage } from './broker-port.js'
import { ClientSession } from './client-session.js'
import { FlushQueue } from './flush-queue.js'
import { InternalRecipient } from './internal-recipient.js'
import { ChunkPool } from './out-buffer.js'
import { Router } from './router.js'
import { Subscription } from './subscription.js'

/** The version whose features the bus has; clients switch features on and off by it. */
const NATS_VERSION = '2.10.29'

const nothing = Buffer.alloc(0)

/**
 * A NATS server without its listener: takes connections, routes what comes, and serves parts of this process through
 * BrokerPort. Whoever creates it stops it.
 */
export class Broker implements BrokerPort {
  /** The id that this server goes by, new with each start. */
  readonly serverId = createServerId()
  readonly serverName: string
  readonly #options: BrokerOptions
  readonly #router = new Router()
  readonly #flushQueue = new FlushQueue()
  readonly #pool = new ChunkPool()
  readonly #sessions = new Set<ClientSession>()
  #lastClientId = 0
  #cancelPings: () => void = () => undefined
  #stopped = false

  constructor(options: Partial<BrokerOptions> = {}) {
    this.#options = resolveBrokerOptions(options)
    this.serverName = this.#options.serverName ?? this.serverId
    this.#schedulePings()
  }

  /** How many clients are connected. */
  get connectionCount(): number {
    return this.#sessions.size
  }

  /** Takes a connection and owns it from now on; `host` and `port` are what the client is told of this server. */
  accept(socket: Socket, { host, port }: { readonly host: string; readonly port: number }): void {
    if (this.#stopped) return void socket.destroy()
    if (this.#sessions.size >= this.#options.maxConnections) return refuse(socket)
    const session = new ClientSession({
      id: ++this.#lastClientId,
      socket,
      router: this.#router,
      flushQueue: this.#flushQueue,
      pool: this.#pool,
      broker: this.#options,
      onEnd: (ended) => this.#sessions.delete(ended),
    })
    this.#sessions.add(session)
    const clientIp = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    this.#flushQueue.batch(() =>
      session.start(infoLine(this.#info({ host, port, id: session.id, clientIp }))),
    )
  }

  subscribe(subject: string, handler: (message: InternalMessage) => void): InternalSubscription {
    const recipient = new InternalRecipient(handler)
    const subscription = new Subscription({ subject, queue: undefined, sid: '', recipient })
    this.#router.add(subscription)
    return { unsubscribe: () => this.#router.remove(subscription) }
  }

  publish(message: OutgoingMessage): boolean {
    return this.#router.route(toPublication(message), undefined, message.deliverTo ?? message.subject)
  }

  hasInterest(subject: string): boolean {
    return this.#router.hasClientInterest(subject)
  }

  onInterestChange(listener: (subject: string, added: boolean) => void): () => void {
    return this.#router.onInterestChange(listener)
  }

  pendingBytes(subject: string): number {
    return this.#router.pendingBytes(subject)
  }

  /** Ends all connections after what waits for them has been handed to the system. Idempotent. */
  stop(): void {
    this.#stopped = true
    this.#cancelPings()
    for (const session of [...this.#sessions]) session.end()
  }

  #schedulePings(): void {
    const { clock, pingIntervalMs } = this.#options
    this.#cancelPings = clock.after(pingIntervalMs, () => {
      this.#flushQueue.batch(() => {
        for (const session of [...this.#sessions]) session.checkAlive()
      })
      if (!this.#stopped) this.#schedulePings()
    })
  }

  #info(client: {
    readonly host: string
    readonly port: number
    readonly id: number
    clientIp: string
  }): ServerInfo {
    const { limits, jetStream, jsDomain, authentication } = this.#options
    return {
      server_id: this.serverId,
      server_name: this.serverName,
      version: NATS_VERSION,
      go: `node${process.versions.node}`,
      git_commit: '',
      proto: 1,
      host: client.host,
      port: client.port,
      headers: true,
      max_payload: limits.maxPayloadBytes,
      jetstream: jetStream ? true : undefined,
      auth_required: authentication.kind === 'none' ? undefined : true,
      client_id: client.id,
      client_ip: client.clientIp,
      domain: jsDomain,
    }
  }
}

function toPublication({ subject, reply, headers, payload = nothing }: OutgoingMessage): Publication {
  const bytes = headers ? Buffer.concat([headers, payload]) : payload
  return { subject, reply, headerBytes: headers?.length ?? 0, bytes, start: 0, end: bytes.length }
}

function refuse(socket: Socket): void {
  socket.on('error', () => socket.destroy())
  socket.write(errorLine('maximum connections exceeded'))
  socket.destroySoon()
}

/** Shaped like the public key of a server: `N` and 55 characters of base 32. */
function createServerId(): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  return `N${Array.from(randomBytes(55), (byte) => alphabet[byte % 32]).join('')}`
}
