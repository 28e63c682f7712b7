import { messageOf } from '../../../core/errors.js'
import type { InternalMessage, InternalSubscription } from '../../broker/broker-port.js'
import { MessageStore } from '../../store/message-store.js'
import type { NewMessage, StoredMessage } from '../../store/message-store.js'
import type { StoreBudget } from '../../store/store-budget.js'
import type { StreamFiles } from '../../store/stream-files.js'
import { formatTimestamp } from '../../store/timestamp.js'
import { everySubject } from '../../subject/subject-filter.js'
import { ApiError, refusals } from '../api-error.js'
import type { ConsumerHost, JetStreamContext } from '../consumer/consumer-host.js'
import { headerNames, readHeader } from '../message-headers.js'
import { schedule } from '../schedule.js'
import { streamConfigDocument } from '../stream-config.js'
import type { StreamConfig } from '../stream-config.js'
import { createSubjectTransform } from '../subject-transform.js'
import { fromLatin1 } from '../wire-schema.js'
import { ConsumerSet } from './consumer-set.js'
import { DedupeWindow } from './dedupe-window.js'
import { serveDirectGet } from './direct-get.js'
import { checkPublication, checkRoom } from './publish-checks.js'
import type { Publication } from './publish-checks.js'
import { selectPurged } from './purge.js'
import type { PurgeRequest } from './purge.js'
import { createRepublisher } from './republish.js'
import type { Republisher } from './republish.js'
import { enforceLimits, removeExpired } from './stream-limits.js'

/** What a stream is made from. */
export interface StreamOptions {
  readonly context: JetStreamContext
  readonly config: StreamConfig
  readonly created: string
  readonly budget: StoreBudget
  /** Without files the stream lives as long as the process. */
  readonly files: StreamFiles | undefined
}

/** How a message of another stream is stored. */
export interface CopyOptions {
  readonly source: NonNullable<NewMessage['source']>
  readonly sequence?: number | undefined
  readonly time?: bigint | undefined
}

interface StoreOutcome {
  readonly sequence: number
  readonly isDuplicate: boolean
}

/** Captures what is published on its subjects, keeps it within its limits, and lets consumers have it. */
export class Stream implements ConsumerHost {
  readonly context: JetStreamContext
  readonly created: string
  readonly store: MessageStore
  readonly consumers: ConsumerSet
  readonly #files: StreamFiles | undefined
  readonly #budget: StoreBudget
  readonly #dedupe = new DedupeWindow()
  readonly #followers = new Set<() => void>()
  #config: StreamConfig
  #subscriptions: InternalSubscription[] = []
  #transform: (subject: string) => string = (subject) => subject
  #republish: Republisher | undefined
  #cancelExpiry: (() => void) | undefined

  /** Opens the stream and what its files hold. Throws what the file system throws. */
  constructor({ context, config, created, budget, files }: StreamOptions) {
    this.context = context
    this.created = created
    this.#config = config
    this.#files = files
    this.#budget = budget
    this.store = MessageStore.open({
      file: files?.logFile,
      firstSequence: config.first_seq || 1,
      budget,
      log: context.log,
    })
    this.consumers = new ConsumerSet(context, files)
    for (const sequence of this.store.sequences(everySubject)) this.#remember(this.store.get(sequence))
    // A kill can come between a message and the removal of the one that it replaces.
    enforceLimits(this.store, config)
    this.consumers.restore(this)
  }

  get config(): StreamConfig {
    return this.#config
  }

  /** Starts to capture and to serve. */
  start(): void {
    const { broker } = this.context
    const {
      subjects,
      name,
      allow_direct: allowDirect,
      subject_transform: transform,
      republish,
    } = this.#config
    const mapped = transform && createSubjectTransform(transform.src, transform.dest)
    this.#transform = (subject) => mapped?.(subject) ?? subject
    this.#republish = republish && createRepublisher(this.context, name, republish)
    this.#subscriptions = subjects.map((subject) =>
      broker.subscribe(subject, (message) => this.#onPublish(message)),
    )
    if (allowDirect) {
      this.#subscriptions.push(...serveDirectGet({ context: this.context, stream: name, store: this.store }))
    }
    this.#scheduleExpiry()
    for (const consumer of this.consumers.values()) consumer.wakeSoon()
  }

  /** Writes the stream's own file. */
  save(): void {
    this.#write(this.#config)
  }

  /** Takes over a configuration that resolveStreamUpdate() made. */
  update(config: StreamConfig): void {
    this.#write(config)
    this.#stopServing()
    this.#config = config
    this.start()
    this.#dropped(enforceLimits(this.store, config))
  }

  /** Calls `listener` after each message that is stored; the returned function ends that. */
  follow(listener: () => void): () => void {
    this.#followers.add(listener)
    return () => this.#followers.delete(listener)
  }

  /** Stores a message of another stream. Returns false where the stream has no room for it now. */
  copyIn(publication: Publication, options: CopyOptions): boolean {
    try {
      this.#put(publication, options)
      return true
    } catch (thrown) {
      if (thrown instanceof ApiError && thrown.code !== 503) {
        this.context.log.warn('Left out a message of another stream', {
          stream: this.#config.name,
          reason: thrown.message,
        })
        return true
      }
      if (!(thrown instanceof ApiError)) this.#storeFailure(thrown)
      return false
    }
  }

  /** Removes one message for good. */
  deleteMessage(sequence: number): boolean {
    const removed = this.store.remove([sequence])
    this.store.flush()
    this.#dropped(removed)
    return removed.length > 0
  }

  /** Removes what the request selects for good; returns how many. */
  purge(request: PurgeRequest): number {
    const removed = this.store.remove(selectPurged(this.store, request))
    this.store.flush()
    if (request.filter === '' && request.keep === 0) this.store.skipTo(request.seq - 1)
    for (const consumer of this.consumers.values()) consumer.resync()
    return removed.length
  }

  /** Removes a consumer and what only it was waiting for. */
  removeConsumer(name: string, notice?: string): boolean {
    const consumer = this.consumers.get(name)
    if (!this.consumers.remove(name, notice)) return false
    if (this.#config.retention === 'interest' && consumer) {
      this.#removeUnwanted(
        this.store.sequences(everySubject).filter((sequence) => {
          const message = this.store.get(sequence)
          return message !== undefined && consumer.matches(message.subject)
        }),
      )
    }
    return true
  }

  acknowledged(_consumer: string, sequences: readonly number[]): void {
    if (this.#config.retention !== 'limits') this.#removeUnwanted(sequences)
  }

  changed(consumer: string): void {
    this.consumers.saveSoon(consumer)
  }

  saveNow(consumer: string): boolean {
    try {
      this.store.flush()
    } catch (thrown) {
      this.#storeFailure(thrown)
      return false
    }
    return this.#config.retention === 'workqueue' || this.consumers.saveNow(consumer)
  }

  retire(consumer: string): void {
    this.removeConsumer(consumer)
  }

  /** Ends everything and keeps what is on disk. */
  async close(): Promise<void> {
    this.#stopServing()
    this.consumers.close()
    await this.store.close()
  }

  /** Ends everything and removes it from the disk, at once: a stream of the same name may follow. */
  delete(): void {
    this.#stopServing()
    this.consumers.close('409 Consumer Deleted')
    this.store.discard()
    this.#files?.remove()
  }

  #write(config: StreamConfig): void {
    this.#files?.writeStream({ created: this.created, config: streamConfigDocument(config) })
  }

  #stopServing(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe()
    this.#subscriptions = []
    this.#cancelExpiry?.()
    this.#cancelExpiry = undefined
  }

  #onPublish({ subject, reply, headers, payload }: InternalMessage): void {
    const answer = (text: string): void => {
      if (reply === undefined || this.#config.no_ack) return
      this.context.broker.publish({ subject: reply, payload: Buffer.from(text) })
    }
    try {
      const { sequence, isDuplicate } = this.#put({ subject, headers, payload }, undefined, answer)
      if (isDuplicate) answer(`${this.#ackPrefix()}${sequence},"duplicate": true}`)
    } catch (thrown) {
      const error = thrown instanceof ApiError ? thrown : this.#storeFailure(thrown)
      answer(JSON.stringify({ error, stream: fromLatin1(this.#config.name), seq: 0 }))
    }
  }

  /** Judges and stores a message, answers its publisher, then lets everybody know who waits for it. */
  #put(
    publication: Publication,
    copy: CopyOptions | undefined,
    answer?: (text: string) => void,
  ): StoreOutcome {
    const subject = this.#transform(publication.subject)
    const mapped = { ...publication, subject }
    const now = this.context.timestamp()
    const state = { config: this.#config, store: this.store, dedupe: this.#dedupe, now }
    const verdict = checkPublication(mapped, state, { isCopy: copy !== undefined })
    if (verdict.duplicateOf !== undefined) return { sequence: verdict.duplicateOf, isDuplicate: true }
    this.#checkBudget(mapped)
    if (this.#config.retention === 'interest' && !this.#isWanted(subject)) {
      const sequence = this.store.skip()
      answer?.(`${this.#ackPrefix()}${sequence}}`)
      return { sequence, isDuplicate: false }
    }
    checkRoom(mapped, state)
    const previous = this.#republish ? (this.store.last(subject)?.sequence ?? 0) : 0
    const message = this.store.append({
      subject,
      // The client's buffers are parts of larger ones, which would be kept alive.
      headers: publication.headers && Buffer.from(publication.headers),
      payload: Buffer.from(publication.payload),
      time: copy?.time ?? now,
      sequence: copy?.sequence,
      source: copy?.source,
    })
    this.#remember(message)
    this.#stored(message, verdict.rollup)
    answer?.(`${this.#ackPrefix()}${message.sequence}}`)
    this.#announce(message, previous)
    return { sequence: message.sequence, isDuplicate: false }
  }

  #stored(message: StoredMessage, rollup: 'sub' | 'all' | undefined): void {
    for (const consumer of this.consumers.values()) consumer.added(message)
    if (rollup !== undefined) {
      const older =
        rollup === 'all' ? this.store.sequences(everySubject) : this.store.sequencesOf(message.subject)
      this.#dropped(this.store.remove(older.filter((sequence) => sequence !== message.sequence)))
    }
    this.#dropped(enforceLimits(this.store, this.#config, message.subject))
    if (this.#config.max_age > 0 && !this.#cancelExpiry) this.#scheduleExpiry()
  }

  #announce(message: StoredMessage, previous: number): void {
    for (const consumer of this.consumers.values()) consumer.signal()
    for (const follower of this.#followers) follower()
    this.#republish?.(message, previous)
  }

  #checkBudget(publication: Publication): void {
    if (this.#budget.hasRoom(this.store.sizeOf(publication))) return
    if (this.#budget.isNewlyFull()) {
      this.context.log.warn('The bus is full: it refuses messages until there is room', {
        stream: this.#config.name,
        maxBytes: this.#budget.maxBytes,
      })
    }
    throw refusals.insufficientResources()
  }

  #remember(message: StoredMessage | undefined): void {
    if (!message) return
    this.#dedupe.add(readHeader(message.headers, headerNames.messageId) ?? '', message.sequence, message.time)
  }

  #isWanted(subject: string): boolean {
    for (const consumer of this.consumers.values()) if (consumer.matches(subject)) return true
    return false
  }

  /** Removes those of the messages that no consumer needs any more. */
  #removeUnwanted(sequences: readonly number[]): void {
    const isWorkQueue = this.#config.retention === 'workqueue'
    const unwanted = sequences.filter((sequence) => {
      const message = this.store.get(sequence)
      if (!message) return false
      if (isWorkQueue) return true
      for (const consumer of this.consumers.values()) if (consumer.needs(message)) return false
      return true
    })
    this.#dropped(this.store.remove(unwanted))
  }

  #dropped(messages: readonly StoredMessage[]): void {
    for (const message of messages) {
      for (const consumer of this.consumers.values()) consumer.removed(message)
    }
  }

  #scheduleExpiry(): void {
    const { max_age: maxAge } = this.#config
    const first = this.store.first()
    this.#cancelExpiry?.()
    this.#cancelExpiry = undefined
    if (maxAge <= 0 || !first) return
    const { clock } = this.context
    const dueMs = Number(first.time / 1_000_000n) + maxAge / 1e6
    this.#cancelExpiry = schedule(clock, dueMs - clock.now(), () => {
      this.#dropped(removeExpired(this.store, maxAge, clock.now()))
      this.#scheduleExpiry()
    })
  }

  #storeFailure(thrown: unknown): ApiError {
    const reason = messageOf(thrown)
    this.context.log.error('Cannot store a message', { stream: this.#config.name, reason })
    return refusals.storeFailed(reason)
  }

  /** The start of an acknowledgement, with the white space of nats-server. */
  #ackPrefix(): string {
    const { domain } = this.context
    const named = `{"stream":${JSON.stringify(fromLatin1(this.#config.name))}`
    return domain === undefined ? `${named}, "seq":` : `${named}, "domain":${JSON.stringify(domain)}, "seq":`
  }
}

/** When a stream comes into being. */
export function creationTime(context: JetStreamContext): string {
  return formatTimestamp(context.timestamp())
}
