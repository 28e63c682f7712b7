import { isKeyword } from './lexer.js'

/** A name or path as WIT text has it: with `%` before the parts that would be keywords. */
export function escapeName(name: string): string {
  const at = name.indexOf('@')
  const [parts, version] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)]
  return `${parts.replace(/[^:/]+/g, (part) => (isKeyword(part) ? `%${part}` : part))}${version}`
}
