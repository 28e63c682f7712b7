import { parseInterfaceName } from './interface-name.js'
import type { Field, ResourceName, ValueType, WitFunction, WitInterface, World, WorldItem } from './model.js'

/** A world as WIT text: its imports and exports, then the interfaces that they name, package by package. */
export function printWorld(world: World): string {
  const items = [
    ...world.imports.map((item) => ['import', item] as const),
    ...world.exports.map((item) => ['export', item] as const),
  ]
  const root = [
    'package root:component;',
    '',
    'world root {',
    ...items.map(([role, item]) => printItem(role, item)),
    '}',
  ]
  return `${[root.join('\n'), ...printPackages(items.map(([, item]) => item))].join('\n\n')}\n`
}

function printItem(role: 'import' | 'export', item: WorldItem): string {
  if (item.kind === 'function') return `  ${role} ${item.name}: ${printSignature(item.function)};`
  if (parseInterfaceName(item.name)) return `  ${role} ${item.name};`
  return `  ${role} ${item.name}: interface {\n${printBody(item, '    ')}\n  }`
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
      ([name, item]) => `  interface ${name} {\n${printBody(item, '    ')}\n  }`,
    )
    return `package ${id} {\n${bodies.join('\n')}\n}`
  })
}

function printBody(item: WitInterface, indent: string): string {
  const lines = [
    ...printUses(item),
    ...item.types.flatMap((type) => printDefinition(type)),
    ...item.resources.flatMap((resource) => printResource(item, resource)),
    ...item.functions
      .filter(({ binding }) => binding.kind === 'free')
      .map((f) => `${f.name}: ${printSignature(f)};`),
  ]
  return lines.map((line) => `${indent}${line}`).join('\n')
}

/** Named types of other interfaces that functions and types of this one mention. */
function printUses(item: WitInterface): string[] {
  const uses = new Map<string, Set<string>>()
  const note = ({
    name,
    interface: owner,
  }: {
    readonly name?: string | undefined
    readonly interface?: string | undefined
  }): void => {
    if (name === undefined || owner === undefined || owner === item.name) return
    uses.set(owner, (uses.get(owner) ?? new Set()).add(name))
  }
  for (const type of item.types) visitTypes(type, note)
  for (const { params, result } of item.functions) {
    for (const { type } of params) visitTypes(type, note)
    if (result) visitTypes(result, note)
  }
  return [...uses].map(([owner, names]) => `use ${owner}.{${[...names].join(', ')}};`)
}

function visitTypes(
  type: ValueType,
  note: (named: ResourceName | { name?: string | undefined; interface?: string | undefined }) => void,
): void {
  if (type.kind === 'own' || type.kind === 'borrow') return note(type.resource)
  if ('name' in type) note(type)
  for (const part of partsOf(type)) visitTypes(part, note)
}

function partsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case 'record':
      return type.fields.map((field) => field.type)
    case 'variant':
      return type.cases.flatMap((one) => one.type ?? [])
    case 'list':
    case 'option':
      return [type.element]
    case 'tuple':
      return type.elements
    case 'result':
      return [type.ok ?? [], type.err ?? []].flat()
    default:
      return []
  }
}

function printDefinition(type: ValueType): string[] {
  switch (type.kind) {
    case 'record':
      return [
        `record ${type.name} {`,
        ...type.fields.map((field) => `  ${field.name}: ${printType(field.type)},`),
        '}',
      ]
    case 'variant': {
      const cases = type.cases.map((one) => `  ${one.name}${one.type ? `(${printType(one.type)})` : ''},`)
      return [`variant ${type.name} {`, ...cases, '}']
    }
    case 'flags':
    case 'enum':
      return [`${type.kind} ${type.name} {`, ...type.names.map((name) => `  ${name},`), '}']
    default:
      return []
  }
}

function printResource({ functions }: WitInterface, resource: string): string[] {
  const own = functions.filter(({ binding }) => binding.kind !== 'free' && binding.resource === resource)
  if (own.length === 0) return [`resource ${resource};`]
  return [`resource ${resource} {`, ...own.map((f) => `  ${printMember(f)}`), '}']
}

function printMember(f: WitFunction): string {
  const { kind } = f.binding
  if (kind === 'constructor') return `constructor(${printParams(f.params)});`
  const name = f.name.slice(f.name.indexOf('.') + 1)
  if (kind === 'static') return `${name}: static ${printSignature(f)};`
  return `${name}: ${printSignature({ ...f, params: f.params.slice(1) })};`
}

function printSignature({ params, result }: Pick<WitFunction, 'params' | 'result'>): string {
  return `func(${printParams(params)})${result ? ` -> ${printType(result)}` : ''}`
}

function printParams(params: readonly Field[]): string {
  return params.map(({ name, type }) => `${name}: ${printType(type)}`).join(', ')
}

function printType(type: ValueType): string {
  switch (type.kind) {
    case 'own':
      return type.resource.name
    case 'borrow':
      return `borrow<${type.resource.name}>`
    case 'list':
      return type.length === undefined
        ? `list<${printType(type.element)}>`
        : `list<${printType(type.element)}, ${type.length}>`
    case 'option':
      return `option<${printType(type.element)}>`
    case 'tuple':
      return `tuple<${type.elements.map(printType).join(', ')}>`
    case 'result':
      return printResult(type.ok, type.err)
    case 'record':
    case 'variant':
    case 'flags':
    case 'enum':
      return type.name ?? type.kind
    default:
      return type.kind
  }
}

function printResult(ok: ValueType | undefined, err: ValueType | undefined): string {
  if (!ok && !err) return 'result'
  if (!err) return `result<${ok ? printType(ok) : '_'}>`
  return `result<${ok ? printType(ok) : '_'}, ${printType(err)}>`
}
