import type { Publication } from '../protocol/publication.js'
import { SubjectTrie } from './subject-trie.js'
import type { Recipient, Subscription } from './subscription.js'

/** Hears of each change of client subscriptions. */
export type InterestListener = (subject: string, added: boolean) => void

/** Knows all subscriptions and delivers messages to those that match. */
export class Router {
  readonly #trie = new SubjectTrie<Subscription>()
  readonly #interestListeners = new Set<InterestListener>()
  #random = 1

  get subscriptionCount(): number {
    return this.#trie.size
  }

  /** Adds a subscription, whose subject is valid. */
  add(subscription: Subscription): void {
    this.#trie.insert(subscription)
    this.#tellInterest(subscription, true)
  }

  /** Ends a subscription; it gets nothing from now on. */
  remove(subscription: Subscription): void {
    if (subscription.closed) return
    subscription.closed = true
    this.#trie.remove(subscription)
    this.#tellInterest(subscription, false)
  }

  /**
   * Delivers a message to every plain subscription that matches `deliverTo` and to one of each queue group.
   * Returns whether anybody took it.
   */
  route(publication: Publication, from: Recipient | undefined, deliverTo: string): boolean {
    const { plain, groups } = this.#trie.match(deliverTo)
    let taken = false
    for (let index = 0; index < plain.length; index++) {
      const subscription = plain[index]
      if (subscription && this.#deliver(subscription, publication, from)) taken = true
    }
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index]
      if (group && this.#deliverToOne(group, publication, from)) taken = true
    }
    return taken
  }

  hasClientInterest(subject: string): boolean {
    const { plain, groups } = this.#trie.match(subject)
    return plain.some(isOfClient) || groups.some((group) => group.some(isOfClient))
  }

  /** Bytes that wait to be written to the clients that a message on the subject could go to. */
  pendingBytes(subject: string): number {
    const { plain, groups } = this.#trie.match(subject)
    let sum = 0
    for (const subscription of plain) sum += pendingOf(subscription)
    for (const group of groups) for (const subscription of group) sum += pendingOf(subscription)
    return sum
  }

  /** The plain subscription by which the recipient would get a message on the subject. */
  plainSubscriptionOf(recipient: Recipient, subject: string): Subscription | undefined {
    return this.#trie.match(subject).plain.find((subscription) => subscription.recipient === recipient)
  }

  onInterestChange(listener: InterestListener): () => void {
    this.#interestListeners.add(listener)
    return () => this.#interestListeners.delete(listener)
  }

  #deliverToOne(
    group: readonly Subscription[],
    publication: Publication,
    from: Recipient | undefined,
  ): boolean {
    const first = group.length === 1 ? 0 : this.#nextRandom() % group.length
    for (let step = 0; step < group.length; step++) {
      const subscription = group[(first + step) % group.length]
      if (subscription && this.#deliver(subscription, publication, from)) return true
    }
    return false
  }

  #deliver(subscription: Subscription, publication: Publication, from: Recipient | undefined): boolean {
    if (subscription.closed || !subscription.recipient.deliver(subscription, publication, from)) return false
    subscription.delivered++
    return true
  }

  /** Spreads messages over queue groups. The low bits of this generator alternate, so only the high ones are used. */
  #nextRandom(): number {
    this.#random = (Math.imul(this.#random, 1103515245) + 12345) & 0x7fffffff
    return this.#random >>> 15
  }

  #tellInterest({ recipient, subject }: Subscription, added: boolean): void {
    if (!recipient.isClient) return
    for (const listener of this.#interestListeners) listener(subject, added)
  }
}

function isOfClient({ closed, recipient }: Subscription): boolean {
  return !closed && recipient.isClient
}

function pendingOf(subscription: Subscription): number {
  return isOfClient(subscription) ? subscription.recipient.pendingBytes : 0
}
