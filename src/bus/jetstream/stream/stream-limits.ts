import type { MessageStore, StoredMessage } from '../../store/message-store.js'
import type { StreamConfig } from '../stream-config.js'

const expiredPerTurn = 10_000

/** Removes what a stream holds beyond its limits; with a subject, looks at that subject and the totals only. */
export function enforceLimits(store: MessageStore, config: StreamConfig, subject?: string): StoredMessage[] {
  const removed: StoredMessage[] = []
  const remove = (message: StoredMessage): void => void removed.push(...store.remove([message.sequence]))
  const { max_msgs_per_subject: perSubject, max_msgs: maxMessages, max_bytes: maxBytes } = config
  if (perSubject > 0) {
    const subjects = subject === undefined ? [...store.subjects()].map(([name]) => name) : [subject]
    for (const name of subjects) {
      for (
        let first = store.firstOf(name);
        first && store.countOf(name) > perSubject;
        first = store.firstOf(name)
      ) {
        remove(first)
      }
    }
  }
  for (let first = store.first(); first && isOver(store, maxMessages, maxBytes); first = store.first())
    remove(first)
  return removed
}

/** Removes messages older than the stream's maximum age; at most so many at once that others get their turn. */
export function removeExpired(store: MessageStore, maxAgeNanos: number, nowMs: number): StoredMessage[] {
  const limit = BigInt(Math.floor(nowMs)) * 1_000_000n - BigInt(maxAgeNanos)
  const removed: StoredMessage[] = []
  for (let first = store.first(); first && first.time <= limit; first = store.first()) {
    removed.push(...store.remove([first.sequence]))
    if (removed.length >= expiredPerTurn) break
  }
  return removed
}

function isOver(store: MessageStore, maxMessages: number, maxBytes: number): boolean {
  return (
    (maxMessages > 0 && store.count > maxMessages) ||
    (maxBytes > 0 && store.bytes > maxBytes && store.count > 1)
  )
}
