import { escapeName } from './print-name.js'
import type {
  Annotations,
  DefinitionSyntax,
  ExternSyntax,
  FieldSyntax,
  FileUse,
  FunctionSyntax,
  InterfaceItem,
  Item,
  PackageBody,
  PackageDeclaration,
  PackageName,
  PathSyntax,
  Renaming,
  TypeSyntax,
  WitDocument,
  WorldItemSyntax,
} from './syntax.js'
import { packageId } from './syntax.js'

/** A document as WIT text; parsing that gives the same document again. */
export function printDocument({ package: own, body, nested }: WitDocument): string {
  const blocks = [
    ...(own ? [[...docLines(own), `package ${printPackageName(own)};`]] : []),
    ...bodyBlocks(body),
    ...nested.map((one) => [...docLines(one), ...nestedLines(one, one.body)]),
  ]
  return blocks.length === 0 ? '' : `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** A package as WIT text in one piece, with the items of all its files sorted by name. */
export function printPackage(
  from: PackageName & { readonly units: readonly { readonly body: PackageBody }[] },
): string {
  const bodies = from.units.map(({ body }) => body)
  const byName = (a: Item, b: Item): number => (a.name < b.name ? -1 : 1)
  const body: PackageBody = {
    uses: bodies.flatMap(({ uses }) => uses),
    interfaces: bodies.flatMap(({ interfaces }) => interfaces).sort(byName),
    worlds: bodies.flatMap(({ worlds }) => worlds).sort(byName),
  }
  return nestedLines(from, body).join('\n')
}

function nestedLines(name: PackageName, body: PackageBody): string[] {
  return [
    `package ${printPackageName(name)} {`,
    ...bodyBlocks(body).flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...indent(lines)]),
    '}',
  ]
}

function bodyBlocks({ uses, interfaces, worlds }: PackageBody): string[][] {
  return [
    ...(uses.length === 0 ? [] : [uses.flatMap(printFileUse)]),
    ...interfaces.map((one) => [
      ...noteLines(one),
      `interface ${escapeName(one.name)} {`,
      ...indent(one.items.flatMap(printInterfaceItem)),
      '}',
    ]),
    ...worlds.map((one) => [
      ...noteLines(one),
      `world ${escapeName(one.name)} {`,
      ...indent(one.items.flatMap(printWorldItem)),
      '}',
    ]),
  ]
}

function printFileUse({ path, as, ...notes }: FileUse): string[] {
  return [...noteLines(notes), `use ${printPath(path)}${as ? ` as ${escapeName(as.name)}` : ''};`]
}

function printInterfaceItem(item: InterfaceItem): string[] {
  switch (item.kind) {
    case 'use':
      return [
        ...noteLines(item),
        `use ${printPath(item.path)}.{${item.names.map(printRenaming).join(', ')}};`,
      ]
    case 'function':
      return printFunction(item)
    default:
      return printDefinition(item)
  }
}

function printWorldItem(item: WorldItemSyntax): string[] {
  switch (item.kind) {
    case 'include': {
      const names = item.with.map(printRenaming).join(', ')
      const line = `include ${printPath(item.path)}${names === '' ? ';' : ` with { ${names} }`}`
      return [...noteLines(item), line]
    }
    case 'extern':
      return [...noteLines(item), ...printExtern(item)]
    default:
      return printInterfaceItem(item)
  }
}

function printExtern({ direction, what }: ExternSyntax): string[] {
  switch (what.kind) {
    case 'path':
      return [`${direction} ${printPath(what.path)};`]
    case 'named-path':
      return [`${direction} ${escapeName(what.name)}: ${printPath(what.path)};`]
    case 'function':
      return [`${direction} ${escapeName(what.function.name)}: ${printSignature(what.function)};`]
    case 'interface':
      return [
        `${direction} ${escapeName(what.interface.name)}: interface {`,
        ...indent(what.interface.items.flatMap(printInterfaceItem)),
        '}',
      ]
    default:
      return what satisfies never
  }
}

function printDefinition(item: DefinitionSyntax): string[] {
  const notes = noteLines(item)
  const head = `${item.kind === 'alias' ? 'type' : item.kind} ${escapeName(item.name)}`
  switch (item.kind) {
    case 'alias':
      return [...notes, `${head} = ${printType(item.type)};`]
    case 'record':
      return [...notes, ...block(head, item.fields, printField)]
    case 'variant':
      return [
        ...notes,
        ...block(head, item.cases, ({ name, type }) =>
          type ? `${escapeName(name)}(${printType(type)})` : escapeName(name),
        ),
      ]
    case 'flags':
    case 'enum':
      return [...notes, ...block(head, item.names, ({ name }) => escapeName(name))]
    case 'resource':
      if (item.functions.length === 0) return [...notes, `${head};`]
      return [...notes, `${head} {`, ...indent(item.functions.flatMap(printFunction)), '}']
    default:
      return item satisfies never
  }
}

function block<T extends Item>(head: string, items: readonly T[], print: (item: T) => string): string[] {
  return [`${head} {`, ...indent(items.flatMap((item) => [...noteLines(item), `${print(item)},`])), '}']
}

function printFunction(item: FunctionSyntax): string[] {
  const notes = noteLines(item)
  if (item.binding === 'constructor') {
    const result = item.result ? ` -> ${printType(item.result)}` : ''
    return [...notes, `constructor(${item.params.map(printField).join(', ')})${result};`]
  }
  return [
    ...notes,
    `${escapeName(item.name)}: ${item.binding === 'static' ? 'static ' : ''}${printSignature(item)};`,
  ]
}

function printSignature({ isAsync, params, result }: FunctionSyntax): string {
  const head = `${isAsync ? 'async ' : ''}func(${params.map(printField).join(', ')})`
  return result ? `${head} -> ${printType(result)}` : head
}

function printField({ name, type }: FieldSyntax): string {
  return `${escapeName(name)}: ${printType(type)}`
}

function printType(type: TypeSyntax): string {
  switch (type.kind) {
    case 'named':
      return escapeName(type.name)
    case 'own':
    case 'borrow':
      return `${type.kind}<${escapeName(type.name)}>`
    case 'list':
      return `list<${printType(type.element)}${type.length === undefined ? '' : `, ${type.length}`}>`
    case 'option':
      return `option<${printType(type.element)}>`
    case 'tuple':
      return `tuple<${type.elements.map(printType).join(', ')}>`
    case 'map':
      return `map<${printType(type.key)}, ${printType(type.value)}>`
    case 'stream':
    case 'future':
      return type.element ? `${type.kind}<${printType(type.element)}>` : type.kind
    case 'result': {
      const ok = type.ok ? printType(type.ok) : '_'
      if (type.err) return `result<${ok}, ${printType(type.err)}>`
      return type.ok ? `result<${ok}>` : 'result'
    }
    default:
      return type.kind
  }
}

function printRenaming({ name, as }: Renaming): string {
  return as ? `${escapeName(name)} as ${escapeName(as.name)}` : escapeName(name)
}

function printPath({ name, package: from }: PathSyntax): string {
  if (!from) return escapeName(name)
  const version = from.version === undefined ? '' : `@${from.version}`
  return `${printParts(from.name)}/${escapeName(name)}${version}`
}

function printPackageName({ name, version }: PackageName): string {
  return packageId({ name: printParts(name), version })
}

function printParts(name: string): string {
  return escapeName(name)
}

function noteLines({ docs, since, unstable, deprecated, externalId }: Annotations): string[] {
  return [
    ...docLines({ docs }),
    ...(since === undefined ? [] : [`@since(version = ${since})`]),
    ...(unstable === undefined ? [] : [`@unstable(feature = ${escapeName(unstable)})`]),
    ...(deprecated === undefined ? [] : [`@deprecated(version = ${deprecated})`]),
    ...(externalId === undefined ? [] : [`@external-id(${quote(externalId)})`]),
  ]
}

function docLines({ docs }: Pick<PackageDeclaration, 'docs'>): string[] {
  return docs === undefined ? [] : docs.split('\n').map((line) => (line === '' ? '///' : `/// ${line}`))
}

function quote(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}\p{Cf}]/gu, (char) => {
    if (char === '"' || char === '\\') return `\\${char}`
    return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
  })
  return `"${escaped}"`
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`))
}
