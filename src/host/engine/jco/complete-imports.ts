import { unversioned } from '../../../wit/interface-name.js'
import type { WitFunction, WitInterface, World } from '../../../wit/model.js'
import { camelCase, pascalCase } from '../linker/abi/names.js'
import type {
  ComponentImports,
  ImportedInterface,
  InstanceOptions,
  MissingFunction,
} from '../linker/component-instance.js'
import { missingClass } from '../linker/link-imports.js'

/** Stands in for what is missing; refuses it where the caller does not. */
type StandIn = (interfaceName: string | undefined, functionName: string) => MissingFunction

/**
 * The imports of a world as jco's code takes them: interfaces without version as well as with it, functions of the world as
 * defaults of modules, and stand-ins for what `imports` lacks.
 */
export function completeImports(
  world: World,
  imports: ComponentImports,
  { onMissing = refuse }: InstanceOptions,
): ComponentImports {
  const complete: Record<string, ImportedInterface> = {}
  for (const item of world.imports) {
    if (item.kind === 'function') {
      const given = imports[item.name]
      const call = typeof given === 'function' ? given : onMissing(undefined, item.name)
      complete[item.name] = { default: call }
      continue
    }
    const whole = completeInterface(item, imports[item.name] ?? {}, onMissing)
    complete[item.name] = whole
    complete[unversioned(item.name)] ??= whole
  }
  return complete
}

function completeInterface(
  item: WitInterface,
  given: ImportedInterface,
  standIn: StandIn,
): ImportedInterface {
  const whole: Record<string, unknown> = { ...given }
  for (const resource of item.resources)
    whole[pascalCase(resource)] ??= classOfStandIns(item, resource, standIn)
  for (const declared of item.functions) {
    if (declared.binding.kind === 'free')
      whole[camelCase(declared.name)] ??= standIn(item.name, declared.name)
  }
  return whole
}

/** A class that whatever the guest is given passes for, with everything that its interface says of it. */
function classOfStandIns(item: WitInterface, resource: string, standIn: StandIn): unknown {
  const created = missingClass(standIn(item.name, `[constructor]${resource}`))
  for (const declared of item.functions) {
    const { binding } = declared
    if (binding.kind === 'free' || binding.resource !== resource) continue
    const call = standIn(item.name, declared.name)
    const name = camelCase(memberName(declared))
    if (binding.kind === 'static') Object.defineProperty(created, name, { value: call })
    if (binding.kind !== 'method') continue
    const value = function (this: unknown, ...args: unknown[]): unknown {
      return call(this, ...args)
    }
    Object.defineProperty(created.prototype, name, { value })
  }
  return created
}

/** `get` of `[method]fields.get`. */
function memberName({ name }: WitFunction): string {
  return name.slice(name.indexOf('.') + 1)
}

function refuse(interfaceName: string | undefined, functionName: string): never {
  throw new Error(`Nothing stands for the import ${functionName} of ${interfaceName ?? 'the world'}`)
}
