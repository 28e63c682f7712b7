import type { MessageStore, StoredMessage } from '../../store/message-store.js'
import type { SubjectFilter } from '../../subject/subject-filter.js'
import type { StartPosition } from './start-position.js'

/** Options of a MessageCursor. */
export interface CursorOptions {
  readonly store: MessageStore
  readonly filter: SubjectFilter
  readonly start: StartPosition
}

/** Where a consumer stands in its stream, and exactly how many messages lie ahead of it. */
export class MessageCursor {
  readonly #store: MessageStore
  #filter: SubjectFilter
  #next: number
  #ahead: number
  /** With deliver policy last_per_subject: what is delivered before the cursor runs from `#resumeAt`. */
  #selected: readonly number[]
  #selectedIndex = 0
  #selectedLeft: Set<number>
  #resumeAt: number

  constructor({ store, filter, start }: CursorOptions) {
    this.#store = store
    this.#filter = filter
    this.#selected = start.selected ?? []
    this.#selectedLeft = new Set(this.#selected)
    this.#resumeAt = start.sequence
    this.#next = this.#selected[0] ?? start.sequence
    this.#ahead = store.countFrom(filter, start.sequence)
  }

  /** The sequence from which the next message is looked for. */
  get nextSequence(): number {
    return this.#next
  }

  /** Messages ahead that pass the filter. */
  get pending(): number {
    return this.#selectedLeft.size + this.#ahead
  }

  get filter(): SubjectFilter {
    return this.#filter
  }

  /** The next message; the cursor stays before it. Steps over what the filter leaves out. */
  peek(): StoredMessage | undefined {
    if (this.#selectedLeft.size > 0) return this.#peekSelected()
    const message = this.#store.next(this.#filter, this.#next)
    if (message) return message
    // At the end: a removal that nobody counted must not show for ever.
    this.#ahead = 0
    this.#next = Math.max(this.#next, this.#store.lastSequence + 1)
    return undefined
  }

  /** Moves past a message that peek() returned. */
  advance(message: StoredMessage): void {
    if (this.#selectedLeft.delete(message.sequence)) {
      this.#selectedIndex++
      this.#next = this.#selectedLeft.size > 0 ? message.sequence + 1 : this.#resumeAt
      return
    }
    this.#next = message.sequence + 1
    this.#ahead--
  }

  /** A message was stored. */
  added(message: StoredMessage): void {
    if (message.sequence >= this.#runsFrom() && this.#filter.matches(message.subject)) this.#ahead++
  }

  /** A message is gone. */
  removed(message: StoredMessage): void {
    if (this.#selectedLeft.delete(message.sequence)) {
      if (this.#selectedLeft.size === 0) this.#next = this.#resumeAt
      return
    }
    if (message.sequence >= this.#runsFrom() && this.#filter.matches(message.subject)) this.#ahead--
  }

  /** Many messages are gone, or the filter is another: counts anew. */
  recount(filter: SubjectFilter = this.#filter): void {
    this.#filter = filter
    for (const sequence of this.#selectedLeft) {
      if (!this.#store.get(sequence)) this.#selectedLeft.delete(sequence)
    }
    if (this.#selectedLeft.size === 0) this.#next = this.#runsFrom()
    this.#ahead = this.#store.countFrom(filter, this.#runsFrom())
  }

  /** Whether the message lies ahead. */
  isAhead(message: StoredMessage): boolean {
    if (!this.#filter.matches(message.subject)) return false
    return message.sequence >= this.#runsFrom() || this.#selectedLeft.has(message.sequence)
  }

  /** Where a cursor like this one starts. */
  toStart(): StartPosition {
    const selected = [...this.#selectedLeft]
    return { sequence: this.#runsFrom(), selected: selected.length > 0 ? selected : undefined }
  }

  #runsFrom(): number {
    return this.#selectedLeft.size > 0 ? this.#resumeAt : this.#next
  }

  #peekSelected(): StoredMessage | undefined {
    for (; this.#selectedIndex < this.#selected.length; this.#selectedIndex++) {
      const sequence = this.#selected[this.#selectedIndex] ?? 0
      const message = this.#selectedLeft.has(sequence) ? this.#store.get(sequence) : undefined
      if (message) return message
    }
    return undefined
  }
}
