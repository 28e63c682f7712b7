import type { CoreArgument, CoreInstance, ResolvedComponent } from '../../../../component/resolve/program.js'
import type { LinkPlan } from '../bypass-shims.js'
import type { ScannedModule } from '../core-module/core-module.js'
import type { StateExports } from '../core-module/rewrite-core-module.js'
import type { HostBinding } from '../prepared-component.js'
import { runtimeNames } from '../runtime/runtime.js'
import { argumentOf, instanceName, stateExpressions } from './core-items.js'
import { generateExports } from './exports.js'
import { coreFunction } from './lower-function.js'
import { key } from './names.js'
import { Program } from './program.js'

/** What a component is generated from. */
export interface GenerateInput {
  readonly component: ResolvedComponent
  readonly plan: LinkPlan
  readonly scans: readonly ScannedModule[]
  /** What the rewritten modules export for resets, in the order of the component. */
  readonly states: readonly StateExports[]
}

/** The generated code, and what the host must give it. */
export interface GeneratedSource {
  readonly source: string
  readonly bindings: readonly HostBinding[]
}

/**
 * Generates the body of a function of `runtime` that returns the factory of instances: (modules, hostValues, snapshot)
 * => { exports, reset, memories, globals }. The only strings of the component in it are escaped literals and names
 * that were made of labels.
 */
export function generateSource({ component, plan, scans, states }: GenerateInput): GeneratedSource {
  const program = new Program({ component, plan, scans, coreFunction })
  const creations = generateInstances(program)
  const exported = generateExports(program)
  const instantiation = plan.instances.flatMap((instance, index) => [
    creations[index] ?? '',
    ...(program.afterInstance.get(instance) ?? []),
  ])
  const hosts = program.namesOf('host')
  const body = [
    `const { ${runtimeNames.join(', ')} } = runtime`,
    ...program.constants,
    '',
    'return (modules, hostValues, snapshot) => {',
    ...(hosts.length > 0 ? [`const [${hosts.join(', ')}] = hostValues`] : []),
    'let stringLength = 0',
    ...program.declarations,
    '',
    ...program.functions,
    '',
    ...exported.statements,
    ...instantiation,
    ...generateReset(program, states),
    ...[...program.namesOf('state'), ...program.namesOf('running')].map((name) => `${name} = 0`),
    `return { exports: ${exported.object}, reset, memories, globals }`,
    '}',
  ]
  return { source: `'use strict'\n${body.join('\n')}\n`, bindings: program.bindings }
}

function generateInstances(program: Program): string[] {
  const made = new Set<CoreInstance>()
  return program.input.plan.instances.map((instance) => {
    const args = instance.args.map(
      (argument) => `${key(argument.name)}: ${namespaceOf(program, argument, made)}`,
    )
    const variable = instanceName(program, instance)
    made.add(instance)
    return `${variable} = new $Instance(modules[${instance.module}], { ${args.join(', ')} }).exports`
  })
}

function namespaceOf(program: Program, { from }: CoreArgument, made: ReadonlySet<CoreInstance>): string {
  if (from.kind === 'instance') return instanceName(program, from.instance)
  const items = [...from.items].map(([name, item]) => `${key(name)}: ${argumentOf(program, item, made)}`)
  return `{ ${items.join(', ')} }`
}

/** The function that puts an instance back to how it was after instantiation; it does nothing while a call runs. */
function generateReset(program: Program, states: readonly StateExports[]): string[] {
  const { memories, globals } = stateExpressions(
    program,
    (module) => states[module] ?? { memory: undefined, globals: [] },
  )
  const running = [...program.namesOf('state'), ...program.namesOf('running')].map((name) => `${name} !== 0`)
  return [
    `const memories = [${memories.join(', ')}]`,
    `const globals = [${globals.join(', ')}]`,
    'const reset = () => {',
    `  if (${['snapshot === undefined', ...running].join(' || ')}) return false`,
    '  if (!$restoreSnapshot(snapshot, memories, globals)) return false',
    ...program.namesOf('owner').map((name) => `  ${name}.life++`),
    ...program.namesOf('handles').map((name) => `  $clearHandles(${name})`),
    '  return true',
    '}',
  ]
}
