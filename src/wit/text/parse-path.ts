import type { PackageDeclaration, PackageName, PathSyntax } from './syntax.js'
import type { TokenReader } from './token-reader.js'

/** Reads `package namespace:name@version`. Throws WIT_INVALID. */
export function parsePackageDeclaration(reader: TokenReader): PackageDeclaration {
  const { at, docs } = reader.expect('package')
  const first = reader.identifier('the namespace of the package')
  if (!reader.is(':')) throw reader.unexpected('":" and the name of the package')
  let name = first.name
  while (reader.takeIf(':')) name += `:${reader.identifier('the name of the package').name}`
  while (reader.takeIf('/')) name += `/${reader.identifier('the name of the package').name}`
  return { ...withVersion(reader, name), at, ...(docs !== undefined && { docs }) }
}

/** Reads `id` or `namespace:package/id@version`. Throws WIT_INVALID. */
export function parsePath(reader: TokenReader): PathSyntax {
  const { name: first, at } = reader.identifier('the name of an interface or world')
  if (!reader.is(':')) return { name: first, at }
  let packageName = first
  while (reader.takeIf(':')) packageName += `:${reader.identifier('the name of a package').name}`
  if (!reader.is('/')) {
    throw reader.fail(
      at,
      `"${packageName}" is a package; expected "/" and the name of an interface or world of it`,
    )
  }
  const parts: string[] = []
  while (reader.takeIf('/')) parts.push(reader.identifier('the name of an interface or world').name)
  const name = parts.pop() ?? ''
  return { name, at, package: withVersion(reader, [packageName, ...parts].join('/')) }
}

/** Whether a path comes next, and not a name with a colon and what it names. */
export function startsPath(reader: TokenReader): boolean {
  const colon = reader.after(reader.next)
  if (colon.text !== ':') return true
  const second = reader.after(colon)
  if (second.kind === 'keyword') return false
  const { text } = reader.after(second)
  if (text === '/') return true
  // `a:b` in one is a package, as in `import a:b;`, which parsePath() refuses; `a: b` is a name and an interface.
  return reader.next.end === colon.at && colon.end === second.at
}

function withVersion(reader: TokenReader, name: string): PackageName {
  return reader.takeIf('@') ? { name, version: reader.version() } : { name }
}
