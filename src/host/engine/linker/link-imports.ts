import { AppError } from '../../../core/errors.js'
import { isVersionCompatible, parseInterfaceName, unversioned } from '../../../wit/interface-name.js'
import { camelCase, parseFunctionName, pascalCase } from './abi/names.js'
import type { ComponentImports, InstanceOptions, MissingFunction } from './component-instance.js'
import type { HostBinding } from './prepared-component.js'

/**
 * The values that generated code expects from the host, in the order of `bindings`. Throws COMPONENT_IMPORTS_MISSING
 * that lists everything that `imports` lacks, unless `onMissing` stands in for it.
 */
export function linkImports(
  bindings: readonly HostBinding[],
  imports: ComponentImports,
  { onMissing }: InstanceOptions,
): unknown[] {
  const missing: HostBinding[] = []
  const providers = new Map<string, unknown>()
  const provider = (name: string): unknown => {
    if (!providers.has(name)) providers.set(name, findInterface(imports, name))
    return providers.get(name)
  }
  const values = bindings.map((binding) => {
    const source = binding.interface === undefined ? imports : provider(binding.interface)
    const found = findValue(source, binding)
    if (found.isThere) return found.value
    if (!onMissing) missing.push(binding)
    return onMissing ? standIn(binding, onMissing) : undefined
  })
  if (missing.length > 0) throw missingImports(missing, (name) => provider(name) !== undefined)
  return values
}

/** What the host gives for an interface: under its own name, a compatible version of it, or no version at all. */
export function findInterface(imports: ComponentImports, name: string): unknown {
  if (Object.hasOwn(imports, name)) return unwrap(imports[name])
  const wanted = parseInterfaceName(name)?.version
  const base = unversioned(name)
  const fitting = Object.keys(imports).find((offered) => {
    if (unversioned(offered) !== base) return false
    return offered === base || isVersionCompatible(wanted, parseInterfaceName(offered)?.version)
  })
  return fitting === undefined ? undefined : unwrap(imports[fitting])
}

/** Whatever is no object or function is not there. */
function unwrap(value: unknown): unknown {
  return (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined
}

interface Found {
  readonly isThere: boolean
  /** Undefined for methods and static functions: they are looked up when they are called. */
  readonly value: unknown
}

const absent: Found = { isThere: false, value: undefined }

function findValue(source: unknown, binding: HostBinding): Found {
  switch (binding.kind) {
    case 'function':
      return found(worldFunction(source, binding) ?? property(source, camelCase(binding.name)))
    case 'class':
      return found(property(source, pascalCase(binding.resource)))
    case 'static':
    case 'method': {
      const type = property(source, pascalCase(binding.resource))
      const owner = binding.kind === 'static' ? type : property(type, 'prototype')
      const parsed = parseFunctionName(binding.name)
      const name = parsed.kind === 'static' || parsed.kind === 'method' ? camelCase(parsed.name) : ''
      return { isThere: typeof property(owner, name) === 'function', value: undefined }
    }
    default:
      return binding satisfies never
  }
}

/** A function that the world imports by itself: as such, or as the default export of a module. */
function worldFunction(source: unknown, binding: HostBinding & { readonly kind: 'function' }): unknown {
  if (binding.interface !== undefined) return undefined
  const given = property(source, binding.name)
  return typeof given === 'function' ? given : property(given, 'default')
}

function found(value: unknown): Found {
  return typeof value === 'function' ? { isThere: true, value } : absent
}

function property(object: unknown, name: string): unknown {
  if (unwrap(object) === undefined) return undefined
  return (object as Readonly<Record<string, unknown>>)[name] // an object or function, as was just seen
}

function standIn(binding: HostBinding, onMissing: NonNullable<InstanceOptions['onMissing']>): unknown {
  if (binding.kind !== 'class') return onMissing(binding.interface, binding.name)
  return missingClass(onMissing(binding.interface, `[constructor]${binding.resource}`))
}

/** A class that no object of the host can be of; whatever is passed off as one is taken for one. */
export function missingClass(construct: MissingFunction): { readonly prototype: object } {
  return class {
    constructor(...args: unknown[]) {
      construct(...args)
    }

    static [Symbol.hasInstance](): boolean {
      return true
    }
  }
}

function missingImports(
  missing: readonly HostBinding[],
  isThere: (interfaceName: string) => boolean,
): AppError {
  const byInterface = new Map<string | undefined, string[]>()
  for (const binding of missing) {
    const name = binding.kind === 'class' ? `resource ${binding.resource}` : binding.name
    byInterface.set(binding.interface, [...(byInterface.get(binding.interface) ?? []), name])
  }
  const parts = [...byInterface].map(([name, functions]) => {
    const list = functions.join(', ')
    if (name === undefined) return list
    return isThere(name) ? `${list} of ${name}` : `${name} (${list})`
  })
  return new AppError(
    'COMPONENT_IMPORTS_MISSING',
    `Cannot link component: the host does not provide ${parts.join('; ')}`,
    { hint: 'Link the component to a provider of these interfaces, or remove the imports' },
  )
}
