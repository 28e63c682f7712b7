import { z } from 'zod'
import { flag, fromLatin1, list, metadata, optional, text, timestamp, wholeNumber } from './wire-schema.js'

/** The configuration of a consumer, by its names on the wire. Durations are nanoseconds. */
export const consumerConfigSchema = z.object({
  durable_name: text,
  name: text,
  description: text,
  deliver_policy: z
    .enum(['all', 'last', 'new', 'by_start_sequence', 'by_start_time', 'last_per_subject'])
    .nullish()
    .transform((value) => value ?? 'all'),
  opt_start_seq: wholeNumber,
  opt_start_time: optional(timestamp),
  ack_policy: z
    .enum(['none', 'all', 'explicit'])
    .nullish()
    .transform((value) => value ?? 'none'),
  ack_wait: wholeNumber,
  max_deliver: wholeNumber,
  backoff: list(z.number().int()),
  filter_subject: text,
  filter_subjects: list(text),
  replay_policy: z
    .enum(['instant', 'original'])
    .nullish()
    .transform((value) => value ?? 'instant'),
  rate_limit_bps: wholeNumber,
  sample_freq: text,
  max_waiting: wholeNumber,
  max_ack_pending: wholeNumber,
  flow_control: flag,
  headers_only: flag,
  max_batch: wholeNumber,
  max_expires: wholeNumber,
  max_bytes: wholeNumber,
  deliver_subject: text,
  deliver_group: text,
  idle_heartbeat: wholeNumber,
  inactive_threshold: wholeNumber,
  num_replicas: wholeNumber,
  mem_storage: flag,
  direct: flag,
  metadata,
})

/** A consumer's configuration; zero and empty mean "not set". */
export type ConsumerConfig = z.output<typeof consumerConfigSchema>

/** The patterns that a consumer filters by; none means all. */
export function filterPatterns({
  filter_subject: one,
  filter_subjects: many,
}: ConsumerConfig): readonly string[] {
  if (many.length > 0) return many
  return one === '' ? [] : [one]
}

/** A configuration as answers show it: the order of nats-server, empty fields left out. */
export function consumerConfigDocument(config: ConsumerConfig): Record<string, unknown> {
  return {
    durable_name: shown(config.durable_name),
    name: shown(config.name),
    description: shown(config.description),
    deliver_policy: config.deliver_policy,
    opt_start_seq: config.opt_start_seq || undefined,
    opt_start_time: config.opt_start_time,
    ack_policy: config.ack_policy,
    ack_wait: config.ack_wait || undefined,
    max_deliver: config.max_deliver || undefined,
    backoff: config.backoff.length > 0 ? config.backoff : undefined,
    filter_subject: shown(config.filter_subject),
    filter_subjects: config.filter_subjects.length > 0 ? config.filter_subjects.map(fromLatin1) : undefined,
    replay_policy: config.replay_policy,
    rate_limit_bps: config.rate_limit_bps || undefined,
    sample_freq: shown(config.sample_freq),
    max_waiting: config.max_waiting || undefined,
    max_ack_pending: config.max_ack_pending || undefined,
    flow_control: config.flow_control || undefined,
    headers_only: config.headers_only || undefined,
    max_batch: config.max_batch || undefined,
    max_expires: config.max_expires || undefined,
    max_bytes: config.max_bytes || undefined,
    deliver_subject: shown(config.deliver_subject),
    deliver_group: shown(config.deliver_group),
    idle_heartbeat: config.idle_heartbeat || undefined,
    inactive_threshold: config.inactive_threshold || undefined,
    num_replicas: config.num_replicas,
    mem_storage: config.mem_storage || undefined,
    direct: config.direct || undefined,
    metadata: config.metadata,
  }
}

function shown(value: string): string | undefined {
  return value === '' ? undefined : fromLatin1(value)
}
