/** Sequences that wait to be delivered again, each once, first in first out. All operations are O(1) amortised. */
export class RedeliveryQueue {
  readonly #members = new Set<number>()
  #order: number[] = []
  #head = 0

  get size(): number {
    return this.#members.size
  }

  has(sequence: number): boolean {
    return this.#members.has(sequence)
  }

  /** Adds a sequence at the end, where it does not wait already. */
  push(sequence: number): void {
    if (this.#members.has(sequence)) return
    this.#members.add(sequence)
    this.#order.push(sequence)
  }

  delete(sequence: number): void {
    this.#members.delete(sequence)
  }

  /** The one that waits longest. */
  first(): number | undefined {
    for (; this.#head < this.#order.length; this.#head++) {
      const sequence = this.#order[this.#head]
      if (sequence !== undefined && this.#members.has(sequence)) {
        this.#trim()
        return sequence
      }
    }
    this.#trim()
    return undefined
  }

  #trim(): void {
    if (this.#head < 64 || this.#head < this.#order.length / 2) return
    this.#order = this.#order.slice(this.#head)
    this.#head = 0
  }
}
