import { WaveError } from './wave-error.js'

/** A piece of WAVE text. `text` of a quoted one is what stands between the quotes, unescaped. */
export interface Token {
  readonly kind: 'punctuation' | 'number' | 'label' | 'string' | 'char' | 'end'
  readonly text: string
  readonly position: number
}

const punctuation = new Set(['(', ')', '[', ']', '{', '}', ',', ':'])
const blank = /(?:\s|\/\/[^\n]*)*/y
const number = /-?(?:inf|nan|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![A-Za-z0-9_.-])/y
const label = /%?[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*/y
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  "'": "'",
  '\\': '\\',
}

/** Takes WAVE text apart. Throws WaveError for what belongs to no token. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let position = skipBlanks(text, 0)
  while (position < text.length) {
    const [token, end] = nextToken(text, position)
    tokens.push(token)
    position = skipBlanks(text, end)
  }
  return [...tokens, { kind: 'end', text: '', position: text.length }]
}

function nextToken(text: string, position: number): readonly [Token, end: number] {
  const first = text[position] ?? ''
  if (punctuation.has(first)) return [{ kind: 'punctuation', text: first, position }, position + 1]
  if (text.startsWith('"""\n', position)) return multiline(text, position)
  if (first === '"' || first === "'") return quoted(text, position, first)
  const digits = matchAt(number, text, position)
  if (digits !== undefined) return [{ kind: 'number', text: digits, position }, position + digits.length]
  const word = matchAt(label, text, position)
  if (word !== undefined) return [{ kind: 'label', text: word, position }, position + word.length]
  throw new WaveError(
    `unexpected ${JSON.stringify(String.fromCodePoint(text.codePointAt(position) ?? 0))}`,
    position,
  )
}

function quoted(text: string, start: number, quote: string): readonly [Token, end: number] {
  let value = ''
  let at = start + 1
  for (;;) {
    const char = text[at]
    if (char === undefined) throw new WaveError(`the quote that opens here is not closed`, start)
    if (char === quote) break
    if (char === '\n') throw new WaveError('a line break within quotes', at)
    if (char !== '\\') {
      value += char
      at += 1
      continue
    }
    const [escaped, end] = readEscape(text, at)
    value += escaped
    at = end
  }
  return [{ kind: quote === '"' ? 'string' : 'char', text: value, position: start }, at + 1]
}

function readEscape(text: string, start: number): readonly [string, end: number] {
  const name = text[start + 1] ?? ''
  const known = Object.hasOwn(escapes, name) ? escapes[name] : undefined
  if (known !== undefined) return [known, start + 2]
  const [whole = '', hex = ''] = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(start)) ?? []
  const point = parseInt(hex, 16)
  if (whole === '' || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
    throw new WaveError('an escape that means nothing', start)
  }
  return [String.fromCodePoint(point), start + whole.length]
}

/** A string over several lines; the indent of its closing quotes is taken from each. */
function multiline(text: string, start: number): readonly [Token, end: number] {
  const [whole, body = '', indent = ''] = /^"""\n((?:.*\n)*?)([ ]*)"""/.exec(text.slice(start)) ?? []
  if (whole === undefined) throw new WaveError('the quotes that open here are not closed', start)
  const lines = body.split('\n').slice(0, -1)
  for (const line of lines) {
    if (!line.startsWith(indent))
      throw new WaveError('a line with less indent than the closing quotes', start)
  }
  const value = lines.map((line) => line.slice(indent.length)).join('\n')
  return [{ kind: 'string', text: value.replace(/\\(["\\])/g, '$1'), position: start }, start + whole.length]
}

function skipBlanks(text: string, position: number): number {
  blank.lastIndex = position
  blank.test(text)
  return blank.lastIndex
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position
  return pattern.exec(text)?.[0]
}
