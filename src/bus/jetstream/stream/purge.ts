import { z } from 'zod'
import type { MessageStore } from '../../store/message-store.js'
import { createSubjectFilter, everySubject } from '../../subject/subject-filter.js'
import { text, wholeNumber } from '../wire-schema.js'

export const purgeRequestSchema = z.object({ filter: text, seq: wholeNumber, keep: wholeNumber })

export type PurgeRequest = z.output<typeof purgeRequestSchema>

/** The sequences that a purge removes: those that pass the filter, below `seq`, all but the last `keep`. */
export function selectPurged(store: MessageStore, { filter, seq, keep }: PurgeRequest): number[] {
  const all = store.sequences(filter === '' ? everySubject : createSubjectFilter([filter]))
  const below = seq > 0 ? all.filter((sequence) => sequence < seq) : all
  return keep > 0 ? below.slice(0, Math.max(0, below.length - keep)) : below
}
