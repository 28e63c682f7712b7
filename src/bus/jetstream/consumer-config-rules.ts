import {
  isLiteralSubject,
  isValidSubject,
  subjectMatches,
  subjectsCollide,
} from '../subject/subject-pattern.js'
import { ApiError, refusals } from './api-error.js'
import { consumerConfigDocument, filterPatterns } from './consumer-config.js'
import type { ConsumerConfig } from './consumer-config.js'
import type { StreamConfig } from './stream-config.js'

const defaultMaxWaiting = 512
const defaultAckWaitNanos = 30e9
const defaultMaxAckPending = 1000
const defaultInactiveNanos = 5e9
const minHeartbeatNanos = 100e6
const minExpiresNanos = 1e6

/** The configuration that holds where `requested` is asked for on `stream`. Throws the first refusal. */
export function resolveConsumerConfig(requested: ConsumerConfig, stream: StreamConfig): ConsumerConfig {
  const config = withDefaults(requested, stream)
  checkReplicas(config, stream)
  if (config.backoff.length > 0 && config.max_deliver !== -1 && config.backoff.length > config.max_deliver) {
    throw new ApiError(400, 10116, 'max deliver is required to be > length of backoff values')
  }
  if (config.deliver_subject === '') checkPull(config, stream)
  else checkPush(config, stream)
  checkLimits(config, stream)
  checkFilters(config)
  checkDeliverPolicy(config)
  if (config.flow_control && config.idle_heartbeat === 0) {
    throw new ApiError(400, 10108, 'consumer with flow control also needs heartbeats')
  }
  if (config.durable_name !== '' && config.name !== '' && config.durable_name !== config.name) {
    throw new ApiError(400, 10132, 'Consumer Durable and Name have to be equal if both are provided')
  }
  return config
}

/** Throws the refusal where an existing consumer cannot become `next`. */
export function checkConsumerUpdate(
  current: ConsumerConfig,
  next: ConsumerConfig,
  { isBound }: { readonly isBound: boolean },
): void {
  const refuse = (what: string): never => {
    throw refusals.cannotCreateConsumer(what)
  }
  if (current.deliver_policy !== next.deliver_policy) refuse('deliver policy can not be updated')
  if (current.opt_start_seq !== next.opt_start_seq) refuse('start sequence can not be updated')
  if (current.opt_start_time !== next.opt_start_time) refuse('start time can not be updated')
  if (current.ack_policy !== next.ack_policy) refuse('ack policy can not be updated')
  if (current.replay_policy !== next.replay_policy) refuse('replay policy can not be updated')
  if (current.idle_heartbeat !== next.idle_heartbeat) refuse('heart beats can not be updated')
  if (current.flow_control !== next.flow_control) refuse('flow control can not be updated')
  if (current.deliver_subject !== next.deliver_subject) {
    if (current.deliver_subject === '') refuse('can not update pull consumer to push based')
    if (next.deliver_subject === '') refuse('can not update push consumer to pull based')
    if (isBound) throw refusals.consumerNameInUse()
  }
  if (current.max_waiting !== next.max_waiting) refuse('max waiting can not be updated')
}

/** Whether two configurations mean the same. */
export function isSameConsumerConfig(one: ConsumerConfig, other: ConsumerConfig): boolean {
  return JSON.stringify(consumerConfigDocument(one)) === JSON.stringify(consumerConfigDocument(other))
}

/** Throws the refusal where a work queue would hand a message to two consumers, or to one that does not ack. */
export function checkWorkQueueConsumer(config: ConsumerConfig, others: readonly ConsumerConfig[]): void {
  if (config.ack_policy !== 'explicit') {
    throw new ApiError(400, 10098, 'workqueue stream requires explicit ack')
  }
  if (others.length > 0) {
    if (filterPatterns(config).length === 0) {
      throw new ApiError(400, 10099, 'multiple non-filtered consumers not allowed on workqueue stream')
    }
    checkUniqueFilter(config, others)
  }
  if (config.deliver_policy !== 'all') {
    throw new ApiError(400, 10101, 'consumer must be deliver all on workqueue stream')
  }
}

/** Throws the refusal where the filter of a work queue's consumer overlaps another one's. */
export function checkUniqueFilter(config: ConsumerConfig, others: readonly ConsumerConfig[]): void {
  const own = patternsOrAll(config)
  for (const other of others) {
    const overlaps = patternsOrAll(other).some((taken) =>
      own.some((pattern) => subjectsCollide(taken, pattern)),
    )
    if (overlaps) throw new ApiError(400, 10100, 'filtered consumer not unique on workqueue stream')
  }
}

function patternsOrAll(config: ConsumerConfig): readonly string[] {
  const patterns = filterPatterns(config)
  return patterns.length > 0 ? patterns : ['>']
}

function withDefaults(requested: ConsumerConfig, { consumer_limits: limits }: StreamConfig): ConsumerConfig {
  const acks = requested.ack_policy !== 'none'
  const pull = requested.deliver_subject === ''
  const [firstBackoff] = requested.backoff
  const maxAckPending = requested.max_ack_pending || (limits?.max_ack_pending ?? 0)
  const inactive = requested.inactive_threshold || (limits?.inactive_threshold ?? 0)
  return {
    ...requested,
    max_waiting: pull ? requested.max_waiting || defaultMaxWaiting : requested.max_waiting,
    ack_wait: firstBackoff ?? (acks ? requested.ack_wait || defaultAckWaitNanos : requested.ack_wait),
    max_deliver: requested.max_deliver || -1,
    max_ack_pending: maxAckPending || (acks ? defaultMaxAckPending : 0),
    inactive_threshold: inactive <= 0 && requested.durable_name === '' ? defaultInactiveNanos : inactive,
  }
}

function checkReplicas(config: ConsumerConfig, stream: StreamConfig): void {
  if (config.num_replicas > 1) throw refusals.replicasNotSupported()
  if (config.num_replicas < 0) throw new ApiError(400, 10133, 'replicas count cannot be negative')
  const strict = stream.retention !== 'limits'
  if (strict && config.num_replicas !== 0 && config.num_replicas !== stream.num_replicas) {
    throw new ApiError(400, 10134, "consumer config replicas must match interest retention stream's replicas")
  }
}

function checkPush(config: ConsumerConfig, stream: StreamConfig): void {
  const { deliver_subject: subject } = config
  if (!isLiteralSubject(subject)) throw new ApiError(400, 10079, 'consumer deliver subject has wildcards')
  if (!isValidSubject(subject)) throw new ApiError(400, 10112, 'invalid push consumer deliver subject')
  if (stream.subjects.some((pattern) => subjectMatches(pattern, subject))) {
    throw new ApiError(400, 10081, 'consumer deliver subject forms a cycle')
  }
  if (config.max_waiting !== 0)
    throw new ApiError(400, 10080, 'consumer in push mode can not set max waiting')
  if (config.max_ack_pending > 0 && config.ack_policy === 'none') {
    throw new ApiError(400, 10082, 'consumer requires ack policy for max ack pending')
  }
  if (config.idle_heartbeat > 0 && config.idle_heartbeat < minHeartbeatNanos) {
    throw new ApiError(400, 10083, 'consumer idle heartbeat needs to be >= 100ms')
  }
}

function checkPull(config: ConsumerConfig, stream: StreamConfig): void {
  if (config.ack_policy === 'none' && stream.retention === 'workqueue') {
    throw new ApiError(400, 10084, 'consumer in pull mode requires explicit ack policy on workqueue stream')
  }
  if (config.rate_limit_bps > 0) {
    throw new ApiError(400, 10086, 'consumer in pull mode can not have rate limit set')
  }
  if (config.max_waiting < 0) throw new ApiError(400, 10087, 'consumer max waiting needs to be positive')
  if (config.idle_heartbeat > 0) {
    throw new ApiError(400, 10088, 'consumer idle heartbeat requires a push based consumer')
  }
  if (config.flow_control) {
    throw new ApiError(400, 10089, 'consumer flow control requires a push based consumer')
  }
  if (config.max_batch < 0) throw new ApiError(400, 10114, 'consumer max request batch needs to be > 0')
  if (config.max_expires !== 0 && config.max_expires < minExpiresNanos) {
    throw new ApiError(400, 10115, 'consumer max request expires needs to be >= 1ms')
  }
}

function checkLimits(config: ConsumerConfig, { consumer_limits: limits }: StreamConfig): void {
  const { max_ack_pending: maxPending = 0, inactive_threshold: maxInactive = 0 } = limits ?? {}
  if (maxPending > 0 && config.max_ack_pending > maxPending) {
    throw new ApiError(400, 10121, `consumer max ack pending exceeds system limit of ${maxPending}`)
  }
  if (maxInactive > 0 && config.inactive_threshold > maxInactive) {
    throw new ApiError(400, 10153, `consumer inactive threshold exceeds system limit of ${maxInactive}`)
  }
}

function checkFilters(config: ConsumerConfig): void {
  const { filter_subject: one, filter_subjects: many } = config
  if (one !== '' && many.length > 0) {
    throw new ApiError(400, 10136, 'consumer cannot have both FilterSubject and FilterSubjects specified')
  }
  if (many.includes('')) throw new ApiError(400, 10139, 'consumer filter in FilterSubjects cannot be empty')
  const patterns = filterPatterns(config)
  if (!patterns.every(isValidSubject)) throw refusals.invalidConfig('invalid subject')
  for (const [index, pattern] of patterns.entries()) {
    if (patterns.some((other, at) => at !== index && subjectsCollide(pattern, other))) {
      throw new ApiError(400, 10138, 'consumer subject filters cannot overlap')
    }
  }
}

const policyNames = {
  all: 'all',
  last: 'last',
  last_per_subject: 'last per subject',
  new: 'new',
  by_start_sequence: 'by start sequence',
  by_start_time: 'by start time',
} as const

function checkDeliverPolicy(config: ConsumerConfig): void {
  const { deliver_policy: policy, opt_start_seq: sequence, opt_start_time: time } = config
  const refuse = (what: string): never => {
    throw refusals.invalidPolicy(`consumer delivery policy is deliver ${policyNames[policy]}, but ${what}`)
  }
  if (policy === 'by_start_sequence') {
    if (sequence === 0) refuse('optional start sequence is not set')
    if (time !== undefined) refuse('optional start time is also set')
  } else if (policy === 'by_start_time') {
    if (time === undefined) refuse('optional start time is not set')
    if (sequence !== 0) refuse('optional start start sequence is also set')
  } else {
    if (sequence > 0) refuse('optional start sequence is also set')
    if (time !== undefined) refuse('optional start time is also set')
  }
  if (policy === 'last_per_subject' && filterPatterns(config).length === 0) {
    refuse('optional filter subject is not set')
  }
}
