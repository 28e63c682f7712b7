import { readdir, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** Whether a path has a wildcard in it. */
export function isGlob(text: string): boolean {
  return /[*?[\]{}]/.test(text)
}

/**
 * The files that a pattern names, sorted: `*` and `?` within a part of a path, `**` for any number of folders,
 * `[a-z]`, `{one,two}`. Names that begin with a dot are found where the pattern's part does too. Links to folders are not
 * followed by `**`. Folders that cannot be read hold nothing.
 */
export async function expandGlob(pattern: string): Promise<readonly string[]> {
  const found = new Set<string>()
  for (const plain of expandBraces(pattern)) {
    const parts = plain.split(/[\\/]/)
    const isAbsolute = parts[0] === ''
    for (const file of await walk(isAbsolute ? sep : '', isAbsolute ? parts.slice(1) : parts)) found.add(file)
  }
  return [...found].sort()
}

function expandBraces(pattern: string): readonly string[] {
  const match = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(pattern)
  if (!match) return [pattern]
  const [, before = '', choices = '', after = ''] = match
  return choices.split(',').flatMap((choice) => expandBraces(`${before}${choice}${after}`))
}

async function walk(folder: string, [part = '', ...rest]: readonly string[]): Promise<readonly string[]> {
  if (part === '**') return await walkDeep(folder, rest)
  if (!isGlob(part)) return await step(join(folder, part), rest)
  const matches = matcherOf(part)
  const names = (await namesIn(folder)).filter(({ name }) => matches(name))
  return (await Promise.all(names.map(({ name }) => step(join(folder, name), rest)))).flat()
}

async function walkDeep(folder: string, rest: readonly string[]): Promise<readonly string[]> {
  const here = await walk(folder, rest.length === 0 ? ['*'] : rest)
  const folders = (await namesIn(folder)).filter(({ name, isFolder }) => isFolder && !name.startsWith('.'))
  const below = await Promise.all(folders.map(({ name }) => walkDeep(join(folder, name), rest)))
  return [...here, ...below.flat()]
}

async function step(path: string, rest: readonly string[]): Promise<readonly string[]> {
  if (rest.length > 0) return await walk(path, rest)
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false, // gone, or never there
  )
  return isFile ? [path] : []
}

async function namesIn(
  folder: string,
): Promise<readonly { readonly name: string; readonly isFolder: boolean }[]> {
  try {
    const entries = await readdir(folder === '' ? '.' : folder, { withFileTypes: true })
    return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
  } catch {
    // No folder, or one that this user may not read: nothing matches there.
    return []
  }
}

function matcherOf(part: string): (name: string) => boolean {
  const source = part.replace(/\[!?[^\]]*\]|[*?]|[^*?[]+|\[/g, (piece) => {
    if (piece === '*') return '[^/]*'
    if (piece === '?') return '[^/]'
    if (piece.length > 1 && piece.startsWith('[')) return piece.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
    return piece.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
  })
  const expression = new RegExp(`^${source}$`, 'u')
  return (name) => expression.test(name) && (part.startsWith('.') || !name.startsWith('.'))
}
