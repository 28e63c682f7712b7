import { parseTimestamp } from '../../store/timestamp.js'
import { createSubjectFilter } from '../../subject/subject-filter.js'
import type { SubjectFilter } from '../../subject/subject-filter.js'
import type { StoredMessage } from '../../store/message-store.js'
import { addHeaders, headerNames } from '../message-headers.js'
import { schedule } from '../schedule.js'
import type { StreamSourceConfig } from '../stream-config.js'
import { createSubjectTransform } from '../subject-transform.js'
import type { SubjectTransform } from '../subject-transform.js'
import type { Stream } from './stream.js'

const messagesPerTurn = 1000
const retryMs = 1000

/** Options of a StreamCopy. */
export interface StreamCopyOptions {
  readonly source: StreamSourceConfig
  readonly from: Stream
  readonly into: Stream
  /** A mirror keeps sequences, times and headers. */
  readonly isMirror: boolean
}

/** Copies one stream into another, from where it left off, for as long as both exist. */
export class StreamCopy {
  readonly #options: StreamCopyOptions
  readonly #filter: SubjectFilter
  readonly #transforms: readonly SubjectTransform[]
  readonly #key: string
  readonly #stopFollowing: () => void
  #position: number
  #cancelTurn: (() => void) | undefined

  constructor(options: StreamCopyOptions) {
    const { source, from, into } = options
    this.#options = options
    const patterns = source.subject_transforms.map(({ src }) => src || '>')
    this.#filter = createSubjectFilter(source.filter_subject === '' ? patterns : [source.filter_subject])
    this.#transforms = source.subject_transforms.map(({ src, dest }) => createSubjectTransform(src, dest))
    // A stream of the same name that was made anew is another one.
    this.#key = JSON.stringify([source.name, from.created, source.filter_subject, source.subject_transforms])
    this.#position = Math.max(into.store.sourcePosition(this.#key), startOf(source, from))
    this.#stopFollowing = from.follow(() => this.#run())
    this.#takeTurn(0)
  }

  /** Whether this is the copy of that stream object. */
  isFrom(stream: Stream): boolean {
    return this.#options.from === stream
  }

  stop(): void {
    this.#stopFollowing()
    this.#cancelTurn?.()
  }

  #run(): void {
    if (this.#cancelTurn) return
    const { from, into } = this.#options
    for (let left = messagesPerTurn; left > 0; left--) {
      const message = from.store.next(this.#filter, this.#position + 1)
      if (!message) return
      if (!this.#copy(message, into)) return this.#takeTurn(retryMs)
      this.#position = message.sequence
    }
    this.#takeTurn(0)
  }

  /** Stores one message; false where the target is full and it has to be tried again. */
  #copy(message: StoredMessage, into: Stream): boolean {
    const { sequence, time, payload } = message
    const subject = this.#subjectOf(message.subject)
    if (subject === undefined) return true
    const source = { key: this.#key, sequence }
    if (!this.#options.isMirror) {
      return into.copyIn({ subject, headers: this.#sourceHeaders(message), payload }, { source })
    }
    if (sequence <= into.store.lastSequence) return true
    return into.copyIn({ subject, headers: message.headers, payload }, { source, sequence, time })
  }

  #subjectOf(subject: string): string | undefined {
    if (this.#transforms.length === 0) return subject
    for (const transform of this.#transforms) {
      const mapped = transform(subject)
      if (mapped !== undefined) return mapped
    }
    return undefined
  }

  #sourceHeaders({ headers, sequence }: StoredMessage): Buffer {
    const { name, filter_subject: filter, subject_transforms: transforms } = this.#options.source
    const sources = transforms.map(({ src }) => src || '>').join('\f')
    const destinations = transforms.map(({ dest }) => dest || '>').join('\f')
    const origin = [name, sequence, filter || sources || '>', destinations || '>'].join(' ')
    return addHeaders(headers, { [headerNames.streamSource]: origin })
  }

  #takeTurn(delayMs: number): void {
    this.#cancelTurn?.()
    this.#cancelTurn = schedule(this.#options.into.context.clock, delayMs, () => {
      this.#cancelTurn = undefined
      this.#run()
    })
  }
}

/** The last sequence that the configuration leaves out. */
function startOf(
  { opt_start_seq: sequence, opt_start_time: time }: StreamSourceConfig,
  from: Stream,
): number {
  if (sequence > 0) return sequence - 1
  if (time === undefined) return 0
  return from.store.sequenceAt(parseTimestamp(time) ?? 0n) - 1
}
