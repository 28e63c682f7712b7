import { camelLabel } from '../labels.js'
import type { ValueType } from '../model.js'
import { describeType, isNullable, toList } from '../type-traits.js'
import { tokenize, type Token } from './token.js'
import { WaveError } from './wave-error.js'

/**
 * The value of that type that WAVE text stands for (the text format of component values, as in wasm-wave). Throws
 * WaveError with the place and the type that belongs there.
 */
export function parseWave(text: string, type: ValueType): unknown {
  const reader = new WaveReader(tokenize(text))
  const value = reader.read(type)
  reader.expectEnd()
  return value
}

const ranges: Readonly<Record<string, readonly [least: bigint, most: bigint]>> = {
  u8: [0n, 0xffn],
  s8: [-0x80n, 0x7fn],
  u16: [0n, 0xffffn],
  s16: [-0x8000n, 0x7fffn],
  u32: [0n, 0xffff_ffffn],
  s32: [-0x8000_0000n, 0x7fff_ffffn],
  u64: [0n, 0xffff_ffff_ffff_ffffn],
  s64: [-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn],
}

class WaveReader {
  readonly #tokens: readonly Token[]
  #next = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  expectEnd(): void {
    const token = this.#peek()
    if (token.kind !== 'end')
      throw new WaveError(`unexpected ${show(token)} behind the value`, token.position)
  }

  read(type: ValueType): unknown {
    switch (type.kind) {
      case 'bool':
        return this.#oneOf(['true', 'false'], 'bool') === 'true'
      case 'f32':
      case 'f64':
        return this.#float(type)
      case 'char':
        return this.#char(type)
      case 'string':
        return this.#take('string', type).text
      case 'enum':
        return this.#oneOf(type.names, describeType(type))
      case 'flags':
        return this.#flags(type.names)
      case 'list':
        return this.#list(type)
      case 'tuple':
        return this.#tuple(type)
      case 'record':
        return this.#record(type)
      case 'variant':
        return this.#variant(type)
      case 'option':
        return this.#option(type)
      case 'result':
        return this.#result(type)
      case 'own':
      case 'borrow':
      case 'stream':
      case 'future':
        throw new WaveError(`a ${type.kind} cannot be written as text`, this.#peek().position)
      default:
        return this.#integer(type)
    }
  }

  #integer(type: ValueType): number | bigint {
    const token = this.#take('number', type)
    const [least = 0n, most = 0n] = ranges[type.kind] ?? []
    const value = /^-?\d+$/.test(token.text) ? BigInt(token.text) : undefined
    if (value === undefined || value < least || value > most) {
      throw new WaveError(`expected ${type.kind} (${least} to ${most}), got ${token.text}`, token.position)
    }
    return type.kind === 'u64' || type.kind === 's64' ? value : Number(value)
  }

  #float(type: ValueType): number {
    const { text } = this.#take('number', type)
    if (/^-?nan$/.test(text)) return NaN
    const value = /inf$/.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)
    return type.kind === 'f32' ? Math.fround(value) : value
  }

  #char(type: ValueType): string {
    const token = this.#take('char', type)
    if ([...token.text].length === 1) return token.text
    throw new WaveError(
      `expected one character within the quotes, got ${JSON.stringify(token.text)}`,
      token.position,
    )
  }

  #list({ element, length }: Extract<ValueType, { kind: 'list' }>): unknown {
    const start = this.#peek().position
    const items = this.#sequence('[', ']', () => this.read(element), `list<${describeType(element)}>`)
    if (length !== undefined && items.length !== length) {
      throw new WaveError(`expected ${length} elements, got ${items.length}`, start)
    }
    return toList(element.kind, items)
  }

  #tuple(type: Extract<ValueType, { kind: 'tuple' }>): unknown[] {
    const start = this.#peek().position
    let index = 0
    const values = this.#sequence(
      '(',
      ')',
      () => {
        const element = type.elements[index++]
        if (element) return this.read(element)
        throw new WaveError(
          `${describeType(type)} has ${type.elements.length} elements`,
          this.#peek().position,
        )
      },
      describeType(type),
    )
    if (values.length === type.elements.length) return values
    throw new WaveError(
      `${describeType(type)} has ${type.elements.length} elements, got ${values.length}`,
      start,
    )
  }

  #record(type: Extract<ValueType, { kind: 'record' }>): unknown {
    const start = this.#peek().position
    const fields = new Map<string, unknown>()
    const readField = (): void => {
      const token = this.#take('label', type)
      const name = token.text.replace(/^%/, '')
      const field = type.fields.find((each) => each.name === name)
      if (!field) {
        const names = type.fields.map((each) => each.name).join(', ')
        throw new WaveError(`${describeType(type)} has no field "${name}", but ${names}`, token.position)
      }
      if (fields.has(name)) throw new WaveError(`the field "${name}" stands twice`, token.position)
      this.#punctuation(':')
      fields.set(name, this.read(field.type))
    }
    if (type.fields.every((field) => field.type.kind === 'option') && this.#isPunctuation('{', ':')) {
      // A record of options that are all absent is written {:}.
      this.#punctuation('{')
      this.#punctuation(':')
      this.#punctuation('}')
    } else this.#sequence('{', '}', readField, describeType(type))
    const entries = type.fields.map(({ name, type: fieldType }) => {
      if (fields.has(name)) return [camelLabel(name), fields.get(name)] as const
      if (fieldType.kind !== 'option') throw new WaveError(`the field "${name}" is missing`, start)
      return [camelLabel(name), isNullable(fieldType) ? undefined : { tag: 'none' }] as const
    })
    return Object.fromEntries(entries)
  }

  #flags(names: readonly string[]): unknown {
    const set = new Set<string>()
    this.#sequence('{', '}', () => void set.add(this.#oneOf(names, 'flags')), 'flags')
    return Object.fromEntries(names.map((name) => [camelLabel(name), set.has(name)]))
  }

  #variant(type: Extract<ValueType, { kind: 'variant' }>): unknown {
    const tag = this.#oneOf(
      type.cases.map(({ name }) => name),
      describeType(type),
    )
    const payload = type.cases.find(({ name }) => name === tag)?.type
    return payload ? { tag, val: this.#inParentheses(payload) } : { tag }
  }

  #option(type: Extract<ValueType, { kind: 'option' }>): unknown {
    const tag = this.#optionalTag(['some', 'none'])
    const nullable = isNullable(type)
    if (tag === 'none') return nullable ? undefined : { tag }
    // A value stands for some(value), unless that could be meant otherwise.
    const value = tag === 'some' ? this.#inParentheses(type.element) : this.read(type.element)
    return nullable ? value : { tag: 'some', val: value }
  }

  #result({ ok, err }: Extract<ValueType, { kind: 'result' }>): unknown {
    const tag = this.#optionalTag(['ok', 'err'])
    if (tag === undefined) {
      if (ok) return { tag: 'ok', val: this.read(ok) }
      throw new WaveError(`expected ok or err, got ${show(this.#peek())}`, this.#peek().position)
    }
    const payload = tag === 'ok' ? ok : err
    return { tag, val: payload ? this.#inParentheses(payload) : undefined }
  }

  #inParentheses(type: ValueType): unknown {
    this.#punctuation('(')
    const value = this.read(type)
    this.#punctuation(')')
    return value
  }

  #sequence<T>(open: string, close: string, readItem: () => T, what: string): T[] {
    const first = this.#peek()
    if (first.text !== open || first.kind !== 'punctuation') {
      throw new WaveError(`expected ${what}, which begins with "${open}", got ${show(first)}`, first.position)
    }
    this.#next += 1
    const items: T[] = []
    while (!this.#isPunctuation(close)) {
      items.push(readItem())
      if (this.#isPunctuation(close)) break
      this.#punctuation(',', close)
    }
    this.#punctuation(close)
    return items
  }

  /** One of the labels, if one comes; quoted text and numbers are never labels. */
  #optionalTag(tags: readonly string[]): string | undefined {
    const token = this.#peek()
    if (token.kind !== 'label' || !tags.includes(token.text)) return undefined
    this.#next += 1
    return token.text
  }

  #oneOf(names: readonly string[], what: string): string {
    const token = this.#peek()
    const name = token.text.replace(/^%/, '')
    if (token.kind === 'label' && names.includes(name)) {
      this.#next += 1
      return name
    }
    throw new WaveError(`expected ${what} (${names.join(', ')}), got ${show(token)}`, token.position)
  }

  #take(kind: Token['kind'], type: ValueType): Token {
    const token = this.#peek()
    if (token.kind !== kind) {
      throw new WaveError(`expected ${describeType(type)}, got ${show(token)}`, token.position)
    }
    this.#next += 1
    return token
  }

  #punctuation(text: string, or?: string): void {
    if (this.#isPunctuation(text)) {
      this.#next += 1
      return
    }
    const token = this.#peek()
    const expected = or === undefined ? `"${text}"` : `"${text}" or "${or}"`
    throw new WaveError(`expected ${expected}, got ${show(token)}`, token.position)
  }

  #isPunctuation(text: string, then?: string): boolean {
    const [token, next] = [this.#peek(), this.#tokens[this.#next + 1]]
    if (token.kind !== 'punctuation' || token.text !== text) return false
    return then === undefined || (next?.kind === 'punctuation' && next.text === then)
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', position: 0 }
  }
}

function show({ kind, text }: Token): string {
  switch (kind) {
    case 'end':
      return 'the end'
    case 'string':
      return JSON.stringify(text)
    case 'char':
      return `'${text}'`
    default:
      return text
  }
}
