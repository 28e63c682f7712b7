import { AppError } from '../core/errors.js'
import { linkKeyOf } from '../host/engine/built-in-interfaces.js'
import { explainImports } from '../host/engine/explain-imports.js'
import type { RpcTarget } from '../host/rpc-exchange.js'
import { camelLabel } from '../wit/labels.js'
import type { World } from '../wit/model.js'
import { isSameInterface } from '../host/calls/exported-function.js'
import { linkedFunctions } from './linked-functions.js'

/** Stands for a function of an imported interface: gets values, returns one or throws the error of a result. */
export type FakeFunction = (...args: never[]) => unknown

/** Functions of an interface by their names in camelCase; those that a test does not need may be left out. */
export type FakeInterface = Readonly<Record<string, FakeFunction>>

/** Something else that answers, such as another component. */
export interface FakeTarget {
  readonly target: RpcTarget
}

/** What stands for the imports of a component, by the names of interfaces, with or without version. */
export type FakeImports = Readonly<Record<string, FakeInterface | FakeTarget>>

/** The fakes by what links of a host would list. */
export type FakesByLink = ReadonlyMap<string, FakeInterface | FakeTarget>

/** Whether it answers by itself. */
export function isFakeTarget(fake: FakeInterface | FakeTarget): fake is FakeTarget {
  return typeof fake['target'] === 'object'
}

/**
 * Sorts the fakes by what the component calls over links. Throws COMPONENT_IMPORTS_MISSING with every import that is neither
 * built in nor replaced, and FAKE_INVALID for fakes of what it does not import.
 */
export function sortFakes(world: World, imports: FakeImports): FakesByLink {
  const fakes = new Map<string, FakeInterface | FakeTarget>()
  for (const [name, fake] of Object.entries(imports)) {
    // A blobstore's three interfaces go over links as one.
    const fitting = world.imports.filter(
      (item) => isSameInterface(item.name, name) || linkKeyOf(item.name) === name,
    )
    if (fitting.length === 0) throw unknownInterface(world, name)
    for (const item of fitting) {
      if (!isFakeTarget(fake)) checkFunctions(world, item.name, fake)
      fakes.set(linkKeyOf(item.name), fake)
    }
  }
  const lacking = explainImports(world).flatMap((one) => {
    if (one.kind === 'built-in' || (one.kind === 'link' && fakes.has(one.link))) return []
    return one.kind === 'link' ? one.name : `${one.name} (${one.reason})`
  })
  if (lacking.length === 0) return fakes
  throw new AppError('COMPONENT_IMPORTS_MISSING', `Nothing stands for ${lacking.join(', ')}`, {
    hint: 'Give functions for them: loadComponent(file, { imports: { … } })',
  })
}

function unknownInterface(world: World, name: string): AppError {
  const links = explainImports(world).flatMap((one) => (one.kind === 'link' ? one.name : []))
  const hint =
    links.length === 0 ? 'It imports nothing that can be replaced' : `It imports ${links.join(', ')}`
  return new AppError('FAKE_INVALID', `The component does not import ${name}`, { hint })
}

function checkFunctions(world: World, name: string, fake: FakeInterface): void {
  const known = linkedFunctions(world, name).map((declared) => camelLabel(declared.name))
  const wrong = Object.keys(fake).filter((given) => !known.includes(given))
  if (wrong.length === 0) return
  const hint = known.length === 0 ? 'It has none that can be replaced' : `It has ${known.join(', ')}`
  throw new AppError('FAKE_INVALID', `${name} has no function ${wrong.join(', ')}`, { hint })
}
