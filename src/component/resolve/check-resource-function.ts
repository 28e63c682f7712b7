import { invalidComponent, quote } from '../binary/invalid-component.js'
import type { Entity } from './entities.js'
import type { ResolvedType, Resource } from './program.js'

/**
 * Checks a function named `[constructor]r`, `[method]r.f` or `[static]r.f`: `r` has to be a resource of the same scope,
 * which a constructor returns and which a method takes first, as `self`. Other names and sorts pass.
 */
export function checkResourceFunction(
  name: string,
  { sort, entity }: Entity,
  scope: ReadonlyMap<string, Entity>,
  offset: number,
): void {
  const [, kind, resourceName] = /^\[(constructor|method|static)\]([^.]+)/.exec(name) ?? []
  if (sort !== 'function' || kind === undefined || resourceName === undefined) return
  const owner = scope.get(resourceName)
  if (owner?.sort !== 'type' || owner.entity.kind !== 'resource') {
    throw invalidComponent(`${quote(name)} belongs to no resource`, offset)
  }
  const { resource } = owner.entity
  const { params, result } = entity.type
  if (kind === 'constructor' && !makes(result, resource)) {
    throw invalidComponent(`${quote(name)} does not return its resource`, offset)
  }
  if (kind === 'method') {
    const [self] = params
    const isSelf = self?.name === 'self' && self.type.kind === 'borrow' && self.type.resource === resource
    if (!isSelf) throw invalidComponent(`${quote(name)} does not take its resource as "self"`, offset)
  }
}

function makes(result: ResolvedType | undefined, resource: Resource): boolean {
  if (result?.kind === 'result') return makes(result.ok, resource)
  return result?.kind === 'own' && result.resource === resource
}
