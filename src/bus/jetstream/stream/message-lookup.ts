import { z } from 'zod'
import type { MessageStore, StoredMessage } from '../../store/message-store.js'
import { parseTimestamp } from '../../store/timestamp.js'
import { createSubjectFilter } from '../../subject/subject-filter.js'
import { optional, text, timestamp, wholeNumber } from '../wire-schema.js'

/** A request for one message of a stream. */
export const messageRequestSchema = z.object({
  seq: wholeNumber,
  last_by_subj: text,
  next_by_subj: text,
  start_time: optional(timestamp),
  batch: wholeNumber,
  max_bytes: wholeNumber,
})

export type MessageRequest = z.output<typeof messageRequestSchema>

/** Whether the request names no message at all. */
export function asksForNothing({
  seq,
  last_by_subj: last,
  next_by_subj: next,
  start_time: time,
}: MessageRequest): boolean {
  return seq === 0 && last === '' && next === '' && time === undefined
}

/** Whether the request names its message in ways that exclude each other. */
export function asksForTooMuch(request: MessageRequest): boolean {
  const { seq, last_by_subj: last, next_by_subj: next, start_time: time } = request
  return (
    (seq > 0 && (last !== '' || time !== undefined)) || (last !== '' && (time !== undefined || next !== ''))
  )
}

/** The message that the request names. */
export function findMessage(store: MessageStore, request: MessageRequest): StoredMessage | undefined {
  const { seq, last_by_subj: last, next_by_subj: next, start_time: time } = request
  if (last !== '') return store.last(last)
  const from = time === undefined ? seq : store.sequenceAt(parseTimestamp(time) ?? 0n)
  return next === '' ? store.get(from) : store.next(createSubjectFilter([next]), from)
}
