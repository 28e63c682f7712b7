import type { DefinedResource, Resource } from '../../../../component/resolve/program.js'
import { pascalCase } from '../abi/names.js'
import { functionName, type CoreSignature } from './core-items.js'
import { classBinding } from './host-call.js'
import { handlesOf, stateOf } from './memories.js'
import { literal } from './names.js'
import type { Program } from './program.js'
import type { ValueContext } from './value-context.js'

/** A handle type. */
export interface HandleType {
  readonly kind: 'own' | 'borrow'
  readonly resource: Resource
}

/** The class of a resource: one that the host gives, or a generated one (see exports.ts). */
export function classOf(program: Program, resource: Resource): string {
  if (resource.kind === 'defined-resource') return program.once('class', resource, () => undefined)
  return classBinding(program, resource.interface, resource.name)
}

/** What stands behind the wrappers of a resource that the component defines. */
export function ownerOf(program: Program, resource: DefinedResource): string {
  return program.once('owner', resource, (name) => {
    const destructor = destructorOf(program, resource)
    const state = stateOf(program, resource.component)
    program.declare(`const ${name} = $createOwner((representation) => {
  if (${state} !== 0) $cannotEnter()
  ${state} = 1
  ${destructor === undefined ? '' : `${destructor}(representation)`}
  ${state} = 0
})`)
  })
}

/** The guest's destructor of a resource, if it has one. */
export function destructorOf(program: Program, { destructor }: DefinedResource): string | undefined {
  return destructor && functionName(program, destructor, destructorSignature)
}

const destructorSignature: CoreSignature = { what: 'a destructor', params: ['i32'], results: [] }

/** The name of a resource for messages. */
function shownName(program: Program, resource: Resource): string {
  const name =
    resource.kind === 'imported-resource'
      ? resource.name
      : (program.input.component.typeNames.get(resource)?.name ?? `resource-${resource.id}`)
  return literal(`a live ${pascalCase(name)}`)
}

/** Whether handles of the resource in the table of `component` hold representations. */
function isDefinedBy(resource: DefinedResource, component: number): boolean {
  return resource.component === component
}

/** The resource object of a handle that the guest gave, as a name. */
export function liftHandle(
  { program, options, code, lent }: ValueContext,
  type: HandleType,
  handle: string,
): string {
  const { resource } = type
  const table = handlesOf(program, options.component)
  const taken =
    type.kind === 'borrow'
      ? `$getHandle(${table}, ${resource.id}, ${handle})`
      : lent === undefined
        ? `$takeHandle(${table}, ${resource.id}, ${handle})`
        : `$takeUnlentHandle(${table}, ${resource.id}, ${handle}, ${lent})`
  if (type.kind === 'borrow' && lent !== undefined) code.line(`${lent}.push(${handle})`)
  if (resource.kind === 'imported-resource' || !isDefinedBy(resource, options.component)) {
    return code.hoist('value', taken)
  }
  const wrap = type.kind === 'own' ? '$wrapOwned' : '$wrapBorrowed'
  return code.hoist(
    'value',
    `${wrap}(${classOf(program, resource)}, ${ownerOf(program, resource)}, ${taken})`,
  )
}

/** The expression of the handle for a resource object that the guest gets. */
export function lowerHandle(
  { program, options, code }: ValueContext,
  type: HandleType,
  value: string,
): string {
  const { resource, kind } = type
  const table = handlesOf(program, options.component)
  const what = shownName(program, resource)
  if (resource.kind === 'imported-resource') {
    code.line(`if (!(${value} instanceof ${classOf(program, resource)})) $expected(${what}, ${value})`)
    return addHandle(table, type, value)
  }
  const owner = ownerOf(program, resource)
  if (isDefinedBy(resource, options.component)) {
    if (kind === 'borrow') return `$representationOf(${value}, ${owner}, ${what})`
    return addHandle(table, type, `$releaseOwned(${value}, ${owner}, ${what})`)
  }
  if (kind === 'own') {
    const moved = `$transferOwned(${classOf(program, resource)}, ${owner}, ${value}, ${what})`
    return addHandle(table, type, moved)
  }
  code.line(`$representationOf(${value}, ${owner}, ${what})`)
  return addHandle(table, type, value)
}

/** The expression that puts a value into a handle table, owned or lent to the running call. */
function addHandle(table: string, { kind, resource: { id } }: HandleType, value: string): string {
  if (kind === 'borrow') return `$lendHandle(${table}, ${id}, ${value})`
  return `$addHandle(${table}, ${id * 2 + 1}, ${value})`
}
