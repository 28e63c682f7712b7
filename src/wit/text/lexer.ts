import { type WitSource, witError } from './source.js'

/** A word, sign or literal of WIT text. */
export interface Token {
  readonly kind: 'identifier' | 'keyword' | 'integer' | 'string' | 'sign' | 'end'
  /** What it says: without `%` for identifiers, without quotes and escapes for strings. */
  readonly text: string
  readonly at: number
  readonly end: number
  /** The doc comments right before it. */
  readonly docs: string | undefined
}

const keywords = new Set(
  `as async bool borrow char constructor enum export f32 f64 flags from func future import include interface list map
  option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 u32 u64 u8 use variant
  with world`.split(/\s+/),
)

const fragment = '(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)'
const labelShape = new RegExp(`^${fragment}(?:-(?:[0-9]+${fragment}?|${fragment}))*$`)
const word = /[A-Za-z][0-9A-Za-z]*(?:-[0-9A-Za-z]+)*/y
const digits = /[0-9]+/y
const number = '(?:0|[1-9][0-9]*)'
const preRelease = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const semver = new RegExp(
  `${number}\\.${number}\\.${number}(?:-${preRelease}(?:\\.${preRelease})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`,
  'y',
)

/** Control codes, bidirectional overrides and characters that Unicode deprecates: none may be in a text, even in comments. */
const forbidden =
  /(?![\t\n\r])\p{Cc}|[\u202a-\u202e]|[\u2066-\u2069]|\u0149|\u0673|\u0f77|\u0f79|\u17a3|\u17a4|\u17b4|\u17b5/u

/** Refuses a text with characters that no WIT text may have. Throws WIT_INVALID. */
export function checkCharacters(source: WitSource): void {
  const found = forbidden.exec(source.text)
  if (!found) return
  const code = found[0].codePointAt(0) ?? 0
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  throw witError(source, found.index, `the character ${name} may not be in it`)
}

/** The token at or after `from`. Throws WIT_INVALID for what is none. */
export function lexToken(source: WitSource, from: number): Token {
  const { at, docs } = skipBlank(source, from)
  const { text } = source
  const first = text[at]
  if (first === undefined) return { kind: 'end', text: '', at, end: at, docs }
  if (first === '%' || /[A-Za-z]/.test(first)) return lexWord(source, at, docs)
  const integer = matchAt(digits, text, at)
  if (integer !== undefined) return { kind: 'integer', text: integer, at, end: at + integer.length, docs }
  if (first === '"') return lexString(source, at, docs)
  const sign = text.startsWith('->', at) ? '->' : first
  if (!/^(?:->|[=,:;(){}<>*/.@_])$/.test(sign)) {
    const shown = JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))
    throw witError(source, at, `${shown} belongs to no word or sign`)
  }
  return { kind: 'sign', text: sign, at, end: at + sign.length, docs }
}

/** The semantic version that stands at or after `from`, with its end. Throws WIT_INVALID. */
export function lexVersion(
  source: WitSource,
  from: number,
): { readonly version: string; readonly end: number } {
  const { at } = skipBlank(source, from)
  const version = matchAt(semver, source.text, at)
  if (version === undefined) throw witError(source, at, 'expected a version such as 1.2.3')
  return { version, end: at + version.length }
}

/** Whether a word is one that has to be written with `%` as an identifier. */
export function isKeyword(text: string): boolean {
  return keywords.has(text)
}

function lexWord(source: WitSource, at: number, docs: string | undefined): Token {
  const isEscaped = source.text[at] === '%'
  const start = isEscaped ? at + 1 : at
  const text = matchAt(word, source.text, start)
  if (text === undefined) throw witError(source, start, 'expected an identifier after "%"')
  if (!isEscaped && keywords.has(text)) return { kind: 'keyword', text, at, end: start + text.length, docs }
  if (!labelShape.test(text)) {
    throw witError(
      source,
      at,
      `"${text}" is no identifier: words between hyphens begin with a letter and are of one case`,
      'Write names in kebab-case, such as my-name',
    )
  }
  return { kind: 'identifier', text, at, end: start + text.length, docs }
}

const escapes: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

/** A string literal as the text format of WebAssembly has them; its bytes have to be UTF-8. */
function lexString(source: WitSource, start: number, docs: string | undefined): Token {
  const { text } = source
  const bytes: number[] = []
  let at = start + 1
  for (;;) {
    const code = text.codePointAt(at)
    const char = code === undefined ? '' : String.fromCodePoint(code)
    if (char === '' || char === '\n') throw witError(source, start, 'the string has no end')
    if (char === '"') break
    const escape = char === '\\' ? readEscape(source, at) : undefined
    bytes.push(...(escape ? escape.bytes : Buffer.from(char)))
    at = escape ? escape.end : at + char.length
  }
  try {
    const said = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))
    return { kind: 'string', text: said, at: start, end: at + 1, docs }
  } catch {
    throw witError(source, start, 'the string is not UTF-8')
  }
}

function readEscape(
  source: WitSource,
  at: number,
): { readonly bytes: readonly number[]; readonly end: number } {
  const rest = source.text.slice(at + 1, at + 16)
  const simple = escapes[rest[0] ?? '']
  if (simple !== undefined) return { bytes: [...Buffer.from(simple)], end: at + 2 }
  const hex = /^[0-9A-Fa-f]{2}/.exec(rest)
  if (hex) return { bytes: [Number.parseInt(hex[0], 16)], end: at + 3 }
  const scalar = /^u\{([0-9A-Fa-f]{1,6})\}/.exec(rest)
  const code = Number.parseInt(scalar?.[1] ?? 'ffffff', 16)
  if (!scalar || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
    throw witError(source, at, 'the string has an escape that means nothing')
  }
  return { bytes: [...Buffer.from(String.fromCodePoint(code))], end: at + 1 + scalar[0].length }
}

/** Skips spaces and comments; doc comments are kept. */
function skipBlank(
  source: WitSource,
  from: number,
): { readonly at: number; readonly docs: string | undefined } {
  const { text } = source
  const docs: string[] = []
  let at = from
  for (;;) {
    const char = text[at]
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') at += 1
    else if (char !== '/') break
    else if (text[at + 1] === '/') {
      const end = lineEnd(text, at)
      const line = text.slice(at, end)
      if (/^\/\/\/(?!\/)/.test(line)) docs.push(line.slice(3).replace(/^ /, '').trimEnd())
      at = end
    } else if (text[at + 1] === '*') {
      const end = blockEnd(source, at)
      if (/^\/\*\*(?![*/])/.test(text.slice(at, at + 4))) docs.push(...blockDocs(text.slice(at + 3, end - 2)))
      at = end
    } else break
  }
  return { at, docs: docs.length === 0 ? undefined : docs.join('\n') }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}

function blockEnd(source: WitSource, start: number): number {
  const edge = /\/\*|\*\//g
  edge.lastIndex = start
  let depth = 0
  for (let found = edge.exec(source.text); found; found = edge.exec(source.text)) {
    depth += found[0] === '/*' ? 1 : -1
    if (depth === 0) return edge.lastIndex
  }
  throw witError(source, start, 'the comment has no end', 'Close it with */')
}

/** The lines of a block comment without the asterisks that begin them. */
function blockDocs(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/^\*+ ?/, ''))
  while (lines[0] === '') lines.shift()
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function matchAt(shape: RegExp, text: string, at: number): string | undefined {
  shape.lastIndex = at
  return shape.exec(text)?.[0]
}
