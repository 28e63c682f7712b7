import type { ValueType } from '../model.js'
import { casesOf, partsOf } from '../type-traits.js'
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

/** What is to be read next: values of types in a row, elements of a list, so many bytes, an integer or a char. */
type Task =
  | { readonly kind: 'row'; readonly types: readonly ValueType[]; next: number }
  | { readonly kind: 'list'; readonly element: ValueType; left: number }
  | { readonly kind: 'skip'; left: number }
  | { readonly kind: 'leb'; value: number; factor: number; readonly then: LebUse }
  | { readonly kind: 'char' }

/** What an integer decides. */
type LebUse =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'elements'; readonly element: ValueType }
  | { readonly kind: 'case'; readonly payloads: readonly (ValueType | undefined)[] }

/** Lists of elements that take no byte are not walked through. */
const nothing: LebUse = { kind: 'nothing' }

/** Creates a scanner for one message. */
export function createCompletionScanner(types: readonly ValueType[]): CompletionScanner {
  return new Scanner(types)
}

class Scanner implements CompletionScanner {
  readonly #tasks: Task[]
  #offset = 0
  #end: number | undefined

  constructor(types: readonly ValueType[]) {
    this.#tasks = [{ kind: 'row', types, next: 0 }]
  }

  push(chunk: Uint8Array): number | undefined {
    let at = 0
    while (this.#end === undefined) {
      const task = this.#tasks.at(-1)
      if (task === undefined) {
        this.#end = this.#offset + at
        break
      }
      if (this.#expand(task)) continue
      if (at === chunk.length) break
      at = this.#consume(task, chunk, at)
    }
    this.#offset += chunk.length
    return this.#end
  }

  /** Replaces a task by what it consists of; false where it wants bytes. */
  #expand(task: Task): boolean {
    switch (task.kind) {
      case 'row': {
        const type = task.types[task.next++]
        if (type === undefined) this.#tasks.pop()
        else this.#begin(type)
        return true
      }
      case 'list':
        if (task.left === 0) this.#tasks.pop()
        else {
          task.left -= 1
          this.#begin(task.element)
        }
        return true
      case 'skip':
        if (task.left > 0) return false
        this.#tasks.pop()
        return true
      case 'leb':
      case 'char':
        return false
      default:
        return task satisfies never
    }
  }

  #consume(task: Task, chunk: Uint8Array, at: number): number {
    const byte = chunk[at] ?? 0
    switch (task.kind) {
      case 'skip': {
        const taken = Math.min(task.left, chunk.length - at)
        task.left -= taken
        return at + taken
      }
      case 'char':
        this.#tasks.pop()
        this.#skip(byte < 0x80 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3)
        return at + 1
      case 'leb':
        task.value += (byte & 0x7f) * task.factor
        task.factor *= 128
        if (task.factor > 2 ** 77) throw new WireError('an integer takes too many bytes', this.#offset + at)
        if (byte < 0x80) {
          this.#tasks.pop()
          this.#use(task.then, task.value, this.#offset + at)
        }
        return at + 1
      default:
        throw new Error(`a ${task.kind} takes no bytes`)
    }
  }

  #begin(type: ValueType): void {
    switch (type.kind) {
      case 'bool':
      case 'u8':
      case 's8':
        return this.#skip(1)
      case 'f32':
        return this.#skip(4)
      case 'f64':
        return this.#skip(8)
      case 'char':
        return void this.#tasks.push({ kind: 'char' })
      case 'string':
      case 'own':
      case 'borrow':
        return this.#leb({ kind: 'bytes' })
      case 'flags':
        return this.#skip(Math.ceil(type.names.length / 8))
      case 'record':
      case 'tuple':
        return void this.#tasks.push({ kind: 'row', types: partsOf(type) ?? [], next: 0 })
      case 'list':
        return this.#beginList(type.element, type.length)
      case 'stream':
        return this.#beginList(type.element, undefined)
      case 'future':
        return this.#leb({ kind: 'case', payloads: [undefined, type.element] })
      case 'variant':
      case 'enum':
      case 'option':
      case 'result':
        return this.#leb({ kind: 'case', payloads: (casesOf(type) ?? []).map((entry) => entry.type) })
      default:
        return this.#leb(nothing)
    }
  }

  #beginList(element: ValueType | undefined, length: number | undefined): void {
    const use: LebUse =
      element === undefined || minBytesOf(element) === 0 ? nothing : { kind: 'elements', element }
    if (length === undefined) this.#leb(use)
    else this.#use(use, length, this.#offset)
  }

  #use(use: LebUse, value: number, at: number): void {
    switch (use.kind) {
      case 'nothing':
        return
      case 'bytes':
        return this.#skip(value)
      case 'elements': {
        const fixed = fixedBytesOf(use.element)
        if (fixed !== undefined) return this.#skip(value * fixed)
        return void this.#tasks.push({ kind: 'list', element: use.element, left: value })
      }
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

  #skip(left: number): void {
    if (left > 0) this.#tasks.push({ kind: 'skip', left })
  }

  #leb(then: LebUse): void {
    this.#tasks.push({ kind: 'leb', value: 0, factor: 1, then })
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
