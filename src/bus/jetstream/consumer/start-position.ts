import type { MessageStore } from '../../store/message-store.js'
import { parseTimestamp } from '../../store/timestamp.js'
import type { SubjectFilter } from '../../subject/subject-filter.js'
import type { ConsumerConfig } from '../consumer-config.js'

/** Where a cursor starts. */
export interface StartPosition {
  /** The first sequence to look at. */
  readonly sequence: number
  /** Messages to deliver before that. */
  readonly selected?: readonly number[] | undefined
}

/** Where a new consumer starts, by its deliver policy. */
export function selectStart(
  config: ConsumerConfig,
  { store, filter, maxPerSubject }: { store: MessageStore; filter: SubjectFilter; maxPerSubject: number },
): StartPosition {
  const { firstSequence, lastSequence } = store
  if (config.deliver_policy === 'last_per_subject' && maxPerSubject !== 1) {
    return { sequence: lastSequence + 1, selected: store.lastPerSubject(filter) }
  }
  const wanted = wantedSequence(config, store, filter)
  const explicit = config.opt_start_seq > 0
  if (firstSequence === 0) return { sequence: explicit ? wanted : 1 }
  if (wanted > lastSequence && !explicit) return { sequence: lastSequence + 1 }
  return { sequence: Math.max(wanted, firstSequence) }
}

function wantedSequence(config: ConsumerConfig, store: MessageStore, filter: SubjectFilter): number {
  switch (config.deliver_policy) {
    case 'all':
    case 'last_per_subject':
      return store.firstSequence
    case 'last':
      if (filter.patterns.length === 0) return store.lastSequence
      return Math.max(0, ...filter.patterns.map((pattern) => store.last(pattern)?.sequence ?? 0))
    case 'new':
      return store.lastSequence + 1
    case 'by_start_sequence':
      return config.opt_start_seq
    case 'by_start_time':
      return store.sequenceAt(parseTimestamp(config.opt_start_time ?? '') ?? 0n)
  }
}
