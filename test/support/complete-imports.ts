import { camelCase, parseFunctionName, pascalCase } from '#washi/host/engine/linker/abi/names.js'
import type { World } from '#washi/wit/model.js'

/** The given imports by unversioned names, and for all else that a world imports functions that throw: jco needs them. */
export function completeImports(
  world: World,
  imports: Readonly<Record<string, object>>,
): Readonly<Record<string, object>> {
  const complete: Record<string, object> = { ...imports }
  for (const item of world.imports) {
    if (item.kind !== 'interface') continue
    const [name = ''] = item.name.split('@')
    const missing = (): never => {
      throw new Error(`${name} is not there`)
    }
    const given: Record<string, unknown> = { ...imports[name] }
    for (const resource of item.resources) given[pascalCase(resource)] ??= class {}
    for (const declared of item.functions) {
      const parsed = parseFunctionName(declared.name)
      if (parsed.kind === 'function') given[camelCase(parsed.name)] ??= missing
      if (parsed.kind !== 'method' && parsed.kind !== 'static') continue
      const type = given[pascalCase(parsed.resource)] as { prototype: object }
      const owner = parsed.kind === 'static' ? type : type.prototype
      if (!(camelCase(parsed.name) in owner)) Object.assign(owner, { [camelCase(parsed.name)]: missing })
    }
    complete[name] = given
  }
  return complete
}
