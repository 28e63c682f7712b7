/** Values by keys. Errors are those of wasi:keyvalue. */
export class Store {
  readonly #values = new Map<string, Uint8Array>()
  readonly #maxKeys: number

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  get(key: string): Uint8Array | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Uint8Array): void {
    if (!this.#values.has(key) && this.#values.size >= this.#maxKeys) {
      throw { tag: 'other', val: `the store holds ${this.#maxKeys} keys already` }
    }
    // A copy: the bytes belong to the call.
    this.#values.set(key, Uint8Array.from(value))
  }

  delete(key: string): void {
    this.#values.delete(key)
  }

  keys(): string[] {
    return [...this.#values.keys()]
  }

  increment(key: string, delta: bigint): bigint {
    const text = new TextDecoder().decode(this.get(key) ?? new Uint8Array([0x30]))
    if (!/^\d+$/.test(text)) throw { tag: 'other', val: `"${key}" holds no number` }
    const sum = BigInt(text) + delta
    this.set(key, new TextEncoder().encode(String(sum)))
    return sum
  }
}
