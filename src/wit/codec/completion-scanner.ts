import type { ValueType } from '../model.js'
import { casesOf, isNumberKind, partsOf } from '../type-traits.js'
import { minBytesOf } from './min-bytes.js'
import { WireError } from './wire-error.js'

/**
 * Finds where the synchronous values of a tuple end in a stream of bytes, without building any value: a party may count as
 * heard before its stream has ended. Costs the length of the bytes, however they are cut.
 */
export interface CompletionScanner {
  /**
   * Takes the next bytes. Returns how many bytes of all that was pushed the values take, once that is known; undefined
   * while more is needed. Throws WireError where no bytes could complete it.
   */
  push(chunk: Uint8Array): number | undefined
}

/** Values that follow one another: of types in a row, or elements of a list. */
type Task =
  | { readonly kind: 'row'; readonly types: readonly ValueType[]; next: number }
  | { readonly kind: 'list'; readonly element: ValueType; left: number }

/** What an integer decides. */
type LebUse =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'elements'; readonly element: ValueType }
  | { readonly kind: 'case'; readonly payloads: readonly (ValueType | undefined)[] }

const nothing: LebUse = { kind: 'nothing' }
const byteCount: LebUse = { kind: 'bytes' }

/** Uses of the integers that begin values of a type, kept since lists have many of those. */
const uses = new WeakMap<ValueType, LebUse>()

/** Creates a scanner for one message. */
export function createCompletionScanner(types: readonly ValueType[]): CompletionScanner {
  return new Scanner(types)
}

class Scanner implements CompletionScanner {
  readonly #tasks: Task[]
  /** Bytes that are not looked at. */
  #skipping = 0
  /** Integers that decide nothing. */
  #passing = 0
  /** The use of the integer that is being read. */
  #use: LebUse | undefined
  #isChar = false
  #value = 0
  #factor = 1
  #offset = 0
  #end: number | undefined

  constructor(types: readonly ValueType[]) {
    this.#tasks = [{ kind: 'row', types, next: 0 }]
  }

  push(chunk: Uint8Array): number | undefined {
    let at = 0
    while (this.#end === undefined) {
      const isWaiting = this.#skipping > 0 || this.#passing > 0 || this.#use !== undefined || this.#isChar
      if (!isWaiting && !this.#next()) this.#end = this.#offset + at
      else if (isWaiting && at === chunk.length) break
      else if (isWaiting) at = this.#consume(chunk, at)
    }
    this.#offset += chunk.length
    return this.#end
  }

  /** Begins the next value; false where there is none. */
  #next(): boolean {
    const task = this.#tasks.at(-1)
    if (task === undefined) return false
    if (task.kind === 'row') {
      const type = task.types[task.next]
      task.next += 1
      if (task.next >= task.types.length) this.#tasks.pop()
      if (type) this.#begin(type)
      return true
    }
    task.left -= 1
    if (task.left === 0) this.#tasks.pop()
    this.#begin(task.element)
    return true
  }

  /** Takes at least one byte. */
  #consume(chunk: Uint8Array, at: number): number {
    if (this.#skipping > 0) {
      const taken = Math.min(this.#skipping, chunk.length - at)
      this.#skipping -= taken
      return at + taken
    }
    if (this.#passing > 0) return this.#pass(chunk, at)
    const byte = chunk[at] ?? 0
    if (this.#isChar) {
      this.#isChar = false
      this.#skipping = byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
      return at + 1
    }
    this.#value += (byte & 0x7f) * this.#factor
    this.#factor *= 128
    if (this.#value > 0xffff_ffff || this.#factor > 2 ** 35) {
      throw new WireError('an integer exceeds 32 bits', this.#offset + at)
    }
    if (byte < 0x80) this.#decide(at)
    return at + 1
  }

  /** Passes by integers, of which only the end matters. */
  #pass(chunk: Uint8Array, start: number): number {
    let at = start
    while (at < chunk.length && this.#passing > 0) {
      if ((chunk[at] ?? 0) < 0x80) {
        this.#passing -= 1
        this.#factor = 1
      } else {
        this.#factor += 1
        if (this.#factor > 10) throw new WireError('an integer takes too many bytes', this.#offset + at)
      }
      at += 1
    }
    return at
  }

  #decide(at: number): void {
    const [use, value] = [this.#use, this.#value]
    this.#use = undefined
    this.#value = 0
    this.#factor = 1
    if (use) this.#apply(use, value, this.#offset + at)
  }

  #begin(type: ValueType): void {
    switch (type.kind) {
      case 'bool':
      case 'u8':
      case 's8':
        this.#skipping = 1
        return
      case 'f32':
        this.#skipping = 4
        return
      case 'f64':
        this.#skipping = 8
        return
      case 'char':
        this.#isChar = true
        return
      case 'flags':
        this.#skipping = Math.ceil(type.names.length / 8)
        return
      case 'record':
      case 'tuple':
        return void this.#tasks.push({ kind: 'row', types: partsOf(type) ?? [], next: 0 })
      case 'list':
        if (type.length !== undefined) return this.#apply(useOf(type), type.length, this.#offset)
        this.#use = useOf(type)
        return
      case 'string':
      case 'own':
      case 'borrow':
      case 'stream':
      case 'future':
      case 'variant':
      case 'enum':
      case 'option':
      case 'result':
        this.#use = useOf(type)
        return
      default:
        this.#passing = 1
    }
  }

  #apply(use: LebUse, value: number, at: number): void {
    switch (use.kind) {
      case 'nothing':
        return
      case 'bytes':
        this.#skipping = value
        return
      case 'elements':
        return this.#beginElements(use.element, value)
      case 'case': {
        if (value >= use.payloads.length) {
          throw new WireError(`case ${value} is none of ${use.payloads.length}`, at)
        }
        const payload = use.payloads[value]
        if (payload) this.#begin(payload)
        return
      }
      default:
        return use satisfies never
    }
  }

  #beginElements(element: ValueType, count: number): void {
    const fixed = fixedBytesOf(element)
    if (fixed !== undefined) this.#skipping = count * fixed
    else if (isNumberKind(element.kind)) this.#passing = count
    else if (count > 0) this.#tasks.push({ kind: 'list', element, left: count })
  }
}

function useOf(type: ValueType): LebUse {
  const known = uses.get(type)
  if (known) return known
  const use = findUse(type)
  uses.set(type, use)
  return use
}

function findUse(type: ValueType): LebUse {
  switch (type.kind) {
    case 'list':
    case 'stream':
      // Elements that take no byte are not walked through.
      if (type.element === undefined || minBytesOf(type.element) === 0) return nothing
      return { kind: 'elements', element: type.element }
    case 'future':
      return { kind: 'case', payloads: [undefined, type.element] }
    case 'string':
    case 'own':
    case 'borrow':
      return byteCount
    default:
      return { kind: 'case', payloads: (casesOf(type) ?? []).map((entry) => entry.type) }
  }
}

/** Bytes of each value of a type whose values all take the same number. */
function fixedBytesOf({ kind }: ValueType): number | undefined {
  switch (kind) {
    case 'bool':
    case 'u8':
    case 's8':
      return 1
    case 'f32':
      return 4
    case 'f64':
      return 8
    default:
      return undefined
  }
}
