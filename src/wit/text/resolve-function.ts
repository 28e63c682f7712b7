import type { Field, ValueType, WitFunction } from '../model.js'
import type { ItemScope } from './item-scope.js'
import type { FunctionSyntax, Identifier } from './syntax.js'
import { directParts } from './type-size.js'

/** A function of an interface or world. Throws WIT_INVALID. */
export function resolveFunction(scope: ItemScope, syntax: FunctionSyntax): WitFunction {
  return {
    name: syntax.name,
    binding: { kind: 'free' },
    ...signature(scope, syntax, syntax.params.length === 0 ? [] : scope.fields(syntax.params, 'parameter')),
  }
}

/** The functions of a resource, with the names that a binary has for them. Throws WIT_INVALID. */
export function resolveMembers(
  scope: ItemScope,
  resource: Identifier,
  members: readonly FunctionSyntax[],
): { readonly syntax: FunctionSyntax; readonly function: WitFunction }[] {
  const included = members.filter((member) => scope.isIncluded(member, member.at))
  scope.requireDistinct(
    included.filter(({ binding }) => binding !== 'constructor'),
    'method',
  )
  const [, second] = included.filter(({ binding }) => binding === 'constructor')
  if (second) throw scope.fail(second.at, `the resource "${resource.name}" has two constructors`)
  return included.map((syntax) => ({ syntax, function: resolveMember(scope, resource, syntax) }))
}

function resolveMember(scope: ItemScope, owner: Identifier, syntax: FunctionSyntax): WitFunction {
  const { binding } = syntax
  const params = scope.fields(syntax.params, 'parameter')
  const resource = scope.resource(owner)
  switch (binding) {
    case 'constructor': {
      const result = resolveConstructed(scope, owner, syntax)
      return {
        name: `[constructor]${owner.name}`,
        binding: { kind: 'constructor', resource: owner.name },
        params,
        result,
      }
    }
    case 'method': {
      const [clash] = syntax.params.filter(({ name }) => name.toLowerCase() === 'self')
      if (clash) throw scope.fail(clash.at, 'a method has a parameter "self" already')
      const self: Field = { name: 'self', type: { kind: 'borrow', resource } }
      return {
        name: `[method]${owner.name}.${syntax.name}`,
        binding: { kind: 'method', resource: owner.name },
        ...signature(scope, syntax, [self, ...params]),
      }
    }
    case 'static':
    case 'free':
      return {
        name: `[static]${owner.name}.${syntax.name}`,
        binding: { kind: 'static', resource: owner.name },
        ...signature(scope, syntax, params),
      }
    default:
      return binding satisfies never
  }
}

/** What a constructor returns: the resource, or a result of it where it says so. */
function resolveConstructed(scope: ItemScope, owner: Identifier, { result }: FunctionSyntax): ValueType {
  const resource = scope.resource(owner)
  if (!result) return { kind: 'own', resource }
  const type = scope.type(result)
  if (type.kind === 'result' && type.ok?.kind === 'own' && isSame(type.ok.resource, resource)) return type
  throw scope.fail(
    result.at,
    `a constructor of "${owner.name}" returns nothing else, or result<${owner.name}, ...>`,
  )
}

function isSame(
  a: { readonly name: string; readonly interface?: string | undefined },
  b: { readonly name: string; readonly interface?: string | undefined },
): boolean {
  return a.name === b.name && a.interface === b.interface
}

function signature(
  scope: ItemScope,
  syntax: FunctionSyntax,
  params: readonly Field[],
): Pick<WitFunction, 'params' | 'result' | 'isAsync'> {
  const result = syntax.result && scope.type(syntax.result)
  if (syntax.result && result && holdsBorrow(result, new Set())) {
    throw scope.fail(syntax.result.at, 'a function cannot return a borrowed resource')
  }
  return { params, ...(result && { result }), ...(syntax.isAsync && { isAsync: true }) }
}

function holdsBorrow(type: ValueType, seen: Set<ValueType>): boolean {
  if (type.kind === 'borrow') return true
  if (seen.has(type)) return false
  seen.add(type)
  return directParts(type).some((part) => holdsBorrow(part, seen))
}
