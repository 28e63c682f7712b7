/** The message ids of the recent past, each with the sequence that it got. */
export class DedupeWindow {
  readonly #sequences = new Map<string, { readonly sequence: number; readonly time: bigint }>()
  readonly #ids: { readonly id: string; readonly time: bigint }[] = []
  #head = 0
  #lastId = ''

  /** The id of the newest message; empty where it had none. */
  get lastId(): string {
    return this.#lastId
  }

  /** The sequence of the message with this id, where it is not older than the window. */
  find(id: string, now: bigint, windowNanos: number): number | undefined {
    this.#forgetBefore(now - BigInt(windowNanos))
    return this.#sequences.get(id)?.sequence
  }

  /** Notes a message that was stored; its id is empty where it had none. */
  add(id: string, sequence: number, time: bigint): void {
    this.#lastId = id
    if (id === '') return
    this.#sequences.set(id, { sequence, time })
    this.#ids.push({ id, time })
  }

  #forgetBefore(limit: bigint): void {
    for (let oldest = this.#ids[this.#head]; oldest && oldest.time < limit; oldest = this.#ids[this.#head]) {
      if (this.#sequences.get(oldest.id)?.time === oldest.time) this.#sequences.delete(oldest.id)
      this.#head++
    }
    if (this.#head > 1024 && this.#head > this.#ids.length / 2) {
      this.#ids.splice(0, this.#head)
      this.#head = 0
    }
  }
}
