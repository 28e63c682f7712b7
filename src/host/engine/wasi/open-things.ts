/** Something of the host's that an instance holds open. */
export interface Closable {
  close(): void
}

/** What the running instance holds open of the host: closed with it, also where it ended without dropping anything. */
export class OpenThings {
  readonly #things = new Set<Closable>()

  add(thing: Closable): void {
    this.#things.add(thing)
  }

  /** It was closed by itself. */
  remove(thing: Closable): void {
    this.#things.delete(thing)
  }

  closeAll(): void {
    for (const thing of this.#things) thing.close()
    this.#things.clear()
  }
}
