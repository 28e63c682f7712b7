import { checkCharacters } from './lexer.js'
import { parseDefinition, parseFunction, parseSignature } from './parse-definition.js'
import { parsePackageDeclaration, parsePath, startsPath } from './parse-path.js'
import type { WitSource } from './source.js'
import type {
  Annotations,
  ExternSyntax,
  FileUse,
  IncludeSyntax,
  InterfaceItem,
  InterfaceSyntax,
  NestedPackage,
  PackageBody,
  PackageDeclaration,
  Renaming,
  UseSyntax,
  WitDocument,
  WorldItemSyntax,
  WorldSyntax,
} from './syntax.js'
import { TokenReader } from './token-reader.js'

/** Parses a text of WIT; names are not looked up. Throws WIT_INVALID with the place and what was expected there. */
export function parseDocument(source: WitSource): WitDocument {
  checkCharacters(source)
  const reader = new TokenReader(source)
  const items = new BodyItems()
  const nested: NestedPackage[] = []
  let declared: PackageDeclaration | undefined
  while (reader.next.kind !== 'end') {
    if (!reader.is('package')) {
      items.read(reader)
      continue
    }
    const declaration = parsePackageDeclaration(reader)
    if (reader.takeIf('{')) {
      const body = new BodyItems()
      while (!reader.takeIf('}')) body.read(reader)
      nested.push({ ...declaration, body })
    } else {
      if (!reader.is(';')) throw reader.unexpected('";" or "{"')
      if (declared !== undefined || nested.length > 0 || !items.isEmpty) {
        throw reader.fail(declaration.at, 'the package of a file is declared once, before anything else')
      }
      reader.take()
      declared = declaration
    }
  }
  return { source, ...(declared && { package: declared }), body: items, nested }
}

/** The items of a package, as they are read. */
class BodyItems implements PackageBody {
  readonly uses: FileUse[] = []
  readonly interfaces: InterfaceSyntax[] = []
  readonly worlds: WorldSyntax[] = []

  get isEmpty(): boolean {
    return this.uses.length + this.interfaces.length + this.worlds.length === 0
  }

  read(reader: TokenReader): void {
    const annotations = reader.annotations()
    if (reader.is('use')) this.uses.push(parseFileUse(reader, annotations))
    else if (reader.takeIf('interface')) {
      const name = reader.identifier('the name of the interface')
      this.interfaces.push({ ...annotations, ...name, items: parseInterfaceItems(reader) })
    } else if (reader.takeIf('world')) {
      const name = reader.identifier('the name of the world')
      this.worlds.push({ ...annotations, ...name, items: parseWorldItems(reader) })
    } else throw reader.unexpected('"interface", "world", "use" or "package"')
  }
}

function parseFileUse(reader: TokenReader, annotations: Annotations): FileUse {
  reader.take()
  const path = parsePath(reader)
  const as = reader.takeIf('as') ? reader.identifier('a name') : undefined
  reader.expect(';')
  return { ...annotations, path, ...(as && { as }) }
}

function parseInterfaceItems(reader: TokenReader): InterfaceItem[] {
  const items: InterfaceItem[] = []
  reader.expect('{')
  for (;;) {
    const annotations = reader.annotations()
    if (reader.takeIf('}')) return items
    const item = reader.is('use') ? parseUse(reader, annotations) : parseDefinition(reader, annotations)
    items.push(item ?? parseFunction(reader, annotations))
  }
}

function parseUse(reader: TokenReader, annotations: Annotations): UseSyntax {
  const { at } = reader.take()
  const path = parsePath(reader)
  reader.expect('.')
  reader.expect('{')
  const names = reader.list({ close: '}' }, () => parseRenaming(reader, 'the name of a type'))
  if (names.length === 0) throw reader.fail(at, 'the use names no type')
  reader.expect(';')
  return { kind: 'use', ...annotations, path, names, at }
}

function parseRenaming(reader: TokenReader, what: string): Renaming {
  const name = reader.identifier(what)
  return reader.takeIf('as') ? { ...name, as: reader.identifier('a name') } : name
}

function parseWorldItems(reader: TokenReader): WorldItemSyntax[] {
  const items: WorldItemSyntax[] = []
  reader.expect('{')
  for (;;) {
    const annotations = reader.annotations()
    if (reader.takeIf('}')) return items
    items.push(parseWorldItem(reader, annotations))
  }
}

function parseWorldItem(reader: TokenReader, annotations: Annotations): WorldItemSyntax {
  if (reader.is('use')) return parseUse(reader, annotations)
  if (reader.is('include')) return parseInclude(reader, annotations)
  const definition = parseDefinition(reader, annotations)
  if (definition) return definition
  const direction = reader.is('import') ? 'import' : reader.is('export') ? 'export' : undefined
  if (!direction) throw reader.unexpected('"import", "export", "include", "use", a type or "}"')
  const { at } = reader.take()
  return { kind: 'extern', direction, ...annotations, at, what: parseExtern(reader, annotations) }
}

function parseExtern(reader: TokenReader, annotations: Annotations): ExternSyntax['what'] {
  if (startsPath(reader)) {
    const path = parsePath(reader)
    reader.expect(';')
    return { kind: 'path', path }
  }
  const name = reader.identifier('the name of an interface or function')
  reader.expect(':')
  if (reader.takeIf('interface')) {
    return { kind: 'interface', interface: { ...name, items: parseInterfaceItems(reader) } }
  }
  if (reader.is('func') || reader.is('async')) {
    const parsed = { ...annotations, ...name, ...parseSignature(reader, 'free') }
    reader.expect(';')
    return { kind: 'function', function: parsed }
  }
  if (reader.next.kind !== 'identifier')
    throw reader.unexpected('"func", "interface" or the name of an interface')
  const path = parsePath(reader)
  reader.expect(';')
  return { kind: 'named-path', name: name.name, path }
}

function parseInclude(reader: TokenReader, annotations: Annotations): IncludeSyntax {
  const { at } = reader.take()
  const path = parsePath(reader)
  if (!reader.takeIf('with')) {
    reader.expect(';')
    return { kind: 'include', ...annotations, path, with: [], at }
  }
  reader.expect('{')
  const names = reader.list({ close: '}' }, () => {
    const renaming = parseRenaming(reader, 'a name of the included world')
    if (!renaming.as) throw reader.unexpected('"as"')
    return renaming
  })
  // The grammar has no semicolon here, and many texts have one.
  reader.takeIf(';')
  return { kind: 'include', ...annotations, path, with: names, at }
}
