import { z } from 'zod'
import { flag, fromLatin1, list, metadata, optional, text, timestamp, wholeNumber } from './wire-schema.js'

/** The configuration of a stream, by its names on the wire. Durations are nanoseconds. */

const subjectTransform = z.object({ src: text, dest: text })

const streamSource = z.object({
  name: text,
  opt_start_seq: wholeNumber,
  opt_start_time: optional(timestamp),
  filter_subject: text,
  subject_transforms: list(subjectTransform),
  external: optional(z.object({ api: text, deliver: text })),
})

export const streamConfigSchema = z.object({
  name: text,
  description: text,
  subjects: list(text),
  retention: z.enum(['limits', 'interest', 'workqueue']).nullish(),
  max_consumers: wholeNumber,
  max_msgs: wholeNumber,
  max_bytes: wholeNumber,
  max_age: wholeNumber,
  max_msgs_per_subject: wholeNumber,
  max_msg_size: wholeNumber,
  discard: z.enum(['old', 'new']).nullish(),
  storage: z.enum(['file', 'memory']).nullish(),
  num_replicas: wholeNumber,
  no_ack: flag,
  duplicate_window: wholeNumber,
  mirror: optional(streamSource),
  sources: list(streamSource),
  compression: z.enum(['none', 's2']).nullish(),
  first_seq: wholeNumber,
  subject_transform: optional(subjectTransform),
  republish: optional(z.object({ src: text, dest: text, headers_only: flag })),
  allow_direct: flag,
  mirror_direct: flag,
  discard_new_per_subject: flag,
  sealed: flag,
  deny_delete: flag,
  deny_purge: flag,
  allow_rollup_hdrs: flag,
  consumer_limits: optional(z.object({ inactive_threshold: wholeNumber, max_ack_pending: wholeNumber })),
  metadata,
})

/** What a client asked for. */
export type RequestedStreamConfig = z.output<typeof streamConfigSchema>

/** What holds: the request with its defaults filled in. */
export type StreamConfig = Omit<
  RequestedStreamConfig,
  'retention' | 'discard' | 'storage' | 'compression'
> & {
  readonly retention: 'limits' | 'interest' | 'workqueue'
  readonly discard: 'old' | 'new'
  readonly storage: 'file' | 'memory'
  readonly compression: 'none' | 's2'
}

/** A stream that another one copies from. */
export type StreamSourceConfig = z.output<typeof streamSource>

/** A configuration as answers show it: the order of nats-server, and empty fields left out where it does. */
export function streamConfigDocument(config: StreamConfig): Record<string, unknown> {
  return {
    name: fromLatin1(config.name),
    description: shown(config.description),
    subjects: shownList(config.subjects.map(fromLatin1)),
    retention: config.retention,
    max_consumers: config.max_consumers,
    max_msgs: config.max_msgs,
    max_bytes: config.max_bytes,
    max_age: config.max_age,
    max_msgs_per_subject: config.max_msgs_per_subject,
    max_msg_size: config.max_msg_size || undefined,
    discard: config.discard,
    storage: config.storage,
    num_replicas: config.num_replicas,
    no_ack: config.no_ack || undefined,
    duplicate_window: config.duplicate_window || undefined,
    mirror: config.mirror && sourceDocument(config.mirror),
    sources: shownList(config.sources.map(sourceDocument)),
    compression: config.compression,
    first_seq: config.first_seq || undefined,
    subject_transform: config.subject_transform && transformDocument(config.subject_transform),
    republish: config.republish && republishDocument(config.republish),
    allow_direct: config.allow_direct,
    mirror_direct: config.mirror_direct,
    discard_new_per_subject: config.discard_new_per_subject || undefined,
    sealed: config.sealed,
    deny_delete: config.deny_delete,
    deny_purge: config.deny_purge,
    allow_rollup_hdrs: config.allow_rollup_hdrs,
    consumer_limits: {
      inactive_threshold: config.consumer_limits?.inactive_threshold || undefined,
      max_ack_pending: config.consumer_limits?.max_ack_pending || undefined,
    },
    metadata: config.metadata,
  }
}

/** The transforms of a source as documents. */
export function transformDocument({ src, dest }: z.output<typeof subjectTransform>): Record<string, unknown> {
  return { src: fromLatin1(src), dest: fromLatin1(dest) }
}

function republishDocument(republish: NonNullable<StreamConfig['republish']>): Record<string, unknown> {
  return {
    src: shown(republish.src),
    dest: fromLatin1(republish.dest),
    headers_only: republish.headers_only || undefined,
  }
}

function sourceDocument(source: StreamSourceConfig): Record<string, unknown> {
  return {
    name: fromLatin1(source.name),
    opt_start_seq: source.opt_start_seq || undefined,
    opt_start_time: source.opt_start_time,
    filter_subject: shown(source.filter_subject),
    subject_transforms: shownList(source.subject_transforms.map(transformDocument)),
    external: source.external && {
      api: fromLatin1(source.external.api),
      deliver: fromLatin1(source.external.deliver),
    },
  }
}

function shown(value: string): string | undefined {
  return value === '' ? undefined : fromLatin1(value)
}

function shownList<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values
}
