import type { AppError } from '../../core/errors.js'
import { lexToken, lexVersion, type Token } from './lexer.js'
import { type WitSource, witError } from './source.js'
import type { Annotations, Identifier } from './syntax.js'

/** Lists in braces, brackets and parentheses may end with a comma, or not. */
interface ListOptions {
  readonly close: string
  readonly allowsTrailingComma?: boolean
}

/** Reads the tokens of one text, one ahead. All methods throw WIT_INVALID where something else stands. */
export class TokenReader {
  readonly source: WitSource
  #next: Token

  constructor(source: WitSource) {
    this.source = source
    this.#next = lexToken(source, 0)
  }

  /** The token that comes next. */
  get next(): Token {
    return this.#next
  }

  /** The token after `token`. */
  after(token: Token): Token {
    return lexToken(this.source, token.end)
  }

  take(): Token {
    const token = this.#next
    this.#next = lexToken(this.source, token.end)
    return token
  }

  /** Whether a sign or keyword comes next. */
  is(text: string): boolean {
    return isWord(this.#next, text)
  }

  /** Takes the sign or keyword, if it comes next. */
  takeIf(text: string): boolean {
    if (!this.is(text)) return false
    this.take()
    return true
  }

  expect(text: string): Token {
    if (!this.is(text)) throw this.unexpected(`"${text}"`)
    return this.take()
  }

  identifier(what: string): Identifier {
    const token = this.#next
    if (token.kind === 'keyword') {
      throw witError(
        this.source,
        token.at,
        `expected ${what}, found the keyword "${token.text}"`,
        `Write %${token.text} to use it as a name`,
      )
    }
    if (token.kind !== 'identifier') throw this.unexpected(what)
    this.take()
    return { name: token.text, at: token.at }
  }

  /** The version after a sign that was taken already. */
  version(): string {
    const { version, end } = lexVersion(this.source, this.#next.at)
    this.#next = lexToken(this.source, end)
    return version
  }

  /** Items with commas between, up to the closing sign, which is taken too. */
  list<T>({ close, allowsTrailingComma = true }: ListOptions, read: () => T): T[] {
    const items: T[] = []
    while (!this.takeIf(close)) {
      items.push(read())
      if (this.takeIf(',')) {
        if (!allowsTrailingComma && this.is(close)) throw this.unexpected('another one after ","')
      } else if (!this.is(close)) throw this.unexpected(`"," or "${close}"`)
    }
    return items
  }

  unexpected(expected: string): AppError {
    return witError(this.source, this.#next.at, `expected ${expected}, found ${describe(this.#next)}`)
  }

  fail(at: number, message: string, hint?: string): AppError {
    return witError(this.source, at, message, hint)
  }

  /** Doc comments and gates before an item. */
  annotations(): Annotations {
    const start = this.#next
    const gates: { -readonly [Key in keyof Annotations]: string | undefined } = {}
    if (start.docs !== undefined) gates.docs = start.docs
    while (this.takeIf('@')) this.#gate(gates)
    if (gates.since !== undefined && gates.unstable !== undefined) {
      throw this.fail(start.at, 'an item cannot have both @since and @unstable')
    }
    return gates
  }

  #gate(gates: { -readonly [Key in keyof Annotations]: string | undefined }): void {
    const { name, at } = this.identifier('since, unstable, deprecated or external-id')
    const key = gateKeys[name]
    if (key === undefined) {
      throw this.fail(at, `"@${name}" is none of @since, @unstable, @deprecated and @external-id`)
    }
    if (gates[key] !== undefined) throw this.fail(at, `an item cannot have @${name} twice`)
    this.expect('(')
    gates[key] = this.#gateValue(key)
    this.expect(')')
    gates.docs ??= this.#next.docs
  }

  #gateValue(key: keyof Annotations): string {
    if (key === 'externalId') {
      if (this.#next.kind !== 'string') throw this.unexpected('a string')
      return this.take().text
    }
    const field = key === 'unstable' ? 'feature' : 'version'
    if (this.#next.text !== field || this.#next.kind !== 'identifier') throw this.unexpected(`"${field}"`)
    this.take()
    this.expect('=')
    return key === 'unstable' ? this.identifier('the name of a feature').name : this.version()
  }
}

const gateKeys: Readonly<Record<string, keyof Annotations>> = Object.assign(Object.create(null), {
  since: 'since',
  unstable: 'unstable',
  deprecated: 'deprecated',
  'external-id': 'externalId',
})

function isWord(token: Token, text: string): boolean {
  return token.text === text && (token.kind === 'sign' || token.kind === 'keyword')
}

function describe({ kind, text }: Token): string {
  if (kind === 'end') return 'the end of the text'
  return kind === 'string' ? 'a string' : `"${text}"`
}
