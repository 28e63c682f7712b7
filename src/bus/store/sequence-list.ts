/**
 * Ascending sequence numbers from which any may vanish: the list itself is not told which, it asks `isLive`.
 * Vanished ones are skipped and swept out in bulk, so that appending, removing, and reading either end are O(1)
 * amortised and looking up a position is O(log n).
 */
export class SequenceList {
  readonly #isLive: (sequence: number) => boolean
  #items: number[] = []
  #head = 0
  #live = 0

  constructor(isLive: (sequence: number) => boolean) {
    this.#isLive = isLive
  }

  /** How many live numbers there are. */
  get length(): number {
    return this.#live
  }

  /** Adds a number above all others. */
  push(sequence: number): void {
    this.#items.push(sequence)
    this.#live++
  }

  /** Notes that one of the numbers is live no more; call it after `isLive` says so. */
  vanished(): void {
    this.#live--
    const held = this.#items.length - this.#head
    if (held > 2 * this.#live + 64 || this.#head > this.#items.length / 2 + 64) this.#sweep()
  }

  first(): number | undefined {
    while (this.#head < this.#items.length) {
      const sequence = this.#items[this.#head]
      if (sequence !== undefined && this.#isLive(sequence)) return sequence
      this.#head++
    }
    return undefined
  }

  last(): number | undefined {
    while (this.#items.length > this.#head) {
      const sequence = this.#items[this.#items.length - 1]
      if (sequence !== undefined && this.#isLive(sequence)) return sequence
      this.#items.pop()
    }
    return undefined
  }

  /** The first live number at or above `from` that passes `test`. */
  find(from: number, test: (sequence: number) => boolean = () => true): number | undefined {
    for (let index = this.#indexOf(from); index < this.#items.length; index++) {
      const sequence = this.#items[index]
      if (sequence !== undefined && this.#isLive(sequence) && test(sequence)) return sequence
    }
    return undefined
  }

  /** How many live numbers are at or above `from`. */
  countFrom(from: number): number {
    const first = this.first()
    if (first === undefined || from <= first) return this.#live
    let count = 0
    for (let index = this.#items.length - 1; index >= this.#head; index--) {
      const sequence = this.#items[index]
      if (sequence === undefined || sequence < from) break
      if (this.#isLive(sequence)) count++
    }
    return count
  }

  /** The live numbers, ascending. */
  toArray(): number[] {
    return this.#items.slice(this.#head).filter(this.#isLive)
  }

  #indexOf(from: number): number {
    let [low, high] = [this.#head, this.#items.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#items[middle] ?? Infinity) >= from) high = middle
      else low = middle + 1
    }
    return low
  }

  #sweep(): void {
    this.#items = this.toArray()
    this.#head = 0
  }
}
