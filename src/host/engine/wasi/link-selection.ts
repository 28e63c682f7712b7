/** The links that one instance calls over, by what a link lists (`wasi:keyvalue/store`); `default` unless it chose others. */
export class LinkSelection {
  readonly #names = new Map<string, string>()

  nameOf(key: string): string {
    return this.#names.get(key) ?? defaultLink
  }

  /** From now on, calls of these interfaces go over the link of that name. */
  select(name: string, keys: readonly string[]): void {
    for (const key of keys) {
      if (name === defaultLink) this.#names.delete(key)
      else this.#names.set(key, name)
    }
  }

  /** Another instance begins. */
  clear(): void {
    this.#names.clear()
  }
}

/** The name of a link that was given none. */
export const defaultLink = 'default'
