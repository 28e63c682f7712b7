import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'
import { casesOf, partsOf } from '../type-traits.js'
import { ByteReader } from './byte-reader.js'
import { minBytesOf } from './min-bytes.js'
import { WireError } from './wire-error.js'

/** Bytes that were not decoded, and what they should have been. */
interface Message {
  readonly types: readonly ValueType[]
  readonly bytes: Uint8Array
  readonly what: string
}

/** What messages call a value of a tuple: the tuple's name alone where it has one value. */
export function pathOf(what: string, index: number, count: number): string {
  return count === 1 ? what : `${what}.${index}`
}

/** The error with the path of the value that is bad. Reads everything up to there once more: for errors. */
export function locateFault(error: WireError, { types, bytes, what }: Message): WireError {
  const walker = new Walker(bytes)
  try {
    for (const [index, type] of types.entries()) walker.walk(type, pathOf(what, index, types.length))
    return error
  } catch (thrown) {
    if (!(thrown instanceof WireError)) throw thrown
    return new WireError(thrown.reason, thrown.offset, thrown.isIncomplete, walker.path)
  }
}

/** Reads values without keeping any. */
class Walker {
  readonly #reader: ByteReader
  /** Of the value that is being read. */
  path = ''

  constructor(bytes: Uint8Array) {
    this.#reader = new ByteReader(bytes)
  }

  walk(type: ValueType, path: string): void {
    this.path = path
    switch (type.kind) {
      case 'u8':
      case 's8':
        this.#reader.byte()
        return
      case 'own':
      case 'borrow':
        this.#reader.blob()
        return
      case 'record':
        return type.fields.forEach((field) => this.walk(field.type, `${path}.${camelLabel(field.name)}`))
      case 'tuple':
        return partsOf(type)?.forEach((part, index) => this.walk(part, `${path}.${index}`))
      case 'flags':
        return this.#walkFlags(type.names.length)
      case 'list':
        return this.#walkElements(type.element, path, type.length)
      case 'stream':
        return this.#walkElements(type.element, path)
      case 'future':
        if (this.#reader.bool() && type.element) this.walk(type.element, path)
        return
      case 'variant':
      case 'enum':
      case 'option':
      case 'result':
        return this.#walkCase(type, path)
      default:
        this.#reader[type.kind]()
    }
  }

  #walkFlags(count: number): void {
    for (let left = count; left > 0; left -= 8) this.#reader.flagBits(left < 8 ? 2 ** left - 1 : 0xff)
  }

  #walkElements(element: ValueType | undefined, path: string, fixed?: number): void {
    const least = element ? minBytesOf(element) : 0
    const count = fixed === undefined ? this.#reader.count(least) : this.#reader.fixedCount(fixed, least)
    if (!element || least === 0) return
    for (let index = 0; index < count; index += 1) this.walk(element, `${path}.${index}`)
  }

  #walkCase(type: ValueType, path: string): void {
    const cases = casesOf(type) ?? []
    const entry = cases[this.#reader.discriminant(cases.length)]
    if (entry?.type) this.walk(entry.type, type.kind === 'option' ? path : `${path}.${entry.name}`)
  }
}
