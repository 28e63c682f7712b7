import type { BrokerPort } from '../../broker/broker-port.js'
import { isLiteralSubject, subjectMatches } from '../../subject/subject-pattern.js'

/** Tells many watchers of client subscriptions, each of one literal subject, through one listener at the broker. */
export class InterestWatch {
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #stop: () => void

  constructor(broker: BrokerPort) {
    this.#stop = broker.onInterestChange((pattern) => this.#onChange(pattern))
  }

  /** Calls `listener` after each change of subscriptions that cover the subject; the returned function ends that. */
  watch(subject: string, listener: () => void): () => void {
    const listeners = this.#watchers.get(subject) ?? new Set()
    this.#watchers.set(subject, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#watchers.delete(subject)
    }
  }

  stop(): void {
    this.#stop()
    this.#watchers.clear()
  }

  #onChange(pattern: string): void {
    if (isLiteralSubject(pattern)) {
      for (const listener of [...(this.#watchers.get(pattern) ?? [])]) listener()
      return
    }
    for (const [subject, listeners] of [...this.#watchers]) {
      if (subjectMatches(pattern, subject)) for (const listener of [...listeners]) listener()
    }
  }
}
