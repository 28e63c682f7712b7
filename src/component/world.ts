import type {
  FunctionKind,
  TypeAlias,
  ValueType,
  WitFunction,
  WitInterface,
  World,
  WorldItem,
} from '../wit/model.js'
import type {
  FunctionType,
  InstanceItem,
  ResolvedComponent,
  ResolvedInstance,
  ResolvedType,
  ResolvedTypeName,
  Resource,
  RootItem,
} from './resolve/program.js'

/** What a resolved component imports and exports, as plain data. */
export function toWorld({ imports, exports, typeNames }: ResolvedComponent): World {
  const types = new TypeWriter(typeNames)
  const toItem = (item: RootItem): WorldItem =>
    item.kind === 'instance'
      ? toInterface(item.name, item.instance, types)
      : { kind: 'function', name: item.name, function: toFunction(item.name, item.function.type, types) }
  return { imports: imports.map(toItem), exports: exports.map(toItem) }
}

function toInterface(name: string, { exports }: ResolvedInstance, types: TypeWriter): WitInterface {
  const items = [...exports]
  const aliases = items.flatMap(([itemName, item]) => toAlias({ owner: name, name: itemName }, item, types))
  return {
    kind: 'interface',
    name,
    functions: items.flatMap(([itemName, item]) =>
      item.kind === 'function' ? toFunction(itemName, item.function.type, types) : [],
    ),
    resources: items.flatMap(([itemName, item]) => {
      if (item.kind !== 'resource') return []
      const owner = types.nameOf(item.resource)
      return owner?.interface === name && owner.name === itemName ? itemName : []
    }),
    types: items.flatMap(([itemName, item]) => {
      if (item.kind !== 'type') return []
      const owner = types.nameOf(item.type)
      return owner?.interface === name && owner.name === itemName && isNamed(item.type)
        ? types.write(item.type)
        : []
    }),
    ...(aliases.length > 0 && { aliases }),
  }
}

/** Another name for a type: one without a name of its own, or one that the interface itself defines under another. */
function toAlias(
  { owner, name }: { readonly owner: string; readonly name: string },
  item: InstanceItem,
  types: TypeWriter,
): TypeAlias[] {
  if (item.kind === 'resource') {
    const own = types.nameOf(item.resource)
    if (own?.interface !== owner || own.name === name) return []
    return [{ name, type: { kind: 'own', resource: own } }]
  }
  if (item.kind !== 'type') return []
  if (!isNamed(item.type)) return [{ name, type: types.write(item.type) }]
  const own = types.nameOf(item.type)
  return own?.interface === owner && own.name !== name ? [{ name, type: types.write(item.type) }] : []
}

function toFunction(name: string, type: FunctionType, types: TypeWriter): WitFunction {
  return {
    name,
    binding: parseBinding(name),
    params: type.params.map((param) => ({ name: param.name, type: types.write(param.type) })),
    ...(type.result && { result: types.write(type.result) }),
  }
}

/** What a function is by its name: `[method]fields.get` is bound to the resource `fields`. */
export function parseBinding(name: string): FunctionKind {
  const match = /^\[(constructor|method|static)\]([^.]+)/.exec(name)
  if (!match) return { kind: 'free' }
  const [, kind, resource = ''] = match
  return { kind: kind as 'constructor' | 'method' | 'static', resource } // as matched
}

function isNamed(type: ResolvedType): boolean {
  return type.kind === 'record' || type.kind === 'variant' || type.kind === 'flags' || type.kind === 'enum'
}

/** Writes resolved types as those of the model; types that are used twice are written once. */
class TypeWriter {
  readonly #names: ResolvedComponent['typeNames']
  readonly #written = new Map<ResolvedType, ValueType>()

  constructor(names: ResolvedComponent['typeNames']) {
    this.#names = names
  }

  nameOf(type: ResolvedType | Resource): ResolvedTypeName | undefined {
    return this.#names.get(type)
  }

  write(type: ResolvedType): ValueType {
    const known = this.#written.get(type)
    if (known) return known
    const written = this.#convert(type)
    this.#written.set(type, written)
    return written
  }

  #convert(type: ResolvedType): ValueType {
    const name = this.#names.get(type)
    switch (type.kind) {
      case 'record': {
        const fields = type.fields.map((field) => ({ name: field.name, type: this.write(field.type) }))
        return { kind: 'record', ...name, fields }
      }
      case 'variant': {
        const cases = type.cases.map((each) => ({
          name: each.name,
          ...(each.type && { type: this.write(each.type) }),
        }))
        return { kind: 'variant', ...name, cases }
      }
      case 'flags':
      case 'enum':
        return { kind: type.kind, ...name, names: type.names }
      case 'list':
        return {
          kind: 'list',
          element: this.write(type.element),
          ...(type.length !== undefined && { length: type.length }),
        }
      case 'option':
        return { kind: 'option', element: this.write(type.element) }
      case 'tuple':
        return { kind: 'tuple', elements: type.elements.map((element) => this.write(element)) }
      case 'result':
        return {
          kind: 'result',
          ...(type.ok && { ok: this.write(type.ok) }),
          ...(type.err && { err: this.write(type.err) }),
        }
      case 'own':
      case 'borrow':
        return {
          kind: type.kind,
          resource: this.#names.get(type.resource) ?? { name: `resource-${type.resource.id}` },
        }
      default:
        return { kind: type.kind }
    }
  }
}
