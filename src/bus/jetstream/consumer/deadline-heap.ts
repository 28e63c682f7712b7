interface Deadline {
  readonly at: number
  readonly sequence: number
}

/** Deadlines by time, earliest first. Entries are never removed early: who pops one checks whether it still holds. */
export class DeadlineHeap {
  readonly #items: Deadline[] = []

  get size(): number {
    return this.#items.length
  }

  /** The earliest time; undefined where there is none. */
  get earliest(): number | undefined {
    return this.#items[0]?.at
  }

  push(at: number, sequence: number): void {
    const items = this.#items
    const added = { at, sequence }
    let index = items.length
    items.push(added)
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = items[parentIndex]
      if (!parent || parent.at <= at) break
      items[index] = parent
      index = parentIndex
    }
    items[index] = added
  }

  /** Takes the earliest entry, where its time has come. */
  popDue(now: number): number | undefined {
    const [top] = this.#items
    if (!top || top.at > now) return undefined
    const last = this.#items.pop()
    if (last && last !== top) this.#sink(last)
    return top.sequence
  }

  #sink(moved: Deadline): void {
    const items = this.#items
    let index = 0
    for (;;) {
      const left = items[2 * index + 1]
      const right = items[2 * index + 2]
      const child = right && left && right.at < left.at ? right : left
      if (!child || child.at >= moved.at) break
      items[index] = child
      index = 2 * index + (child === left ? 1 : 2)
    }
    items[index] = moved
  }
}
