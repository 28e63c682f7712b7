import type { PrimitiveKind } from '../model.js'
import type { TypeSyntax } from './syntax.js'
import type { TokenReader } from './token-reader.js'

/** Types lie in each other at most this deep, as in components. */
const maxDepth = 100

const primitives = new Set<string>([
  'bool',
  's8',
  'u8',
  's16',
  'u16',
  's32',
  'u32',
  's64',
  'u64',
  'f32',
  'f64',
  'char',
  'string',
] satisfies PrimitiveKind[])

/** Reads a type. Throws WIT_INVALID. */
export function parseType(reader: TokenReader, depth = 1): TypeSyntax {
  const { text, kind, at } = reader.next
  if (depth > maxDepth) throw reader.fail(at, `types lie in each other deeper than ${maxDepth}`)
  if (kind === 'identifier') {
    reader.take()
    return { kind: 'named', name: text, at }
  }
  if (kind !== 'keyword') throw reader.unexpected('a type')
  if (primitives.has(text)) {
    reader.take()
    return { kind: text as PrimitiveKind, at } // as looked up
  }
  return parseGeneric(reader, depth)
}

function parseGeneric(reader: TokenReader, depth: number): TypeSyntax {
  const { text, at } = reader.next
  const inner = (): TypeSyntax => parseType(reader, depth + 1)
  switch (text) {
    case 'list':
      return within(reader, () => parseList(reader, { at, inner }))
    case 'option':
      return within(reader, () => ({ kind: 'option', element: inner(), at }))
    case 'tuple':
      return parseTuple(reader, { at, inner })
    case 'result':
      return parseResult(reader, { at, inner })
    case 'map':
      return within(reader, () => parseMap(reader, { at, inner }))
    case 'own':
    case 'borrow':
      return within(reader, () => ({
        kind: text,
        name: reader.identifier('the name of a resource').name,
        at,
      }))
    case 'stream':
    case 'future':
      reader.take()
      return reader.is('<')
        ? inBrackets(reader, () => ({ kind: text, element: inner(), at }))
        : { kind: text, at }
    default:
      throw reader.unexpected('a type')
  }
}

interface Inner {
  readonly at: number
  readonly inner: () => TypeSyntax
}

function parseList(reader: TokenReader, { at, inner }: Inner): TypeSyntax {
  const element = inner()
  if (!reader.takeIf(',')) return { kind: 'list', element, at }
  const { kind, text, at: lengthAt } = reader.next
  if (kind !== 'integer') throw reader.unexpected('the length of the list')
  reader.take()
  const length = Number(text)
  if (!/^[1-9]/.test(text) || length > 0xffff_ffff) {
    throw reader.fail(
      lengthAt,
      `a list cannot have the length ${text}`,
      'Write a length from 1 to 4294967295',
    )
  }
  return { kind: 'list', element, length, at }
}

function parseTuple(reader: TokenReader, { at, inner }: Inner): TypeSyntax {
  reader.take()
  reader.expect('<')
  const elements = reader.list({ close: '>' }, inner)
  if (elements.length === 0) throw reader.fail(at, 'a tuple has to have a type in it')
  return { kind: 'tuple', elements, at }
}

function parseResult(reader: TokenReader, { at, inner }: Inner): TypeSyntax {
  reader.take()
  if (!reader.is('<')) return { kind: 'result', at }
  return inBrackets(reader, () => {
    if (reader.takeIf('_')) {
      reader.expect(',')
      return { kind: 'result', err: inner(), at }
    }
    const ok = inner()
    if (!reader.takeIf(',')) return { kind: 'result', ok, at }
    return { kind: 'result', ok, err: inner(), at }
  })
}

const noKeys = new Set(['f32', 'f64'])

function parseMap(reader: TokenReader, { at, inner }: Inner): TypeSyntax {
  const key = inner()
  if (!primitives.has(key.kind) || noKeys.has(key.kind)) {
    throw reader.fail(key.at, 'the keys of a map are integers, bool, char or string')
  }
  reader.expect(',')
  return { kind: 'map', key, value: inner(), at }
}

function within(reader: TokenReader, read: () => TypeSyntax): TypeSyntax {
  reader.take()
  return inBrackets(reader, read)
}

function inBrackets(reader: TokenReader, read: () => TypeSyntax): TypeSyntax {
  reader.expect('<')
  const type = read()
  reader.expect('>')
  return type
}
