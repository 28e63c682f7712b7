import type { ImportedFunction } from '../../../../component/resolve/program.js'
import { camelCase, parseFunctionName } from '../abi/names.js'
import { member } from './names.js'
import type { Program } from './program.js'

/** The expression of a call of the host. Methods are looked up on their object, so that classes may be extended. */
export function hostCall(program: Program, callee: ImportedFunction, args: readonly string[]): string {
  const { interface: owner } = callee
  const name = parseFunctionName(callee.name)
  const list = args.join(', ')
  if (name.kind === 'function') {
    const host = program.host(`function ${owner ?? ''} ${name.name}`, { ...name, interface: owner })
    return `${host}(${list})`
  }
  const { resource } = name
  if (name.kind === 'constructor') return `new ${classBinding(program, owner, resource)}(${list})`
  const identity = `${name.kind} ${owner ?? ''} ${callee.name}`
  const standIn = program.host(identity, { kind: name.kind, interface: owner, resource, name: callee.name })
  const access = member(camelCase(name.name))
  const call =
    name.kind === 'static'
      ? `${classBinding(program, owner, resource)}${access}(${list})`
      : `${args[0] ?? ''}${access}(${args.slice(1).join(', ')})`
  return `(${standIn} === undefined ? ${call} : ${standIn}(${list}))`
}

/** The class that the host gives for a resource. */
export function classBinding(program: Program, owner: string | undefined, resource: string): string {
  return program.host(`class ${owner ?? ''} ${resource}`, { kind: 'class', interface: owner, resource })
}
