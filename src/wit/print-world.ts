import { parseInterfaceName } from './interface-name.js'
import type { Field, ValueType, WitFunction, WitInterface, World, WorldItem } from './model.js'
import { escapeName } from './text/print-name.js'
import { LocalNames } from './text/local-names.js'

/** A world as WIT text: its imports and exports, then the interfaces that they name, package by package. */
export function printWorld(world: World): string {
  const items = [
    ...world.imports.map((item) => ['import', item] as const),
    ...world.exports.map((item) => ['export', item] as const),
  ]
  const functions = items.flatMap(([, item]) => (item.kind === 'function' ? item.function : []))
  const names = new LocalNames({ own: undefined, types: [], resources: [], functions })
  const root = [
    'package root:component;',
    '',
    'world root {',
    ...[...names.uses(), ...names.strays().flatMap((type) => printDefinition(type, names))].map(
      (line) => `  ${line}`,
    ),
    ...items.map(([role, item]) => printItem(role, item, names)),
    '}',
  ]
  return `${[root.join('\n'), ...printPackages(items.map(([, item]) => item))].join('\n\n')}\n`
}

function printItem(role: 'import' | 'export', item: WorldItem, names: LocalNames): string {
  if (item.kind === 'function') {
    return `  ${role} ${escapeName(item.name)}: ${printSignature(item.function, names)};`
  }
  if (parseInterfaceName(item.name)) return `  ${role} ${escapeName(item.name)};`
  return `  ${role} ${escapeName(item.name)}: interface {\n${printBody(item, '    ')}\n  }`
}

/** Interfaces of one package stand together; one that is both imported and exported, once. */
function printPackages(items: readonly WorldItem[]): string[] {
  const packages = new Map<string, Map<string, WitInterface>>()
  for (const item of items) {
    const name = item.kind === 'interface' ? parseInterfaceName(item.name) : undefined
    if (item.kind !== 'interface' || !name) continue
    const id = `${name.namespace}:${name.package}${name.version === undefined ? '' : `@${name.version}`}`
    const interfaces = packages.get(id) ?? new Map<string, WitInterface>()
    packages.set(id, interfaces.set(name.interface, interfaces.get(name.interface) ?? item))
  }
  return [...packages].map(([id, interfaces]) => {
    const bodies = [...interfaces].map(
      ([name, item]) => `  interface ${escapeName(name)} {\n${printBody(item, '    ')}\n  }`,
    )
    return `package ${escapeName(id)} {\n${bodies.join('\n')}\n}`
  })
}

function printBody(item: WitInterface, indent: string): string {
  const names = new LocalNames({ ...item, own: item.name })
  const lines = [
    ...names.uses(),
    ...item.types.flatMap((type) => printDefinition(type, names)),
    ...item.resources.flatMap((resource) => printResource(item, resource, names)),
    ...(item.aliases ?? []).map(({ name, type }) => `type ${escapeName(name)} = ${printType(type, names)};`),
    ...item.functions
      .filter(({ binding }) => binding.kind === 'free')
      .map((f) => `${escapeName(f.name)}: ${printSignature(f, names)};`),
  ]
  return lines.map((line) => `${indent}${line}`).join('\n')
}

function printDefinition(type: ValueType, names: LocalNames): string[] {
  switch (type.kind) {
    case 'record':
      return [
        `record ${names.of(type)} {`,
        ...type.fields.map((field) => `  ${escapeName(field.name)}: ${printType(field.type, names)},`),
        '}',
      ]
    case 'variant': {
      const cases = type.cases.map(
        (one) => `  ${escapeName(one.name)}${one.type ? `(${printType(one.type, names)})` : ''},`,
      )
      return [`variant ${names.of(type)} {`, ...cases, '}']
    }
    case 'flags':
    case 'enum':
      return [`${type.kind} ${names.of(type)} {`, ...type.names.map((name) => `  ${escapeName(name)},`), '}']
    default:
      return []
  }
}

function printResource({ functions }: WitInterface, resource: string, names: LocalNames): string[] {
  const own = functions.filter(({ binding }) => binding.kind !== 'free' && binding.resource === resource)
  const name = escapeName(resource)
  if (own.length === 0) return [`resource ${name};`]
  return [`resource ${name} {`, ...own.map((f) => `  ${printMember(f, names)}`), '}']
}

function printMember(f: WitFunction, names: LocalNames): string {
  const { kind } = f.binding
  if (kind === 'constructor') {
    const result = f.result?.kind === 'result' ? ` -> ${printType(f.result, names)}` : ''
    return `constructor(${printParams(f.params, names)})${result};`
  }
  const name = escapeName(f.name.slice(f.name.indexOf('.') + 1))
  if (kind === 'static') return `${name}: static ${printSignature(f, names)};`
  return `${name}: ${printSignature({ ...f, params: f.params.slice(1) }, names)};`
}

function printSignature(
  { params, result, isAsync }: Pick<WitFunction, 'params' | 'result' | 'isAsync'>,
  names: LocalNames,
): string {
  const head = `${isAsync === true ? 'async ' : ''}func(${printParams(params, names)})`
  return result ? `${head} -> ${printType(result, names)}` : head
}

function printParams(params: readonly Field[], names: LocalNames): string {
  return params.map(({ name, type }) => `${escapeName(name)}: ${printType(type, names)}`).join(', ')
}

function printType(type: ValueType, names: LocalNames): string {
  const print = (inner: ValueType): string => printType(inner, names)
  switch (type.kind) {
    case 'own':
      return names.of(type.resource)
    case 'borrow':
      return `borrow<${names.of(type.resource)}>`
    case 'list':
      return `list<${print(type.element)}${type.length === undefined ? '' : `, ${type.length}`}>`
    case 'option':
      return `option<${print(type.element)}>`
    case 'tuple':
      return `tuple<${type.elements.map(print).join(', ')}>`
    case 'stream':
    case 'future':
      return type.element ? `${type.kind}<${print(type.element)}>` : type.kind
    case 'result': {
      const ok = type.ok ? print(type.ok) : '_'
      if (type.err) return `result<${ok}, ${print(type.err)}>`
      return type.ok ? `result<${ok}>` : 'result'
    }
    case 'record':
    case 'variant':
    case 'flags':
    case 'enum':
      return names.of(type)
    default:
      return type.kind
  }
}
