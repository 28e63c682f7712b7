import { DeadlineHeap } from './deadline-heap.js'
import { RedeliveryQueue } from './redelivery-queue.js'

/** A pair of positions: in the consumer's own count of deliveries and in the stream. */
export interface SequencePair {
  readonly consumer: number
  readonly stream: number
}

/** What outlives a restart. */
export interface PendingAcksState {
  readonly floor: SequencePair
  /** Stream sequence, delivery sequence, deadline in milliseconds since the epoch. */
  readonly pending: readonly (readonly [number, number, number])[]
  /** Stream sequence, number of redeliveries. */
  readonly redelivered: readonly (readonly [number, number])[]
}

interface Pending {
  readonly delivery: number
  /** When the message is delivered again; Infinity while it waits for that in the queue. */
  deadline: number
}

/** The deliveries that were not acknowledged yet, when each is due again, and the floor below which all were. */
export class PendingAcks {
  readonly #pending = new Map<number, Pending>()
  readonly #redelivered = new Map<number, number>()
  readonly #deadlines = new DeadlineHeap()
  readonly #queue = new RedeliveryQueue()
  #floor: SequencePair

  constructor({ floor, pending, redelivered }: PendingAcksState) {
    this.#floor = floor
    for (const [sequence, delivery, deadline] of pending) this.track(sequence, { delivery, deadline })
    for (const [sequence, count] of redelivered) {
      if (this.#pending.has(sequence)) this.#redelivered.set(sequence, count)
    }
  }

  get size(): number {
    return this.#pending.size
  }

  get redeliveredCount(): number {
    return this.#redelivered.size
  }

  get queuedCount(): number {
    return this.#queue.size
  }

  get floor(): SequencePair {
    return this.#floor
  }

  has(sequence: number): boolean {
    return this.#pending.has(sequence)
  }

  /** How often the message was delivered. */
  deliveries(sequence: number): number {
    return (this.#redelivered.get(sequence) ?? 0) + 1
  }

  /** A message was delivered and is due again at the deadline. */
  track(sequence: number, { delivery, deadline }: { delivery: number; deadline: number }): void {
    const known = this.#pending.get(sequence)
    this.#pending.set(sequence, { delivery: known?.delivery ?? delivery, deadline })
    this.#deadlines.push(deadline, sequence)
  }

  /** Nothing needs an ack: the floor follows the deliveries. */
  raiseFloor(floor: SequencePair): void {
    this.#floor = floor
  }

  /** Moves the time at which the message is due again. */
  postpone(sequence: number, deadline: number): void {
    const pending = this.#pending.get(sequence)
    if (!pending) return
    this.#queue.delete(sequence)
    // A heap entry at an earlier time stands for this one too: it is put back when it comes up.
    const needsEntry = deadline < pending.deadline || pending.deadline === Infinity
    pending.deadline = deadline
    if (needsEntry) this.#deadlines.push(deadline, sequence)
  }

  /** Puts the message in the queue for delivery. */
  requeue(sequence: number): void {
    const pending = this.#pending.get(sequence)
    if (!pending) return
    pending.deadline = Infinity
    this.#queue.push(sequence)
  }

  /** The message that waits longest for its redelivery. */
  firstQueued(): number | undefined {
    return this.#queue.first()
  }

  /** Counts a redelivery and takes the message out of the queue. */
  redeliver(sequence: number): void {
    this.#queue.delete(sequence)
    this.#redelivered.set(sequence, this.deliveries(sequence))
  }

  /** Messages whose deadline has passed, ascending. They stay pending; requeue() or drop() them. */
  takeDue(now: number): number[] {
    const due = new Set<number>()
    for (let sequence = this.#deadlines.popDue(now); sequence !== undefined; ) {
      const deadline = this.#pending.get(sequence)?.deadline ?? Infinity
      if (deadline <= now) due.add(sequence)
      else if (deadline !== Infinity) this.#deadlines.push(deadline, sequence)
      sequence = this.#deadlines.popDue(now)
    }
    return [...due].sort((one, other) => one - other)
  }

  /** When to look for due messages next. */
  get nextDeadline(): number | undefined {
    return this.#deadlines.earliest
  }

  /** Settles one message. `end` is where the consumer stands. Returns whether it was pending. */
  acknowledge(sequence: number, end: SequencePair): boolean {
    const pending = this.#pending.get(sequence)
    if (!pending) return false
    this.drop(sequence)
    if (this.#pending.size === 0) this.#floor = end
    else if (pending.delivery === this.#floor.consumer + 1) this.#raiseOver(sequence, pending.delivery, end)
    return true
  }

  /** Settles a message and all before it; returns those that were pending. */
  acknowledgeUpTo(sequence: number, delivery: number): number[] {
    if (sequence <= this.#floor.stream || delivery <= this.#floor.consumer) return []
    const settled: number[] = []
    if (sequence - this.#floor.stream > this.#pending.size) {
      for (const pending of this.#pending.keys()) if (pending <= sequence) settled.push(pending)
    } else {
      for (let at = this.#floor.stream + 1; at <= sequence; at++) if (this.#pending.has(at)) settled.push(at)
    }
    for (const settledSequence of settled) this.drop(settledSequence)
    this.#floor = { consumer: delivery, stream: sequence }
    return settled
  }

  /** Forgets a message without moving the floor. */
  drop(sequence: number): void {
    this.#pending.delete(sequence)
    this.#redelivered.delete(sequence)
    this.#queue.delete(sequence)
  }

  /** Forgets the messages that are not wanted any more. */
  dropWhere(isGone: (sequence: number) => boolean, end: SequencePair): void {
    for (const sequence of [...this.#pending.keys()]) if (isGone(sequence)) this.acknowledge(sequence, end)
  }

  /** The state to save. Queued messages are due at once after a restart. */
  toState(): PendingAcksState {
    return {
      floor: this.#floor,
      pending: [...this.#pending].map(([sequence, { delivery, deadline }]) => [
        sequence,
        delivery,
        deadline === Infinity ? 0 : deadline,
      ]),
      redelivered: [...this.#redelivered],
    }
  }

  #raiseOver(sequence: number, delivery: number, end: SequencePair): void {
    this.#floor = { consumer: delivery, stream: sequence }
    for (let at = sequence + 1; at <= end.stream; at++) {
      const next = this.#pending.get(at)
      if (!next) continue
      this.#floor = { consumer: next.delivery - 1, stream: at - 1 }
      return
    }
  }
}
