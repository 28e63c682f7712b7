import { invalidComponent } from './invalid-component.js'

/** The longest string that a component may hold, in bytes: the limit of wasmtime. */
const maxStringBytes = 100_000

/** Vectors may hold this many items together: far more than real components have, and few enough to keep in memory. */
const maxItems = 1_000_000

/**
 * Reads the numbers, strings and vectors of the binary format from one range of bytes. Nothing is read past the end of
 * the range and nothing is allocated before it is known to be there; every failure is COMPONENT_INVALID with its offset.
 */
export class Reader {
  readonly bytes: Uint8Array
  readonly end: number
  #offset: number
  /** Shared with the slices of this reader. */
  #items = { left: maxItems }

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.end = end
    this.#offset = start
  }

  /** Where the next byte is read. */
  get offset(): number {
    return this.#offset
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.end
  }

  byte(): number {
    const value = this.#offset < this.end ? this.bytes[this.#offset] : undefined
    if (value === undefined) throw invalidComponent('it ends too early,', this.#offset)
    this.#offset++
    return value
  }

  /** Passes over `count` bytes. */
  skip(count: number): void {
    if (count > this.end - this.#offset) throw invalidComponent('it ends too early,', this.#offset)
    this.#offset += count
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  u32(): number {
    const start = this.#offset
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
      if (shift === 28) throw invalidComponent('an integer is longer than 5 bytes', start)
    }
    if (value > 0xffffffff) throw invalidComponent('an integer is greater than 32 bits allow', start)
    return value
  }

  /** An unsigned LEB128 number of at most 64 bits, of which the value does not matter. */
  skipU64(): void {
    const start = this.#offset
    while (this.byte() >= 0x80) {
      if (this.#offset - start === 10) throw invalidComponent('an integer is longer than 10 bytes', start)
    }
  }

  /** A signed LEB128 number of at most 33 bits, as type indices are written. */
  s33(): number {
    const start = this.#offset
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        const signed = byte & 0x40 ? value - 2 ** (shift + 7) : value
        if (signed >= 2 ** 32 || signed < -(2 ** 32)) {
          throw invalidComponent('an integer is greater than 33 bits allow', start)
        }
        return signed
      }
      if (shift === 28) throw invalidComponent('an integer is longer than 5 bytes', start)
    }
  }

  /** A string: a length in bytes, then valid UTF-8. */
  string(): string {
    const start = this.#offset
    const length = this.u32()
    if (length > this.end - this.#offset) throw invalidComponent('a string reaches past the end', start)
    if (length > maxStringBytes) {
      throw invalidComponent(`a string of ${length} bytes is longer than ${maxStringBytes}`, start)
    }
    const from = this.#offset
    this.#offset += length
    try {
      return utf8.decode(this.bytes.subarray(from, this.#offset))
    } catch {
      throw invalidComponent('a string is not valid UTF-8', start)
    }
  }

  /** A vector: a count, then that many items. Every item takes a byte at least, so counts past the end are refused. */
  vector<Item>(item: () => Item): Item[] {
    const start = this.#offset
    const count = this.u32()
    if (count > this.end - this.#offset) {
      throw invalidComponent(`a vector of ${count} items reaches past the end`, start)
    }
    this.countItems(count, start)
    const items: Item[] = []
    for (let index = 0; index < count; index++) items.push(item())
    return items
  }

  /** Counts items that are kept in memory; vectors count theirs themselves. */
  countItems(count: number, offset: number): void {
    this.#items.left -= count
    if (this.#items.left < 0) throw invalidComponent(`it has more than ${maxItems} items`, offset)
  }

  /** Undefined after the byte 0, an item after the byte 1. */
  optional<Item>(item: () => Item): Item | undefined {
    const start = this.#offset
    switch (this.byte()) {
      case 0:
        return undefined
      case 1:
        return item()
      default:
        throw invalidComponent('neither the presence nor the absence of an item is stated', start)
    }
  }

  /** One byte that has to be `expected`; `what` says where. */
  expect(expected: number, what: string): void {
    const start = this.#offset
    const found = this.byte()
    if (found !== expected) {
      throw invalidComponent(`${what} starts with ${hex(found)} instead of ${hex(expected)}`, start)
    }
  }

  /** A reader of the next `size` bytes, which this reader passes over; `what` names them. */
  slice(size: number, what: string): Reader {
    const start = this.#offset
    if (size > this.end - start) {
      throw invalidComponent(`${what} of ${size} bytes reaches past the end`, start)
    }
    this.#offset = start + size
    const slice = new Reader(this.bytes, start, this.#offset)
    slice.#items = this.#items
    return slice
  }
}

/** A byte as it is written in the specification. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
