import { z } from 'zod'
import type { MessageStore } from '../../store/message-store.js'
import { formatTimestamp } from '../../store/timestamp.js'
import { compilePattern } from '../../subject/subject-pattern.js'
import type { JetStreamContext } from '../consumer/consumer-host.js'
import { streamConfigDocument, transformDocument } from '../stream-config.js'
import type { StreamConfig, StreamSourceConfig } from '../stream-config.js'
import { flag, fromLatin1, text, wholeNumber } from '../wire-schema.js'

export const streamInfoRequestSchema = z.object({
  subjects_filter: text,
  deleted_details: flag,
  offset: wholeNumber,
})

export type StreamInfoRequest = z.output<typeof streamInfoRequestSchema>

/** What an answer about a stream is made of. */
export interface StreamInfoSource {
  readonly context: JetStreamContext
  readonly config: StreamConfig
  readonly created: string
  readonly store: MessageStore
  readonly consumerCount: number
}

const subjectsPerPage = 100_000

/** Configuration and state of a stream, as answers show them. */
export function streamInfo(source: StreamInfoSource, request?: StreamInfoRequest): Record<string, unknown> {
  const { context, config, created } = source
  return {
    config: streamConfigDocument(config),
    created,
    state: streamState(source, request),
    domain: context.domain,
    // As nats-server has it: only who asks for one stream is told where it is.
    cluster: request && { leader: context.serverName },
    mirror: config.mirror && sourceInfo(config.mirror),
    sources: config.sources.length > 0 ? config.sources.map(sourceInfo) : undefined,
    ts: formatTimestamp(context.timestamp()),
  }
}

/** The paging fields and the subjects that a request asked for. */
export function subjectPage(store: MessageStore, request: StreamInfoRequest): SubjectPage {
  if (request.subjects_filter === '') return { total: 0, offset: 0, limit: 0, subjects: undefined }
  const matches = compilePattern(request.subjects_filter)
  const all = [...store.subjects()].filter(([subject]) => matches(subject))
  all.sort(([one], [other]) => (one < other ? -1 : 1))
  const page = all.slice(request.offset, request.offset + subjectsPerPage)
  const subjects =
    page.length === 0 ? undefined : Object.fromEntries(page.map(([name, n]) => [fromLatin1(name), n]))
  return { total: all.length, offset: request.offset, limit: subjectsPerPage, subjects }
}

interface SubjectPage {
  readonly total: number
  readonly offset: number
  readonly limit: number
  readonly subjects: Readonly<Record<string, number>> | undefined
}

function streamState(
  { store, consumerCount }: StreamInfoSource,
  request: StreamInfoRequest | undefined,
): unknown {
  const { firstSequence, lastSequence, count } = store
  const deleted = count === 0 ? 0 : lastSequence - firstSequence + 1 - count
  return {
    messages: count,
    bytes: store.bytes,
    first_seq: firstSequence,
    first_ts: formatTimestamp(store.first()?.time ?? 0n),
    last_seq: lastSequence,
    last_ts: formatTimestamp(store.lastTime),
    num_subjects: store.subjectCount || undefined,
    subjects: request && subjectPage(store, request).subjects,
    num_deleted: deleted || undefined,
    deleted: deleted > 0 && request?.deleted_details ? deletedSequences(store) : undefined,
    consumer_count: consumerCount,
  }
}

function deletedSequences(store: MessageStore): number[] {
  const deleted: number[] = []
  for (let sequence = store.firstSequence; sequence < store.lastSequence; sequence++) {
    if (!store.get(sequence)) deleted.push(sequence)
  }
  return deleted
}

function sourceInfo({
  name,
  filter_subject: filter,
  subject_transforms: transforms,
}: StreamSourceConfig): unknown {
  return {
    name: fromLatin1(name),
    lag: 0,
    active: 0,
    filter_subject: filter === '' ? undefined : fromLatin1(filter),
    subject_transforms: transforms.length > 0 ? transforms.map(transformDocument) : undefined,
  }
}
