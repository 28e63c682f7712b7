import { invalidComponent, quote } from '../binary/invalid-component.js'
import type { Extern, FunctionType, ResourceType } from './types.js'

/** The names that resources have among the imports or exports of one component. */
export class ResourceNames {
  readonly #names = new Map<ResourceType, string>()
  readonly #all = new Set<string>()

  add(resource: ResourceType, name: string): void {
    this.#names.set(resource, name)
    this.#all.add(name)
  }

  has(name: string): boolean {
    return this.#all.has(name)
  }

  nameOf(resource: ResourceType): string | undefined {
    return this.#names.get(resource)
  }
}

/**
 * Checks a function named `[constructor]r`, `[method]r.f` or `[static]r.f`: `r` has to be a resource of the same scope,
 * which a constructor returns and which a method takes first, as `self`. Other names pass.
 */
export function checkResourceFunction(
  name: string,
  extern: Extern,
  { names, offset }: { readonly names: ResourceNames; readonly offset: number },
): void {
  const [, kind, resource] = /^\[(constructor|method|static)\]([^.]+)/.exec(name) ?? []
  if (kind === undefined || resource === undefined) return
  if (extern.sort !== 'function') throw invalidComponent(`${quote(name)} is no function`, offset)
  if (!names.has(resource)) {
    throw invalidComponent(`${quote(name)} belongs to no resource`, offset)
  }
  if (kind === 'constructor') checkConstructor(name, resource, extern.type, { names, offset })
  if (kind === 'method') checkMethod(name, resource, extern.type, { names, offset })
}

interface Context {
  readonly names: ResourceNames
  readonly offset: number
}

function checkConstructor(
  name: string,
  resource: string,
  { result }: FunctionType,
  { names, offset }: Context,
): void {
  const made = result?.kind === 'result' ? result.ok : result
  if (made?.kind === 'own' && names.nameOf(made.resource) === resource) return
  throw invalidComponent(`${quote(name)} does not return its resource`, offset)
}

function checkMethod(
  name: string,
  resource: string,
  { params }: FunctionType,
  { names, offset }: Context,
): void {
  const [self] = params
  const { type } = self ?? {}
  if (self?.name === 'self' && type?.kind === 'borrow' && names.nameOf(type.resource) === resource) return
  throw invalidComponent(`${quote(name)} does not take its resource as "self"`, offset)
}
