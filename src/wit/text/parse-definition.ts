import { parseType } from './parse-type.js'
import type {
  Annotations,
  CaseSyntax,
  DefinitionSyntax,
  FieldSyntax,
  FunctionSyntax,
  Identifier,
  Item,
} from './syntax.js'
import type { TokenReader } from './token-reader.js'

/** Reads the definition of a type, if one comes next; undefined otherwise. Throws WIT_INVALID. */
export function parseDefinition(reader: TokenReader, annotations: Annotations): DefinitionSyntax | undefined {
  if (reader.next.kind !== 'keyword') return undefined
  switch (reader.next.text) {
    case 'type':
      return parseAlias(reader, annotations)
    case 'record':
      return { kind: 'record', ...head(reader, annotations), fields: members(reader, parseField) }
    case 'variant':
      return { kind: 'variant', ...head(reader, annotations), cases: members(reader, parseCase) }
    case 'flags':
      return { kind: 'flags', ...head(reader, annotations), names: members(reader, parseName) }
    case 'enum':
      return { kind: 'enum', ...head(reader, annotations), names: members(reader, parseName) }
    case 'resource':
      return parseResource(reader, annotations)
    default:
      return undefined
  }
}

/** Reads a function from its name on. Throws WIT_INVALID. */
export function parseFunction(reader: TokenReader, annotations: Annotations): FunctionSyntax {
  const name = reader.identifier('a definition, a function or "}"')
  reader.expect(':')
  const parsed: FunctionSyntax = { ...annotations, ...name, ...parseSignature(reader, 'free') }
  reader.expect(';')
  return parsed
}

/** Reads `async func(…) -> …`. Throws WIT_INVALID. */
export function parseSignature(
  reader: TokenReader,
  binding: FunctionSyntax['binding'],
): Omit<FunctionSyntax, keyof Item> {
  const isAsync = reader.takeIf('async')
  reader.expect('func')
  const params = parseParams(reader)
  if (!reader.takeIf('->')) return { kind: 'function', binding, isAsync, params }
  if (reader.is('(')) {
    throw reader.fail(
      reader.next.at,
      'functions have one result, which has no name',
      'Return a tuple or a record',
    )
  }
  return { kind: 'function', binding, isAsync, params, result: parseType(reader) }
}

function parseAlias(reader: TokenReader, annotations: Annotations): DefinitionSyntax {
  const name = head(reader, annotations)
  reader.expect('=')
  const type = parseType(reader)
  reader.expect(';')
  return { kind: 'alias', ...name, type }
}

function parseResource(reader: TokenReader, annotations: Annotations): DefinitionSyntax {
  const name = head(reader, annotations)
  if (reader.takeIf(';')) return { kind: 'resource', ...name, functions: [] }
  if (!reader.is('{')) throw reader.unexpected('";" or "{"')
  reader.take()
  const functions: FunctionSyntax[] = []
  while (!reader.takeIf('}')) functions.push(parseMember(reader))
  return { kind: 'resource', ...name, functions }
}

function parseMember(reader: TokenReader): FunctionSyntax {
  const annotations = reader.annotations()
  const { at } = reader.next
  if (reader.takeIf('constructor')) {
    const params = parseParams(reader)
    const result = reader.takeIf('->') ? parseType(reader) : undefined
    reader.expect(';')
    const rest = { kind: 'function', binding: 'constructor', isAsync: false, params } as const
    return { ...annotations, name: 'constructor', at, ...rest, ...(result && { result }) }
  }
  const name = reader.identifier('a method, a constructor or "}"')
  reader.expect(':')
  const signature = parseSignature(reader, reader.takeIf('static') ? 'static' : 'method')
  reader.expect(';')
  return { ...annotations, ...name, ...signature }
}

function head(reader: TokenReader, annotations: Annotations): Annotations & Identifier {
  const { text } = reader.take()
  return { ...annotations, ...reader.identifier(`the name of the ${text === 'type' ? 'type' : text}`) }
}

function members<T extends Identifier>(reader: TokenReader, read: (reader: TokenReader) => T): T[] {
  const { at } = reader.expect('{')
  const found = reader.list({ close: '}' }, () => read(reader))
  if (found.length === 0) throw reader.fail(at, 'there has to be something in the braces')
  return found
}

function parseParams(reader: TokenReader): FieldSyntax[] {
  reader.expect('(')
  return reader.list({ close: ')' }, () => parseField(reader, 'a parameter'))
}

function parseField(reader: TokenReader, what = 'the name of a field'): FieldSyntax {
  const item = { ...docsOf(reader), ...reader.identifier(what) }
  reader.expect(':')
  return { ...item, type: parseType(reader) }
}

function parseCase(reader: TokenReader): CaseSyntax {
  const item = { ...docsOf(reader), ...reader.identifier('the name of a case') }
  if (!reader.takeIf('(')) return item
  const type = parseType(reader)
  reader.expect(')')
  return { ...item, type }
}

function parseName(reader: TokenReader): Item {
  return { ...docsOf(reader), ...reader.identifier('a name') }
}

function docsOf(reader: TokenReader): Annotations {
  const { docs } = reader.next
  return docs === undefined ? {} : { docs }
}
