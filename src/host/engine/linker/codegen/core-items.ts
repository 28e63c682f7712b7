import type { CoreExport, CoreInstance, CoreItem } from '../../../../component/resolve/program.js'
import { AppError } from '../../../../core/errors.js'
import type { FlatType } from '../abi/layout.js'
import { functionType } from '../core-module/core-module.js'
import { literal, member } from './names.js'
import type { Program } from './program.js'

/** The variable that holds the exports of a core instance. */
export function instanceName(program: Program, instance: CoreInstance): string {
  return program.once('core', instance, (name) => program.declare(`let ${name}`))
}

/** The variable that holds a core item once its instance is there. */
export function itemName(program: Program, item: CoreItem): string {
  const target = program.input.plan.follow(item)
  if (target.kind !== 'export') return program.input.coreFunction(program, target)
  const { instance, name } = target
  return program.once('item', `${instance.id} ${name}`, (variable) => {
    program.declare(`let ${variable}`)
    const statements = program.afterInstance.get(instance) ?? []
    program.afterInstance.set(instance, [...statements, `${variable} = ${exportOf(program, target)}`])
  })
}

/** The expression of an item as an import of a core instance, while only the instances of `made` are there. */
export function argumentOf(program: Program, item: CoreItem, made: ReadonlySet<CoreInstance>): string {
  const target = program.input.plan.follow(item)
  if (target.kind !== 'export') return program.input.coreFunction(program, target)
  if (made.has(target.instance)) return exportOf(program, target)
  // A removed shim stood between the two: the call is passed on to what will be there when it comes.
  const params = arity(program, target)
  const list =
    params === undefined ? '...args' : Array.from({ length: params }, (_, index) => `arg${index}`).join(', ')
  return `(${list}) => ${itemName(program, target)}(${list})`
}

/** A signature that a core function has to have. */
export interface CoreSignature {
  readonly what: string
  readonly params: readonly FlatType[]
  readonly results: readonly FlatType[]
}

const flatCodes: Readonly<Record<FlatType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c }

/** The variable of a core function, of which it is checked that its module has it with that signature. */
export function functionName(program: Program, item: CoreItem, signature: CoreSignature): string {
  const target = program.input.plan.follow(item)
  if (target.kind === 'export') checkSignature(program, target, signature)
  return itemName(program, item)
}

function checkSignature(program: Program, { instance, name }: CoreExport, signature: CoreSignature): void {
  const scan = program.input.scans[instance.module]
  const entry = scan?.exports.get(name)
  if (!scan || entry?.kind !== 'function') {
    throw new AppError(
      'COMPONENT_INVALID',
      `Cannot link component: ${signature.what} is no function of its module`,
    )
  }
  const type = functionType(scan, entry.index)
  if (!type) return
  const isSame = (codes: readonly number[], flats: readonly FlatType[]): boolean =>
    codes.length === flats.length && flats.every((flat, index) => codes[index] === flatCodes[flat])
  if (isSame(type.params, signature.params) && isSame(type.results, signature.results)) return
  throw new AppError(
    'COMPONENT_INVALID',
    `Cannot link component: ${signature.what} does not have the type that it needs`,
  )
}

function exportOf(program: Program, { instance, name }: CoreExport): string {
  return `${instanceName(program, instance)}[${literal(name)}]`
}

function arity(program: Program, { instance, name }: CoreExport): number | undefined {
  const scan = program.input.scans[instance.module]
  const entry = scan?.exports.get(name)
  return scan && entry?.kind === 'function' ? functionType(scan, entry.index)?.params.length : undefined
}

/** Expressions of what a reset restores: the memories and the mutable globals of all core instances. */
export function stateExpressions(
  program: Program,
  state: (module: number) => { readonly memory: string | undefined; readonly globals: readonly string[] },
): { readonly memories: string[]; readonly globals: string[] } {
  const { instances } = program.input.plan
  const access = (instance: CoreInstance, name: string): string =>
    instanceName(program, instance) + member(name)
  return {
    memories: instances.flatMap((instance) => {
      const { memory } = state(instance.module)
      return memory === undefined ? [] : [access(instance, memory)]
    }),
    globals: instances.flatMap((instance) =>
      state(instance.module).globals.map((name) => access(instance, name)),
    ),
  }
}
