import { asynchronousComponent, invalidComponent, quote, unsupportedComponent } from './invalid-component.js'

/**
 * The grammar of names, by the specification. Names reach generated source and log lines, so they are checked here,
 * once, where they are decoded: after that a label is letters, digits and hyphens.
 */
const word = '[a-z][0-9a-z]*(?:-[0-9a-z]+)*'
// Written so that a fragment can be matched in one way only: no name makes the matching slow.
const fragment = '(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)'
const label = `${fragment}(?:-(?:[0-9]+${fragment}?|${fragment}))*`
const number = '(?:0|[1-9][0-9]*)'
const preRelease = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const semver = `${number}\\.${number}\\.${number}(?:-${preRelease}(?:\\.${preRelease})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`
const canonicalVersion = '(?:[1-9][0-9]*|0\\.[1-9][0-9]*|0\\.0\\.(?:0|[1-9][0-9]*))'

const labelShape = new RegExp(`^${label}$`)
const functionShape = new RegExp(
  `^(?:\\[constructor\\](${label})|\\[(?:method|static)\\](${label})\\.(${label}))$`,
)
const interfaceShape = new RegExp(`^${word}:${word}/${label}(?:@${semver})?$`)
const shortenedShape = new RegExp(`^${word}:${word}/${label}@${canonicalVersion}$`)

/** What the name of an import or export is. */
export type ExternNameKind = 'label' | 'resource-function' | 'interface'

/** Checks a label: the name of a field, case, flag or parameter. Returns it. */
export function checkLabel(name: string, what: string, offset: number): string {
  if (!labelShape.test(name))
    throw invalidComponent(`the ${what} ${quote(name)} is not a valid label`, offset)
  return name
}

/** Checks the name of an import or export and says what it is. */
export function checkExternName(name: string, offset: number): ExternNameKind {
  if (labelShape.test(name)) return 'label'
  if (functionShape.test(name)) return 'resource-function'
  if (interfaceShape.test(name)) return 'interface'
  throw refusedName(name, offset)
}

/** What two names of one scope must not have in common: case does not tell them apart, nor does [method] or [static]. */
export function uniqueKey(name: string): string {
  const lower = name.toLowerCase()
  const match = /^\[(?:method|static)\]([^.]+)\.(.+)$/.exec(lower)
  if (!match) return lower
  const [, resource, member] = match
  return resource === member ? `${member}` : `${resource}.${member}`
}

function refusedName(name: string, offset: number): Error {
  if (/^\[async\b/.test(name)) return asynchronousComponent(`the name ${quote(name)}`, offset)
  const form = /^(url|integrity|relative-url|locked-dep|unlocked-dep)=/.exec(name)?.[1]
  if (form !== undefined) {
    return unsupportedComponent(`the name ${quote(name)} of the form ${form}=<...> is`, offset)
  }
  if (shortenedShape.test(name)) {
    return unsupportedComponent(`the name ${quote(name)} with a shortened version is`, offset)
  }
  return invalidComponent(`${quote(name)} is not a valid name of an import or export`, offset)
}
