import type { MessageStore } from '../../store/message-store.js'
import { refusals } from '../api-error.js'
import { headerNames, readHeader } from '../message-headers.js'
import type { StreamConfig } from '../stream-config.js'
import type { DedupeWindow } from './dedupe-window.js'

/** A message that a client wants stored. */
export interface Publication {
  readonly subject: string
  readonly headers: Buffer | undefined
  readonly payload: Buffer
}

/** What a publication is judged against. */
export interface PublishState {
  readonly config: StreamConfig
  readonly store: MessageStore
  readonly dedupe: DedupeWindow
  readonly now: bigint
}

/** What the headers of a publication ask for. */
export interface PublishVerdict {
  readonly messageId: string | undefined
  /** The sequence of an earlier message with the same id: nothing is to be stored. */
  readonly duplicateOf: number | undefined
  readonly rollup: 'sub' | 'all' | undefined
}

const maxHeaderBytes = 65_535

/**
 * Judges a publication by its headers and its size, in the order of nats-server. Copies of other streams' messages do
 * not repeat the expectations of their publisher. Throws the first refusal.
 */
export function checkPublication(
  publication: Publication,
  state: PublishState,
  { isCopy }: { readonly isCopy: boolean },
): PublishVerdict {
  const { config, dedupe, now } = state
  const { headers } = publication
  if (config.sealed) throw refusals.streamSealed()
  const expectedStream = isCopy ? undefined : readHeader(headers, headerNames.expectedStream)
  if (expectedStream && expectedStream !== config.name) throw refusals.expectedStreamMismatch()
  const messageId = readHeader(headers, headerNames.messageId) || undefined
  const duplicateOf = messageId && dedupe.find(messageId, now, config.duplicate_window)
  if (duplicateOf) return { messageId, duplicateOf, rollup: undefined }
  if (!isCopy && headers) checkExpectations(publication.subject, headers, state)
  const rollup = headers && readRollup(headers, config)
  checkSize(publication, config)
  return { messageId, duplicateOf: undefined, rollup }
}

/** Throws the refusal where a stream that discards new messages is full. */
export function checkRoom(publication: Publication, { config, store }: PublishState): void {
  if (config.discard !== 'new') return
  const { subject } = publication
  const replaces = config.max_msgs_per_subject > 0 && store.countOf(subject) >= config.max_msgs_per_subject
  if (replaces && config.discard_new_per_subject) {
    throw refusals.storeFailed('maximum messages per subject exceeded')
  }
  if (config.max_msgs > 0 && store.count >= config.max_msgs && !replaces) {
    throw refusals.storeFailed('maximum messages exceeded')
  }
  const size = store.sizeOf(publication)
  if (config.max_bytes <= 0 || store.bytes + size < config.max_bytes) return
  const replaced = replaces ? store.firstOf(subject) : undefined
  if (!replaced || store.sizeOf(replaced) < size) throw refusals.storeFailed('maximum bytes exceeded')
}

function checkExpectations(subject: string, headers: Buffer, { store, dedupe }: PublishState): void {
  const subjectSequence = readHeader(headers, headerNames.expectedLastSubjectSequence)
  if (subjectSequence !== undefined) {
    const other = readHeader(headers, headerNames.expectedLastSubjectSequenceSubject)
    const last = store.last(other || subject)?.sequence ?? 0
    if (last !== Number(subjectSequence)) throw refusals.wrongLastSequence(last)
  }
  const sequence = readHeader(headers, headerNames.expectedLastSequence)
  if (sequence !== undefined && Number(sequence) !== store.lastSequence) {
    throw refusals.wrongLastSequence(store.lastSequence)
  }
  const messageId = readHeader(headers, headerNames.expectedLastMessageId)
  if (messageId && messageId !== dedupe.lastId) throw refusals.wrongLastMessageId(dedupe.lastId)
}

function readRollup(headers: Buffer, config: StreamConfig): 'sub' | 'all' | undefined {
  const value = readHeader(headers, headerNames.rollup)
  if (!value) return undefined
  if (!config.allow_rollup_hdrs || config.deny_purge) throw refusals.rollupFailed('rollup not permitted')
  const rollup = value.toLowerCase()
  if (rollup === 'sub' || rollup === 'all') return rollup
  throw refusals.rollupFailed(`rollup value invalid: ${JSON.stringify(value)}`)
}

function checkSize({ headers, payload }: Publication, { max_msg_size: limit }: StreamConfig): void {
  const headerBytes = headers?.length ?? 0
  if (limit >= 0 && headerBytes + payload.length > limit) throw refusals.messageTooLarge()
  if (headerBytes > maxHeaderBytes) throw refusals.headersTooLarge()
}
