import { connect, createInbox, headers as createHeaders } from '@nats-io/transport-node'
import type { Msg, MsgHdrs, NatsConnection, Subscription as NatsSubscription } from '@nats-io/transport-node'
import { AppError } from '../core/errors.js'
import { toNatsAccess } from './access.js'
import type { LatticeAccess } from './access.js'
import { connectFailure } from './connect-failure.js'
import { Quiet } from './quiet.js'
import type { QuietOptions } from './quiet.js'
import type { LatticeName } from './ids.js'
import { openBucket } from './key-value.js'
import type { Bucket, BucketOptions } from './key-value.js'
import type { LatticeMessage, MessageHeaders, Payload } from './message.js'
import { NatsRawMessage, toNatsBlock } from './raw-message.js'
import type { Listening, RawMessage, SendOptions } from './raw-message.js'
import { requestFailure } from './request-failure.js'
import { openStreams } from './stream-store.js'
import type { StreamStore } from './stream-store.js'
import { createSubjects } from './subjects.js'
import type { Subjects } from './subjects.js'

/** How to reach a lattice. */
export interface ConnectOptions {
  /** `nats://127.0.0.1:4222` */
  readonly url: string
  readonly lattice: LatticeName
  /** Client name that the server shows. */
  readonly name: string
  readonly jsDomain?: string | undefined
  readonly ctlPrefix?: string | undefined
  /** For servers that do not let everybody in, or talk in secret only. */
  readonly access?: LatticeAccess | undefined
  /** Longest wait for the first connection. Default 2000. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** How long to wait, and until when. */
export interface WaitOptions {
  /** Default 2000. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Options of LatticeConnection.request(). */
export interface RequestOptions extends WaitOptions {
  readonly headers?: MessageHeaders | undefined
}

/** Options of LatticeConnection.gather(). */
export interface GatherOptions extends WaitOptions, QuietOptions<LatticeMessage> {
  /** End as soon as that many answers are in; without it, at the time-out. */
  readonly expected?: number | undefined
}

/** Options of LatticeConnection.subscribe(). */
export interface SubscribeOptions {
  readonly queue?: string | undefined
  /** Ends the subscription. */
  readonly signal?: AbortSignal | undefined
}

/**
 * A connection to the bus of one lattice. It reconnects by itself for as long as it is open; what is published
 * meanwhile is sent afterwards, requests run into their time-out. Whoever connected closes it.
 */
export interface LatticeConnection extends AsyncDisposable {
  readonly url: string
  readonly lattice: LatticeName
  readonly jsDomain: string | undefined
  /** For others who are to connect likewise; secret. */
  readonly access: LatticeAccess
  readonly subjects: Subjects
  /** Resolves once the connection has ended, with the reason where it was not close(); never rejects. */
  readonly closed: Promise<Error | undefined>
  publish(subject: string, payload?: Payload, options?: { readonly headers?: MessageHeaders }): void
  /** Throws LATTICE_NO_RESPONDERS where nobody listens, LATTICE_TIMEOUT where nobody answers. */
  request(subject: string, payload?: Payload, options?: RequestOptions): Promise<LatticeMessage>
  /** The answers of everybody who listens; none where nobody does. */
  gather(subject: string, payload?: Payload, options?: GatherOptions): Promise<readonly LatticeMessage[]>
  /** Subscribed, as far as anything sent later on this connection is concerned, when it returns. */
  subscribe(subject: string, options?: SubscribeOptions): AsyncIterable<LatticeMessage>
  /** Most bytes of one message, headers included, as the server has it now. */
  readonly maxPayload: number
  /** As publish(), without checks and conversions: for what is sent often. */
  send(subject: string, payload: Uint8Array, options?: SendOptions): void
  /** As subscribe(), with a function that is called for each message; it must not throw. */
  listen(subject: string, onMessage: (message: RawMessage) => void, queue?: string): Listening
  /** A new name that only answers to this connection are sent to. */
  createInbox(): string
  /** Resolves once the server has seen everything sent so far. */
  flush(): Promise<void>
  /** Opens a key-value bucket, creating it where `create` says how. */
  bucket(name: string, options?: BucketOptions): Promise<Bucket>
  /** Removes streams, and messages of streams. Throws BUCKET_UNAVAILABLE where there is no JetStream. */
  streams(): Promise<StreamStore>
  /** Calls `listener` after each reconnect; the returned function ends that. */
  onReconnect(listener: () => void): () => void
  /** Calls `listener` when the connection is lost: what is on its way may never arrive. As onReconnect(). */
  onDisconnect(listener: () => void): () => void
  /** Sends what is buffered and closes. Idempotent. */
  close(): Promise<void>
}

const defaultTimeoutMs = 2_000

/** Connects to a lattice. Throws LATTICE_UNREACHABLE, CREDENTIALS_INVALID, or the signal's reason. */
export async function connectLattice(options: ConnectOptions): Promise<LatticeConnection> {
  const { url, name, access = {}, timeoutMs = defaultTimeoutMs, signal } = options
  signal?.throwIfAborted()
  const connecting = connect({
    servers: [url],
    name,
    timeout: timeoutMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
    reconnectJitter: 100,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
    ...toNatsAccess(access),
  })
  try {
    const connection = await raceAbort(connecting, signal)
    return new NatsLatticeConnection(connection, options)
  } catch (cause) {
    // An aborted wait must not leave a connection behind that succeeds later.
    connecting.then(
      (late) => late.close(),
      () => undefined,
    )
    signal?.throwIfAborted()
    throw connectFailure(url, cause)
  }
}

class NatsLatticeConnection implements LatticeConnection {
  readonly url: string
  readonly lattice: LatticeName
  readonly jsDomain: string | undefined
  readonly access: LatticeAccess
  readonly subjects: Subjects
  readonly closed: Promise<Error | undefined>
  readonly #nats: NatsConnection
  readonly #reconnectListeners = new Set<() => void>()
  readonly #disconnectListeners = new Set<() => void>()
  #closing: Promise<void> | undefined

  constructor(nats: NatsConnection, { url, lattice, jsDomain, ctlPrefix, access = {} }: ConnectOptions) {
    this.#nats = nats
    this.url = url
    this.lattice = lattice
    this.jsDomain = jsDomain
    this.access = access
    this.subjects = createSubjects({ lattice, ctlPrefix })
    this.closed = nats.closed().then((reason) => (reason instanceof Error ? reason : undefined))
    void this.#watchStatus()
  }

  publish(subject: string, payload?: Payload, options: { readonly headers?: MessageHeaders } = {}): void {
    this.#throwIfClosed(subject)
    this.#nats.publish(subject, payload, options.headers ? { headers: toNatsHeaders(options.headers) } : {})
  }

  async request(subject: string, payload?: Payload, options: RequestOptions = {}): Promise<LatticeMessage> {
    const { timeoutMs = defaultTimeoutMs, signal, headers } = options
    this.#throwIfClosed(subject)
    signal?.throwIfAborted()
    try {
      const asked = this.#nats.request(subject, payload, {
        timeout: timeoutMs,
        ...(headers ? { headers: toNatsHeaders(headers) } : {}),
      })
      return toLatticeMessage(await raceAbort(asked, signal))
    } catch (cause) {
      signal?.throwIfAborted()
      throw requestFailure({ subject, url: this.url, timeoutMs, cause })
    }
  }

  async gather(
    subject: string,
    payload?: Payload,
    options: GatherOptions = {},
  ): Promise<readonly LatticeMessage[]> {
    const { timeoutMs = defaultTimeoutMs, expected = Infinity, signal } = options
    this.#throwIfClosed(subject)
    const gathered: LatticeMessage[] = []
    const quiet = new Quiet(options, gathered)
    const until = AbortSignal.any([AbortSignal.timeout(timeoutMs), quiet.signal, ...(signal ? [signal] : [])])
    const inbox = createInbox()
    const answers = this.subscribe(inbox, { signal: until })
    this.#nats.publish(subject, payload, { reply: inbox })
    for await (const answer of answers) {
      if (isNoResponders(answer)) break
      gathered.push(answer)
      if (gathered.length >= expected) break
      quiet.heard()
    }
    quiet.end()
    signal?.throwIfAborted()
    return gathered
  }

  subscribe(subject: string, { queue, signal }: SubscribeOptions = {}): AsyncIterable<LatticeMessage> {
    this.#throwIfClosed(subject)
    signal?.throwIfAborted()
    const subscription = this.#nats.subscribe(subject, queue === undefined ? {} : { queue })
    return readMessages(subscription, signal)
  }

  get maxPayload(): number {
    return this.#nats.info?.max_payload ?? 1024 * 1024
  }

  send(subject: string, payload: Uint8Array, { reply, headers }: SendOptions = {}): void {
    const options: { reply?: string; headers?: MsgHdrs } = {}
    if (reply !== undefined) options.reply = reply
    if (headers !== undefined) options.headers = toNatsBlock(headers)
    this.#nats.publish(subject, payload, options)
  }

  listen(subject: string, onMessage: (message: RawMessage) => void, queue?: string): Listening {
    this.#throwIfClosed(subject)
    const subscription = this.#nats.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (failure, message) => {
        if (failure === null) onMessage(new NatsRawMessage(message))
      },
    })
    return {
      end: () => subscription.unsubscribe(),
      // Rejects where it has ended already, or the connection has: then there is nothing left to take.
      drain: () => subscription.drain().catch(() => undefined),
    }
  }

  createInbox(): string {
    return createInbox()
  }

  async flush(): Promise<void> {
    this.#throwIfClosed('flush')
    await this.#nats.flush()
  }

  async bucket(name: string, options: BucketOptions = {}): Promise<Bucket> {
    this.#throwIfClosed(name)
    return openBucket({ nats: this.#nats, connection: this }, name, options)
  }

  async streams(): Promise<StreamStore> {
    this.#throwIfClosed('streams')
    return await openStreams(this.#nats, this.jsDomain)
  }

  onReconnect(listener: () => void): () => void {
    this.#reconnectListeners.add(listener)
    return () => this.#reconnectListeners.delete(listener)
  }

  onDisconnect(listener: () => void): () => void {
    this.#disconnectListeners.add(listener)
    return () => this.#disconnectListeners.delete(listener)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    if (this.#nats.isClosed()) return
    // A flush cannot end while the server is away; closing must.
    const bounded = AbortSignal.timeout(500)
    await raceAbort(this.#nats.flush(), bounded).catch(() => undefined)
    await this.#nats.close()
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.#nats.status()) {
      if (status.type === 'reconnect') for (const listener of [...this.#reconnectListeners]) listener()
      if (status.type === 'disconnect') for (const listener of [...this.#disconnectListeners]) listener()
    }
  }

  #throwIfClosed(what: string): void {
    if (!this.#nats.isClosed() && !this.#closing) return
    throw new AppError(
      'LATTICE_CLOSED',
      `Cannot use the lattice at ${this.url} for "${what}": the connection is closed`,
    )
  }
}

/** Ends with the signal, from the moment of the call on: also where nobody has begun to read. */
function readMessages(
  subscription: NatsSubscription,
  signal: AbortSignal | undefined,
): AsyncIterable<LatticeMessage> {
  const end = (): void => subscription.unsubscribe()
  signal?.addEventListener('abort', end, { once: true })
  return iterateMessages(subscription, {
    signal,
    end: () => {
      signal?.removeEventListener('abort', end)
      end()
    },
  })
}

async function* iterateMessages(
  subscription: NatsSubscription,
  { signal, end }: { readonly signal: AbortSignal | undefined; readonly end: () => void },
): AsyncGenerator<LatticeMessage> {
  try {
    for await (const message of subscription) {
      if (signal?.aborted) return
      yield toLatticeMessage(message)
    }
  } finally {
    end()
  }
}

function toLatticeMessage(message: Msg): LatticeMessage {
  const headers: Record<string, string[]> = {}
  for (const name of message.headers?.keys() ?? []) headers[name] = message.headers?.values(name) ?? []
  if (message.headers?.code) headers[statusHeader] = [String(message.headers.code)]
  return {
    subject: message.subject,
    reply: message.reply === '' ? undefined : message.reply,
    headers,
    payload: message.data,
    respond: (payload, answerHeaders) => {
      try {
        message.respond(payload, answerHeaders ? { headers: toNatsHeaders(answerHeaders) } : {})
      } catch {
        // The connection has closed meanwhile: nobody waits for the answer any more.
      }
    },
  }
}

/** Under which a server status (503 and the like) is found among the headers. */
const statusHeader = ':status'

function isNoResponders(message: LatticeMessage): boolean {
  return message.payload.length === 0 && message.headers[statusHeader]?.[0] === '503'
}

function toNatsHeaders(headers: MessageHeaders) {
  const native = createHeaders()
  for (const [name, values] of Object.entries(headers)) for (const value of values) native.append(name, value)
  return native
}

/** The promise, or a rejection with the signal's reason if that comes first. */
async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  let onAbort: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort)
  }
}
