import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { SubjectFilter } from '../subject/subject-filter.js'
import { isLiteralSubject, subjectMatches } from '../subject/subject-pattern.js'
import { messageRecordBytes } from './log-format.js'
import type { LoggedMessage, LogRecord } from './log-format.js'
import { openMessageLog } from './message-log.js'
import type { MessageLog } from './message-log.js'
import { SequenceList } from './sequence-list.js'
import type { StoreBudget } from './store-budget.js'

/** A stored message. */
export type StoredMessage = LoggedMessage

/** A message to store. Its buffers are kept: they must be the store's own. */
export interface NewMessage {
  readonly subject: string
  readonly headers: Buffer | undefined
  readonly payload: Buffer
  readonly time: bigint
  /** Mirrors keep the sequence of their origin; it must be above lastSequence. Default: the next one. */
  readonly sequence?: number | undefined
  /** The position in another stream that this message was copied from; kept with it, in one write. */
  readonly source?: { readonly key: string; readonly sequence: number } | undefined
}

/** Options of MessageStore.open(). */
export interface MessageStoreOptions {
  /** The log file; without one the messages live in memory only. */
  readonly file?: string | undefined
  /** The first sequence to give out, in a new store. Default 1. */
  readonly firstSequence?: number | undefined
  readonly budget: StoreBudget
  readonly log: Logger
}

const compactAboveGarbageBytes = 4_000_000
const maxUnwrittenRemovals = 1000

/**
 * The messages of one stream: an index in memory over an append-only log. append() returns after the bytes went to the
 * operating system, so what it returned survives a kill.
 */
export class MessageStore {
  readonly #messages = new Map<number, StoredMessage>()
  readonly #order: SequenceList
  readonly #bySubject = new Map<string, SequenceList>()
  readonly #sources = new Map<string, number>()
  readonly #budget: StoreBudget
  readonly #isLive = (sequence: number): boolean => this.#messages.has(sequence)
  readonly #onDisk: boolean
  readonly #logger: Logger
  #log: MessageLog | undefined
  #compactAboveBytes = compactAboveGarbageBytes
  #unwrittenRemovals: number[] = []
  #lastSequence: number
  #lastTime = 0n
  #bytes = 0
  #liveLogBytes = 0

  private constructor({ file, firstSequence = 1, budget, log }: MessageStoreOptions) {
    this.#onDisk = file !== undefined
    this.#lastSequence = firstSequence - 1
    this.#budget = budget
    this.#logger = log
    this.#order = new SequenceList(this.#isLive)
  }

  /** Opens the store and reads what its file holds. Throws what the file system throws. */
  static open(options: MessageStoreOptions): MessageStore {
    const { file, log } = options
    const store = new MessageStore(options)
    if (file === undefined) return store
    store.#log = openMessageLog(file, { log, onRecord: (record) => store.#replay(record) })
    store.#compactIfWorthwhile()
    return store
  }

  /** Messages held. */
  get count(): number {
    return this.#messages.size
  }

  /** Size of the held messages as nats-server counts it. */
  get bytes(): number {
    return this.#bytes
  }

  /** Sequence of the oldest message; one past the last where none is held; 0 where there never was one. */
  get firstSequence(): number {
    return this.#order.first() ?? (this.#lastSequence === 0 ? 0 : this.#lastSequence + 1)
  }

  get lastSequence(): number {
    return this.#lastSequence
  }

  /** Time of the newest message ever stored; 0n where there never was one. */
  get lastTime(): bigint {
    return this.#lastTime
  }

  get subjectCount(): number {
    return this.#bySubject.size
  }

  /** What a message would add to `bytes`. */
  sizeOf({ subject, headers, payload }: Pick<NewMessage, 'subject' | 'headers' | 'payload'>): number {
    const content = subject.length + (headers?.length ?? 0) + payload.length
    if (!this.#onDisk) return content + 16
    return content + (headers ? 34 : 30)
  }

  /** Stores a message. Throws what the file system throws; nothing is stored then. */
  append(message: NewMessage): StoredMessage {
    const { subject, headers, payload, time, source } = message
    const stored = { sequence: message.sequence ?? this.#lastSequence + 1, subject, headers, payload, time }
    if (this.#log) {
      const records: LogRecord[] = [...this.#removalRecords(), { kind: 'message', message: stored }]
      if (source) records.push({ kind: 'source', ...source })
      this.#log.append(records)
      this.#unwrittenRemovals = []
    }
    if (source) this.#sources.set(source.key, source.sequence)
    this.#insert(stored)
    this.#compactIfWorthwhile()
    return stored
  }

  /** Gives out a sequence that no message has. */
  skip(): number {
    this.skipTo(this.#lastSequence + 1)
    return this.#lastSequence
  }

  /** Gives out all sequences up to this one, to no message. */
  skipTo(sequence: number): void {
    if (sequence <= this.#lastSequence) return
    this.#log?.append([{ kind: 'position', lastSequence: sequence }])
    this.#lastSequence = sequence
  }

  /**
   * Drops messages; returns those that were there. The removal is written with the next append or flush(): a kill before
   * that brings the messages back, so flush() before confirming a removal to anybody.
   */
  remove(sequences: readonly number[]): StoredMessage[] {
    const removed: StoredMessage[] = []
    for (const sequence of sequences) {
      const message = this.#messages.get(sequence)
      if (!message) continue
      this.#drop(message)
      removed.push(message)
    }
    if (this.#log) for (const { sequence } of removed) this.#unwrittenRemovals.push(sequence)
    if (this.#unwrittenRemovals.length > maxUnwrittenRemovals) this.#flushOrLog()
    return removed
  }

  /** Writes removals that were not written yet. */
  flush(): void {
    if (!this.#log || this.#unwrittenRemovals.length === 0) return
    this.#log.append(this.#removalRecords())
    this.#unwrittenRemovals = []
    this.#compactIfWorthwhile()
  }

  get(sequence: number): StoredMessage | undefined {
    return this.#messages.get(sequence)
  }

  first(): StoredMessage | undefined {
    return this.#at(this.#order.first())
  }

  /** The newest message on a subject, or on any subject that a pattern covers. */
  last(pattern: string): StoredMessage | undefined {
    if (isLiteralSubject(pattern)) return this.#at(this.#bySubject.get(pattern)?.last())
    let newest: number | undefined
    for (const [subject, sequences] of this.#bySubject) {
      const last = sequences.last() ?? 0
      if (last > (newest ?? 0) && subjectMatches(pattern, subject)) newest = last
    }
    return this.#at(newest)
  }

  /** The first message at or above `from` that passes the filter. */
  next(filter: SubjectFilter, from: number): StoredMessage | undefined {
    if (from > this.#lastSequence) return undefined
    if (filter.literals) {
      const candidates = filter.literals
        .map((subject) => this.#bySubject.get(subject)?.find(from))
        .filter((sequence) => sequence !== undefined)
      return candidates.length === 0 ? undefined : this.#at(Math.min(...candidates))
    }
    if (filter.patterns.length === 0) return this.#at(this.#order.find(from))
    const passes = (sequence: number): boolean => filter.matches(this.#messages.get(sequence)?.subject ?? '')
    return this.#at(this.#order.find(from, passes))
  }

  /** How many messages at or above `from` pass the filter. */
  countFrom(filter: SubjectFilter, from: number): number {
    if (from > this.#lastSequence) return 0
    if (filter.patterns.length === 0) return this.#order.countFrom(from)
    return this.#listsOf(filter).reduce((sum, sequences) => sum + sequences.countFrom(from), 0)
  }

  /** The newest sequence of each subject that passes the filter, ascending. */
  lastPerSubject(filter: SubjectFilter): number[] {
    return this.#listsOf(filter)
      .map((sequences) => sequences.last())
      .filter((sequence) => sequence !== undefined)
      .sort((one, other) => one - other)
  }

  /** All sequences that pass the filter, ascending. */
  sequences(filter: SubjectFilter): number[] {
    if (filter.patterns.length === 0) return this.#order.toArray()
    return this.#listsOf(filter)
      .flatMap((sequences) => sequences.toArray())
      .sort((one, other) => one - other)
  }

  /** The sequences of one subject, ascending. */
  sequencesOf(subject: string): number[] {
    return this.#bySubject.get(subject)?.toArray() ?? []
  }

  /** How many messages a subject has. */
  countOf(subject: string): number {
    return this.#bySubject.get(subject)?.length ?? 0
  }

  /** The oldest message of a subject. */
  firstOf(subject: string): StoredMessage | undefined {
    return this.#at(this.#bySubject.get(subject)?.first())
  }

  /** Every subject with its number of messages. */
  *subjects(): Generator<readonly [subject: string, count: number]> {
    for (const [subject, sequences] of this.#bySubject) yield [subject, sequences.length]
  }

  /** The first sequence whose message is not older than `time`; one past the last where all are older. */
  sequenceAt(time: bigint): number {
    let [low, high] = [this.firstSequence, this.#lastSequence + 1]
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const message = this.#at(this.#order.find(middle))
      if (!message || message.time >= time) high = middle
      else low = message.sequence + 1
    }
    return this.#order.find(low) ?? this.#lastSequence + 1
  }

  /** Up to where the stream behind `key` was copied into this one; 0 where it was not. */
  sourcePosition(key: string): number {
    return this.#sources.get(key) ?? 0
  }

  /** Writes what is unwritten and asks the system to put it on the disk. */
  async sync(): Promise<void> {
    this.flush()
    await this.#log?.sync()
  }

  /** Syncs, closes the file and gives the memory back. The store is of no use afterwards. */
  async close(): Promise<void> {
    this.#budget.add(-this.#bytes)
    this.#bytes = 0
    try {
      this.flush()
    } finally {
      await this.#log?.close()
    }
  }

  /** Closes the file, which is about to be removed, and gives the memory back. */
  discard(): void {
    this.#budget.add(-this.#bytes)
    this.#bytes = 0
    this.#log?.discard()
    this.#log = undefined
  }

  /** For removals that nobody waits for: they are tried again with the next write. */
  #flushOrLog(): void {
    try {
      this.flush()
    } catch (thrown) {
      this.#logger.error('Cannot write to a stream file', { reason: messageOf(thrown) })
    }
  }

  #replay(record: LogRecord): void {
    switch (record.kind) {
      case 'message':
        if (record.message.sequence > this.#lastSequence) this.#insert(record.message)
        return
      case 'removal':
        for (const sequence of record.sequences) {
          const message = this.#messages.get(sequence)
          if (message) this.#drop(message)
        }
        return
      case 'position':
        this.#lastSequence = Math.max(this.#lastSequence, record.lastSequence)
        return
      case 'source':
        this.#sources.set(record.key, record.sequence)
        return
      default:
        record satisfies never
    }
  }

  #insert(message: StoredMessage): void {
    this.#messages.set(message.sequence, message)
    this.#order.push(message.sequence)
    this.#listOf(message.subject).push(message.sequence)
    this.#lastSequence = message.sequence
    this.#lastTime = message.time
    this.#count(message, 1)
  }

  #drop(message: StoredMessage): void {
    this.#messages.delete(message.sequence)
    this.#order.vanished()
    const ofSubject = this.#listOf(message.subject)
    ofSubject.vanished()
    if (ofSubject.length === 0) this.#bySubject.delete(message.subject)
    this.#count(message, -1)
  }

  #count(message: StoredMessage, sign: 1 | -1): void {
    const bytes = sign * this.sizeOf(message)
    this.#bytes += bytes
    this.#budget.add(bytes)
    this.#liveLogBytes += sign * messageRecordBytes(message)
  }

  #listOf(subject: string): SequenceList {
    const known = this.#bySubject.get(subject)
    if (known) return known
    const list = new SequenceList(this.#isLive)
    this.#bySubject.set(subject, list)
    return list
  }

  #listsOf({ literals, matches }: SubjectFilter): SequenceList[] {
    if (literals) {
      return literals.map((subject) => this.#bySubject.get(subject)).filter((list) => list !== undefined)
    }
    return [...this.#bySubject].filter(([subject]) => matches(subject)).map(([, sequences]) => sequences)
  }

  #at(sequence: number | undefined): StoredMessage | undefined {
    return sequence === undefined ? undefined : this.#messages.get(sequence)
  }

  #removalRecords(): LogRecord[] {
    if (this.#unwrittenRemovals.length === 0) return []
    return [{ kind: 'removal', sequences: this.#unwrittenRemovals }]
  }

  #compactIfWorthwhile(): void {
    if (!this.#log) return
    const garbage = this.#log.size - this.#liveLogBytes
    if (garbage < this.#compactAboveBytes || garbage < 2 * this.#liveLogBytes) return
    try {
      this.#log.rewrite(this.#records())
      this.#unwrittenRemovals = []
      this.#compactAboveBytes = compactAboveGarbageBytes
    } catch (thrown) {
      // The old file stays in use, whole; the next attempt waits until it pays twice as much.
      this.#compactAboveBytes = 2 * garbage
      this.#logger.warn('Cannot compact a stream file', { reason: messageOf(thrown) })
    }
  }

  *#records(): Generator<LogRecord> {
    for (const [key, sequence] of this.#sources) yield { kind: 'source', key, sequence }
    for (const sequence of this.#order.toArray()) {
      const message = this.#messages.get(sequence)
      if (message) yield { kind: 'message', message }
    }
    // Last, because messages at or below the position are taken for repetitions when the file is read.
    yield { kind: 'position', lastSequence: this.#lastSequence }
  }
}
