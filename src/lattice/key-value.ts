import {
  DiscardPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import type { StreamConfig, StreamInfo } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { KV, KvEntry, KvWatchEntry } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/transport-node'
import { createDeferred } from '../core/deferred.js'
import { AppError, messageOf } from '../core/errors.js'
import { setTimeout } from 'node:timers/promises'
import type { Payload } from './message.js'

/** Settings of a bucket that is created; an existing one is used as it is. */
export interface BucketSettings {
  readonly history?: number
  readonly replicas?: number
  readonly description?: string
}

/** Options of LatticeConnection.bucket(). */
export interface BucketOptions {
  /** Create the bucket with these settings where it does not exist; without it a missing bucket is an error. */
  readonly create?: BucketSettings
}

/** A stored value with the revision that compare-and-set compares. */
export interface BucketEntry {
  readonly key: string
  readonly value: Uint8Array
  readonly revision: number
}

/** What a watch reports. `current`: everything that was stored when the watch began (again) has been reported. */
export type BucketChange =
  | ({ readonly kind: 'put' } & BucketEntry)
  | { readonly kind: 'delete'; readonly key: string; readonly revision: number }
  | { readonly kind: 'current' }

/** A JetStream key-value bucket. */
export interface Bucket {
  readonly name: string
  /** The stored value (that of an earlier revision, if named); undefined where there is none or it was deleted. */
  get(key: string, revision?: number): Promise<BucketEntry | undefined>
  /** Stores unconditionally and returns the new revision. */
  put(key: string, value: Payload): Promise<number>
  /**
   * Stores if the key is still at `revision` (undefined: still absent) and returns the new revision;
   * undefined where somebody else was faster.
   */
  update(key: string, value: Payload, revision: number | undefined): Promise<number | undefined>
  /** Removes the value, leaving a deletion mark. */
  delete(key: string): Promise<void>
  /** Removes the value and its history. */
  purge(key: string): Promise<void>
  entries(): Promise<readonly BucketEntry[]>
  /** The keys of all stored values, sorted. */
  keys(): Promise<readonly string[]>
  /**
   * All stored values, then `current`, then each change as it happens. After a reconnect everything is reported again,
   * so nothing that happened meanwhile is missed. Ends with the signal.
   */
  watch(options: { readonly signal: AbortSignal }): AsyncIterable<BucketChange>
}

/** What openBucket() needs of a connection. */
export interface BucketConnection {
  readonly nats: NatsConnection
  readonly connection: {
    readonly jsDomain: string | undefined
    onReconnect(listener: () => void): () => void
    onDisconnect(listener: () => void): () => void
  }
}

/** Opens a bucket. Throws BUCKET_UNAVAILABLE where there is no JetStream, or no bucket and none to be created. */
export async function openBucket(
  { nats, connection }: BucketConnection,
  name: string,
  { create }: BucketOptions,
): Promise<Bucket> {
  const options = connection.jsDomain === undefined ? {} : { domain: connection.jsDomain }
  try {
    const manager = await jetstreamManager(nats, { ...options, checkAPI: false })
    const info = await findOrAddStream(manager.streams, name, create)
    const kv = await new Kvm(jetstream(nats, options)).open(name, {
      allow_direct: info.config.allow_direct,
    })
    const count = async (): Promise<number> => (await manager.streams.info(streamName(name))).state.messages
    return new NatsBucket({ name, kv, count, connection })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError('BUCKET_UNAVAILABLE', `Cannot open the bucket "${name}": ${messageOf(cause)}`, {
      hint: 'Check that the NATS server runs with JetStream (nats-server -js)',
      cause,
    })
  }
}

interface Streams {
  info(stream: string): Promise<StreamInfo>
  add(config: Partial<StreamConfig> & { name: string }): Promise<StreamInfo>
}

async function findOrAddStream(
  streams: Streams,
  name: string,
  create: BucketSettings | undefined,
): Promise<StreamInfo> {
  try {
    return await streams.info(streamName(name))
  } catch (cause) {
    if (!create || !isApiError(cause, streamNotFound)) throw cause
  }
  return await streams.add(bucketStream(name, create))
}

/** The stream that async-nats, thus the real host, makes for a bucket. */
function bucketStream(name: string, { history = 1, replicas = 1, description }: BucketSettings) {
  return {
    name: streamName(name),
    subjects: [`$KV.${name}.>`],
    ...(description === undefined ? {} : { description }),
    max_msgs_per_subject: history,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    max_age: 0,
    allow_rollup_hdrs: true,
    deny_delete: true,
    deny_purge: false,
    allow_direct: true,
  }
}

function streamName(bucket: string): string {
  return `KV_${bucket}`
}

const rewatchDelayMs = 250
const streamNotFound = 10059
const wrongLastSequence = [10071, 10164]

function isApiError(thrown: unknown, ...codes: readonly number[]): boolean {
  return thrown instanceof JetStreamApiError && codes.includes(thrown.code)
}

class NatsBucket implements Bucket {
  readonly name: string
  readonly #kv: KV
  /** How many messages the bucket's stream holds, deletion marks included. */
  readonly #count: () => Promise<number>
  readonly #connection: BucketConnection['connection']

  constructor(parts: {
    readonly name: string
    readonly kv: KV
    readonly count: () => Promise<number>
    readonly connection: BucketConnection['connection']
  }) {
    this.name = parts.name
    this.#kv = parts.kv
    this.#count = parts.count
    this.#connection = parts.connection
  }

  async get(key: string, revision?: number): Promise<BucketEntry | undefined> {
    const options = revision === undefined ? undefined : { revision }
    const entry = await this.#attempt(`read "${key}" in`, () => this.#kv.get(key, options))
    return entry && !isDeletion(entry) ? toBucketEntry(entry) : undefined
  }

  async put(key: string, value: Payload): Promise<number> {
    return await this.#attempt(`write "${key}" to`, () => this.#kv.put(key, value))
  }

  async update(key: string, value: Payload, revision: number | undefined): Promise<number | undefined> {
    return await this.#attempt(`write "${key}" to`, async () => {
      try {
        return revision === undefined
          ? await this.#kv.create(key, value)
          : await this.#kv.update(key, value, revision)
      } catch (cause) {
        if (isApiError(cause, ...wrongLastSequence)) return undefined
        throw cause
      }
    })
  }

  async delete(key: string): Promise<void> {
    await this.#attempt(`delete "${key}" from`, () => this.#kv.delete(key))
  }

  async purge(key: string): Promise<void> {
    await this.#attempt(`delete "${key}" from`, () => this.#kv.purge(key))
  }

  async entries(): Promise<readonly BucketEntry[]> {
    const found = new Map<string, BucketEntry>()
    const done = new AbortController()
    for await (const change of this.watch({ signal: done.signal })) {
      if (change.kind === 'current') break
      if (change.kind === 'put') found.set(change.key, change)
      else found.delete(change.key)
    }
    done.abort()
    return [...found.values()].map(({ key, value, revision }) => ({ key, value, revision }))
  }

  async keys(): Promise<readonly string[]> {
    return await this.#attempt('list the keys of', async () => {
      const keys: string[] = []
      for await (const key of await this.#kv.keys()) keys.push(key)
      return keys.sort()
    })
  }

  async *watch({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<BucketChange> {
    for (let round = 0; !signal.aborted; round += 1) {
      const reconnected = new AbortController()
      const forget = this.#connection.onReconnect(() => reconnected.abort())
      try {
        yield* this.#watchOnce(AbortSignal.any([signal, reconnected.signal]))
      } catch (failure) {
        // A server that has just come back may need a moment before JetStream answers; the first round tells its caller.
        if (round === 0) throw failure
        await setTimeout(rewatchDelayMs, undefined, { signal }).catch(() => undefined)
      } finally {
        forget()
      }
    }
  }

  async *#watchOnce(signal: AbortSignal): AsyncGenerator<BucketChange> {
    const { stored, changes } = await this.#attempt('watch', async () => ({
      stored: await this.#count(),
      changes: await this.#kv.watch(),
    }))
    const end = (): void => changes.stop()
    signal.addEventListener('abort', end, { once: true })
    try {
      let current = stored === 0
      if (current) yield { kind: 'current' }
      if (signal.aborted) return
      for await (const entry of changes) {
        if (signal.aborted) return
        yield toBucketChange(entry)
        if (current || entry.delta !== 0) continue
        current = true
        yield { kind: 'current' }
      }
    } finally {
      signal.removeEventListener('abort', end)
      changes.stop()
    }
  }

  async #attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await this.#whileConnected(action)
    } catch (cause) {
      throw new AppError(
        'BUCKET_UNAVAILABLE',
        `Cannot ${what} the bucket "${this.name}": ${messageOf(cause)}`,
        { cause },
      )
    }
  }

  /**
   * An answer that was on its way when the connection was lost will not come: this fails at once, rather than after a
   * time-out. The question is not put again, so that nothing is written later than its asker believes.
   */
  async #whileConnected<T>(action: () => Promise<T>): Promise<T> {
    const lost = createDeferred<never>()
    const forget = this.#connection.onDisconnect(() => lost.reject(new Error('the connection was lost')))
    try {
      return await Promise.race([action(), lost.promise])
    } finally {
      forget()
    }
  }
}

function isDeletion(entry: KvEntry): boolean {
  return entry.operation !== 'PUT'
}

function toBucketEntry({ key, value, revision }: KvEntry): BucketEntry {
  return { key, value, revision }
}

function toBucketChange(entry: KvWatchEntry): BucketChange {
  if (isDeletion(entry)) return { kind: 'delete', key: entry.key, revision: entry.revision }
  return { kind: 'put', ...toBucketEntry(entry) }
}
