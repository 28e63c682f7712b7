import { unversioned } from '../interface-name.js'
import type { World, WorldItem } from '../model.js'
import type { WireFunction, WireInterface } from '../wire/wire-interface.js'
import { wireFormOf } from '../wire/wire-form.js'
import { key, printTsDefinition, printTsType } from './print-type.js'
import { TypeNames } from './type-names.js'

/** An interface as links name it, and as it is called. */
interface LinkedInterface {
  readonly link: string
  readonly wire: WireInterface
}

/**
 * A module of TypeScript for a provider of that world: types of what it exports (serves) and imports (calls), and `world`, of
 * which defineProvider() of washi/provider makes a provider.
 */
export function printProviderModule(world: World): string {
  const names = new TypeNames()
  const sides = { exports: linkedOf(world.exports), imports: linkedOf(world.imports) }
  const exported = printSide('Exports', 'What the provider serves.', { side: sides.exports, names })
  const imported = printSide('Imports', 'What it calls on the targets of its links.', {
    side: sides.imports,
    names,
  })
  // Printing a definition may name others.
  const definitions: string[] = []
  for (let index = 0; index < names.entries().length; index += 1) {
    const [name, type] = names.entries()[index] ?? []
    if (name !== undefined && type)
      definitions.push(`export type ${name} = ${printTsDefinition(type, names)}`)
  }
  return [
    `// Made from ${world.name ?? 'WIT'} by "washi wit types"; made anew where that changes.`,
    `import { providerWorld } from 'washi/provider'`,
    '',
    ...definitions.flatMap((text) => [text, '']),
    exported,
    '',
    imported,
    '',
    '/** The world of the provider: how its functions are called. */',
    `export const world = providerWorld<Exports, Imports>(${JSON.stringify(sides, undefined, 2)})`,
    '',
  ].join('\n')
}

function linkedOf(items: readonly WorldItem[]): readonly LinkedInterface[] {
  return items.flatMap((item) => {
    if (item.kind !== 'interface') return []
    const wire = wireFormOf(item)
    return wire.functions.length === 0 ? [] : [{ link: unversioned(item.name), wire }]
  })
}

function printSide(
  name: string,
  comment: string,
  { side, names }: { readonly side: readonly LinkedInterface[]; readonly names: TypeNames },
): string {
  const body = side.flatMap(({ link, wire }) => [
    `  '${link}': {`,
    ...wire.functions.map((each) => `    ${printFunction(each, names)}`),
    '  }',
  ])
  return [`/** ${comment} */`, `export interface ${name} {`, ...body, '}'].join('\n')
}

/** The ok side of a result is returned, and the other thrown. */
function printFunction({ name, params, result }: WireFunction, names: TypeNames): string {
  const list = params
    .map((param) => `${parameterName(param.name)}: ${printTsType(param.type, names)}`)
    .join(', ')
  const returned = result?.kind === 'result' ? result.ok : result
  const thrown =
    result?.kind === 'result' && result.err
      ? `/** @throws {ComponentError} with ${printTsType(result.err, names)} */ `
      : ''
  return `${thrown}${key(name)}(${list}): ${returned === undefined ? 'void' : printTsType(returned, names)}`
}

function parameterName(label: string): string {
  const name = key(label)
  return reservedWords.has(name) ? `${name}_` : name
}

const reservedWords = new Set([
  ...[
    'break',
    'case',
    'catch',
    'class',
    'const',
    'continue',
    'default',
    'delete',
    'do',
    'else',
    'enum',
    'export',
  ],
  ...[
    'extends',
    'false',
    'finally',
    'for',
    'function',
    'if',
    'import',
    'in',
    'new',
    'null',
    'return',
    'super',
  ],
  ...[
    'switch',
    'this',
    'throw',
    'true',
    'try',
    'typeof',
    'var',
    'void',
    'while',
    'with',
    'yield',
    'let',
    'static',
  ],
  ...['await', 'arguments', 'eval', 'interface', 'package', 'private', 'protected', 'public', 'implements'],
])
