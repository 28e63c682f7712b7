import type {
  ComponentFunction,
  DefinedResource,
  ResolvedInstance,
  RootItem,
} from '../../../../component/resolve/program.js'
import { AppError } from '../../../../core/errors.js'
import { camelCase, parseFunctionName, pascalCase } from '../abi/names.js'
import { hostCall } from './host-call.js'
import { liftedFunction } from './lift-function.js'
import { key, literal } from './names.js'
import type { Program } from './program.js'
import { classOf, ownerOf } from './resources.js'

/** Generated code for what a component exports. */
export interface ExportCode {
  /** Classes of the resources that the component defines, and the objects of its interfaces. */
  readonly statements: readonly string[]
  /** The object of all exports. */
  readonly object: string
}

/** Generates the exports of the root, and the classes of all resources that JavaScript may meet. */
export function generateExports(program: Program): ExportCode {
  const { exports } = program.input.component
  const classes = new Map<DefinedResource, ClassCode>()
  const statements: string[] = []
  const entries = exports.flatMap((item) => {
    if (item.kind === 'function')
      return [`${key(camelCase(item.name))}: ${exportedFunction(program, item.function)}`]
    const variable = program.once('exported', item, (name) => {
      statements.push(`const ${name} = ${interfaceObject(program, item.instance, classes)}`)
    })
    return [
      `${literal(item.name)}: ${variable}`,
      ...shortNames(exports, item).map((name) => `${name}: ${variable}`),
    ]
  })
  return {
    statements: [...resourceClasses(program, classes), ...statements],
    object: `{ ${entries.join(', ')} }`,
  }
}

/** The camelCase last part of an interface's name, where nothing else is called so. */
function shortNames(exports: readonly RootItem[], item: RootItem): string[] {
  const short = shortName(item)
  const isUnique = exports.every((other) => other === item || shortName(other) !== short)
  return isUnique && short !== item.name ? [key(short)] : []
}

function shortName({ name }: RootItem): string {
  const last = name.slice(name.lastIndexOf('/') + 1)
  const [label = last] = last.split('@')
  return camelCase(label)
}

interface ClassCode {
  readonly name: string
  constructorCall: string | undefined
  readonly members: string[]
}

function interfaceObject(
  program: Program,
  { exports }: ResolvedInstance,
  classes: Map<DefinedResource, ClassCode>,
): string {
  const own = new Map<string, ClassCode>()
  const properties: string[] = []
  for (const [name, item] of exports) {
    if (item.kind !== 'resource' || item.resource.kind !== 'defined-resource') continue
    const code = classes.get(item.resource) ?? {
      name: pascalCase(name),
      constructorCall: undefined,
      members: [],
    }
    if (!classes.has(item.resource)) own.set(name, code)
    classes.set(item.resource, code)
    properties.push(`${key(pascalCase(name))}: ${classOf(program, item.resource)}`)
  }
  for (const [name, item] of exports) {
    if (item.kind !== 'function') continue
    const parsed = parseFunctionName(name)
    const value = exportedFunction(program, item.function)
    if (parsed.kind === 'function') properties.push(`${key(camelCase(name))}: ${value}`)
    else addMember(own.get(parsed.resource), { name, value, arity: item.function.type.params.length })
  }
  return `{ ${properties.join(', ')} }`
}

function addMember(
  code: ClassCode | undefined,
  { name, value, arity }: { name: string; value: string; arity: number },
): void {
  const parsed = parseFunctionName(name)
  if (!code || parsed.kind === 'function') return
  const params = Array.from({ length: arity }, (_, index) => `arg${index}`)
  if (parsed.kind === 'constructor') {
    code.constructorCall = `constructor(${params.join(', ')}) { return ${value}(${params.join(', ')}) }`
    return
  }
  const rest = params.slice(1)
  const isStatic = parsed.kind === 'static'
  const shown = (isStatic ? params : rest).join(', ')
  const passed = isStatic ? shown : ['this', ...rest].join(', ')
  const member = classMember(camelCase(parsed.name), isStatic)
  code.members.push(`${member}(${shown}) { return ${value}(${passed}) }`)
}

/** How a method or static function is named in a class, which has two names of its own. */
function classMember(name: string, isStatic: boolean): string {
  if (!isStatic) return name === 'constructor' ? `['constructor']` : key(name)
  if (name !== 'prototype') return `static ${key(name)}`
  throw new AppError(
    'COMPONENT_UNSUPPORTED',
    'Cannot link component: a static function named "prototype" is not supported',
  )
}

/** An exported function; one that the component only passes on is the host's own. */
function exportedFunction(program: Program, callee: ComponentFunction): string {
  if (callee.kind === 'lift') return liftedFunction(program, callee, 'throws')
  const params = callee.type.params.map((_, index) => `arg${index}`)
  return `(${params.join(', ')}) => ${hostCall(program, callee, params)}`
}

/** The classes that are exported or that some lift or lower named; more may be named while they are generated. */
function resourceClasses(program: Program, classes: ReadonlyMap<DefinedResource, ClassCode>): string[] {
  const { resources, typeNames } = program.input.component
  return resources.flatMap((resource) => {
    if (resource.kind !== 'defined-resource' || !program.has('class', resource)) return []
    const name = typeNames.get(resource)?.name
    const code = classes.get(resource)
    const shown = literal(code?.name ?? (name === undefined ? `Resource${resource.id}` : pascalCase(name)))
    const variable = classOf(program, resource)
    ownerOf(program, resource)
    const lines = [
      code?.constructorCall ?? `constructor() { $noConstructor(${shown}) }`,
      ...(code?.members ?? []),
    ]
    return [
      `class ${variable} extends $GuestResource {\n${lines.map((line) => `  ${line}`).join('\n')}\n}`,
      `Object.defineProperty(${variable}, 'name', { value: ${shown} })`,
    ]
  })
}
