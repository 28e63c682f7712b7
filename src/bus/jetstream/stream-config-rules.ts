import { isSubsetPattern, isValidSubject, subjectsCollide } from '../subject/subject-pattern.js'
import { ApiError, refusals } from './api-error.js'
import type { RequestedStreamConfig, StreamConfig, StreamSourceConfig } from './stream-config.js'
import { streamConfigDocument } from './stream-config.js'
import { createSubjectTransform } from './subject-transform.js'

/** What the rules need to know of the other streams. */
export interface StreamLookup {
  /** The API prefix of our own domain, which is no external one. */
  readonly domainPrefix: string | undefined
  find(name: string): StreamConfig | undefined
  all(): Iterable<StreamConfig>
}

const minDurationNanos = 100e6
const defaultDuplicateWindowNanos = 120e9
const maxNameLength = 255

/** A name of a stream or a consumer that can be a token of a subject. */
export function isValidName(name: string): boolean {
  return name !== '' && !/[.*>\s\0]/.test(name)
}

/** The configuration that holds where `requested` is asked for. Throws the refusal of the first rule that it breaks. */
export function resolveStreamConfig(requested: RequestedStreamConfig, streams: StreamLookup): StreamConfig {
  checkName(requested.name)
  const config = withDefaults(requested)
  checkNumbers(config)
  const complete = config.mirror
    ? resolveMirror(config, config.mirror, streams)
    : { ...config, subjects: defaultSubjects(config) }
  checkSources(complete, streams)
  checkCycle(complete, streams)
  checkSubjects(complete)
  checkOverlap(complete, streams)
  checkTransforms(complete)
  return complete
}

/** The configuration that holds after an update. Throws the refusal where the change is not allowed. */
export function resolveStreamUpdate(
  requested: RequestedStreamConfig,
  current: StreamConfig,
  streams: StreamLookup,
): StreamConfig {
  const config = resolveStreamConfig(requested, streams)
  const refuse = (what: string): never => {
    throw refusals.invalidConfig(`stream configuration update can not ${what}`)
  }
  if (config.max_consumers !== current.max_consumers) refuse('change MaxConsumers')
  if (config.storage !== current.storage) refuse('change storage type')
  const workQueue = config.retention === 'workqueue' || current.retention === 'workqueue'
  if (config.retention !== current.retention && workQueue) refuse('change retention policy to/from workqueue')
  if (!config.sealed && current.sealed) refuse('unseal a sealed stream')
  if (!config.deny_delete && current.deny_delete) refuse('cancel deny message deletes')
  if (!config.deny_purge && current.deny_purge) refuse('cancel deny purge')
  if (!sameDocuments(config.mirror, current.mirror)) {
    throw new ApiError(400, 10055, 'stream mirror configuration can not be updated')
  }
  if (!config.sealed) return config
  return {
    ...config,
    max_age: 0,
    discard: 'new',
    deny_delete: true,
    deny_purge: true,
    allow_rollup_hdrs: false,
  }
}

/** Whether two configurations mean the same. */
export function isSameStreamConfig(one: StreamConfig, other: StreamConfig): boolean {
  return sameDocuments(streamConfigDocument(one), streamConfigDocument(other))
}

function sameDocuments(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function checkName(name: string): void {
  if (!isValidName(name)) {
    throw refusals.invalidConfig("stream name is required and can not contain '.', '*', '>'")
  }
  if (/[\\/]/.test(name)) throw new ApiError(400, 10128, 'Stream name can not contain path separators')
  if (name.length > maxNameLength) {
    throw refusals.invalidConfig(`stream name is too long, maximum allowed is ${maxNameLength}`)
  }
}

function withDefaults(requested: RequestedStreamConfig): StreamConfig {
  const { max_age: maxAge, duplicate_window: window } = requested
  const defaultWindow =
    maxAge !== 0 && maxAge < defaultDuplicateWindowNanos ? maxAge : defaultDuplicateWindowNanos
  return {
    ...requested,
    retention: requested.retention ?? 'limits',
    discard: requested.discard ?? 'old',
    storage: requested.storage ?? 'file',
    compression: requested.compression ?? 'none',
    num_replicas: requested.num_replicas || 1,
    max_consumers: requested.max_consumers || -1,
    max_msgs: requested.max_msgs || -1,
    max_bytes: requested.max_bytes || -1,
    max_msgs_per_subject: requested.max_msgs_per_subject || -1,
    max_msg_size: requested.max_msg_size || -1,
    duplicate_window: window === 0 && !requested.mirror ? defaultWindow : window,
    republish: requested.republish && { ...requested.republish, src: requested.republish.src || '>' },
  }
}

function checkNumbers(config: StreamConfig): void {
  const { max_age: maxAge, duplicate_window: window } = config
  if (config.num_replicas < 0) throw new ApiError(400, 10133, 'replicas count cannot be negative')
  if (config.num_replicas > 5) throw refusals.invalidConfig('maximum replicas is 5')
  if (config.num_replicas > 1) throw refusals.replicasNotSupported()
  if (maxAge > 0 && maxAge < minDurationNanos) throw refusals.invalidConfig('max age needs to be >= 100ms')
  if (window < 0) throw refusals.invalidConfig('duplicates window can not be negative')
  if (maxAge !== 0 && window > maxAge) {
    throw refusals.invalidConfig('duplicates window can not be larger then max age')
  }
  if (window > 0 && window < minDurationNanos) {
    throw refusals.invalidConfig('duplicates window needs to be >= 100ms')
  }
  if (config.deny_purge && config.allow_rollup_hdrs) {
    throw refusals.invalidConfig('roll-ups require the purge permission')
  }
  if (!config.discard_new_per_subject) return
  if (config.discard !== 'new') {
    throw refusals.invalidConfig('discard new per subject requires discard new policy to be set')
  }
  if (config.max_msgs_per_subject <= 0) {
    throw refusals.invalidConfig('discard new per subject requires max msgs per subject > 0')
  }
}

function defaultSubjects({ name, subjects, sources }: StreamConfig): readonly string[] {
  return subjects.length === 0 && sources.length === 0 ? [name] : subjects
}

function resolveMirror(
  config: StreamConfig,
  mirror: StreamSourceConfig,
  streams: StreamLookup,
): StreamConfig {
  if (config.first_seq > 0) {
    throw new ApiError(400, 10143, 'stream mirrors can not have first sequence configured')
  }
  if (config.subjects.length > 0) throw new ApiError(400, 10034, 'stream mirrors can not contain subjects')
  if (config.sources.length > 0) {
    throw new ApiError(400, 10031, 'stream mirrors can not also contain other sources')
  }
  if (mirror.filter_subject !== '' && mirror.subject_transforms.length > 0) {
    throw new ApiError(
      400,
      10150,
      'mirror with multiple subject transforms cannot also have a single subject filter',
    )
  }
  if (!isValidName(mirror.name)) throw new ApiError(400, 10142, 'mirrored stream name is invalid')
  for (const transform of mirror.subject_transforms) checkTransform(transform, [10151, 10154], 'mirror')
  checkExternal(mirror, streams)
  const origin = streams.find(mirror.name)
  if (origin && config.max_msg_size > 0 && config.max_msg_size < origin.max_msg_size) {
    throw new ApiError(400, 10030, 'stream mirror must have max message size >= source')
  }
  return { ...config, mirror_direct: origin?.allow_direct ?? config.mirror_direct }
}

function checkSources(config: StreamConfig, streams: StreamLookup): void {
  const seen = new Set<string>()
  for (const source of config.sources) {
    if (!isValidName(source.name)) throw new ApiError(400, 10141, 'sourced stream name is invalid')
    const identity = JSON.stringify([source.name, source.filter_subject, source.subject_transforms])
    if (seen.has(identity)) throw new ApiError(400, 10140, 'duplicate source configuration detected')
    seen.add(identity)
    checkExternal(source, streams)
    checkSource(source, config, streams)
  }
}

function checkSource(source: StreamSourceConfig, config: StreamConfig, streams: StreamLookup): void {
  const origin = streams.find(source.name)
  if (origin && config.max_msg_size > 0 && config.max_msg_size < origin.max_msg_size) {
    throw new ApiError(400, 10046, 'stream source must have max message size >= target')
  }
  const { subject_transforms: transforms } = source
  if (source.filter_subject !== '' && transforms.length > 0) {
    throw new ApiError(
      400,
      10144,
      'source with multiple subject transforms cannot also have a single subject filter',
    )
  }
  for (const transform of transforms) checkTransform(transform, [10145, 10146], 'source')
  for (const [index, one] of transforms.entries()) {
    if (transforms.some((other, at) => at !== index && isSubsetPattern(one.src, other.src))) {
      throw new ApiError(400, 10147, 'source filters can not overlap')
    }
  }
}

function checkExternal({ name, external }: StreamSourceConfig, { domainPrefix }: StreamLookup): void {
  if (!external || external.api === domainPrefix || external.api === '$JS.API') return
  throw refusals.invalidConfig(`stream "${name}" of another domain can not be copied by an embedded server`)
}

function checkTransform(
  { src, dest }: { readonly src: string; readonly dest: string },
  [sourceCode, destinationCode]: readonly [number, number],
  what: string,
): void {
  if (src !== '' && !isValidSubject(src)) {
    throw new ApiError(400, sourceCode, `${what} transform source: invalid subject ${src}`)
  }
  try {
    createSubjectTransform(src, dest)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'invalid'
    throw new ApiError(400, destinationCode, `${what} transform: ${reason}`)
  }
}

function checkCycle(config: StreamConfig, streams: StreamLookup): void {
  const visited = new Set<string>()
  const waiting: StreamConfig[] = [config]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    visited.add(next.name)
    const { subjects } = next
    const origins = next.mirror ? [next.mirror] : next.sources
    for (const { name, filter_subject: filter } of origins) {
      const overlaps = filter === '' || subjects.some((subject) => subjectsCollide(subject, filter))
      if (visited.has(name) && (next.mirror || overlaps)) throw refusals.invalidConfig('detected cycle')
      const origin = visited.has(name) ? undefined : streams.find(name)
      if (origin) waiting.push(origin)
    }
  }
}

function checkSubjects({ subjects, no_ack: noAck }: StreamConfig): void {
  const seen = new Set<string>()
  for (const subject of subjects) {
    if (!isValidSubject(subject)) throw refusals.invalidConfig('invalid subject')
    if (seen.has(subject)) throw refusals.invalidConfig('duplicate subjects detected')
    seen.add(subject)
    if (!noAck) checkReserved(subject)
  }
  for (const subject of subjects) {
    const other = subjects.find((candidate) => candidate !== subject && subjectsCollide(candidate, subject))
    if (other !== undefined) throw refusals.invalidConfig(`subject "${subject}" overlaps with "${other}"`)
  }
}

function checkReserved(subject: string): void {
  if (subject === '>') throw refusals.invalidConfig('capturing all subjects requires no-ack to be true')
  const overlapsApi = ['$JS.>', '$JSC.>', '$NRG.>'].some((reserved) => subjectsCollide(subject, reserved))
  if (overlapsApi && !isSubsetPattern(subject, '$JS.EVENT.>')) {
    throw refusals.invalidConfig('subjects that overlap with jetstream api require no-ack to be true')
  }
  if (subjectsCollide(subject, '$SYS.>') && !isSubsetPattern(subject, '$SYS.ACCOUNT.>')) {
    throw refusals.invalidConfig('subjects that overlap with system api require no-ack to be true')
  }
}

function checkOverlap(config: StreamConfig, streams: StreamLookup): void {
  for (const other of streams.all()) {
    if (other.name === config.name) continue
    const overlaps = config.subjects.some((subject) =>
      other.subjects.some((taken) => subjectsCollide(subject, taken)),
    )
    if (overlaps) throw refusals.subjectsOverlap()
  }
}

function checkTransforms({ republish, subjects, subject_transform: transform }: StreamConfig): void {
  if (transform) checkTransform(transform, [10155, 10156], 'stream')
  if (!republish) return
  if (subjects.some((subject) => subjectsCollide(republish.dest, subject))) {
    throw refusals.invalidConfig('stream configuration for republish destination forms a cycle')
  }
  try {
    createSubjectTransform(republish.src, republish.dest)
  } catch {
    throw refusals.invalidConfig(
      `stream configuration for republish with transform from '${republish.src}' to '${republish.dest}' not valid`,
    )
  }
}
