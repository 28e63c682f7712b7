import { isValidSubject, subjectMatches } from '../subject/subject-pattern.js'

/** Maps a subject to another; undefined where the transform does not apply to it. */
export type SubjectTransform = (subject: string) => string | undefined

/**
 * Prepares the transform of `source` (a pattern; empty means `>`) to `destination`, in which `{{wildcard(n)}}` and `$n`
 * stand for the n-th `*` of the source and `>` for its tail. An empty destination leaves the subject as it is.
 * Throws Error with a sentence where the destination is invalid or names a wildcard that the source does not have.
 */
export function createSubjectTransform(source: string, destination: string): SubjectTransform {
  const pattern = source === '' ? '>' : source
  const parts = destination === '' ? undefined : parseDestination(pattern, destination)
  return (subject) => {
    if (!subjectMatches(pattern, subject)) return undefined
    return parts ? applyParts(parts, pattern, subject) : subject
  }
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly index: number }
  | { readonly kind: 'tail' }

function parseDestination(pattern: string, destination: string): Part[] {
  const hasTail = (subject: string): boolean => subject.split('.').at(-1) === '>'
  const tokens = destination.split('.')
  const isValid = isValidSubject(destination.replace(/\{\{[^.]*?\}\}/g, 'x')) && !tokens.includes('*')
  if (!isValid || hasTail(pattern) !== hasTail(destination)) throw new Error('invalid subject')
  const wildcards = pattern.split('.').filter((token) => token === '*').length
  return tokens.map((token) => parsePart(token, wildcards))
}

function parsePart(token: string, wildcards: number): Part {
  if (token === '>') return { kind: 'tail' }
  const named = /^\{\{\s*wildcard\(\s*(\d+)\s*\)\s*\}\}$/i.exec(token) ?? /^\$(\d+)$/.exec(token)
  if (!named) {
    if (/^\{\{.*\}\}$/.test(token))
      throw new Error(`invalid mapping destination: unknown function in ${token}`)
    return { kind: 'text', text: token }
  }
  const index = Number(named[1])
  if (index < 1 || index > wildcards) {
    throw new Error(`invalid mapping destination: wildcard index out of range in ${token}: [${index}]`)
  }
  return { kind: 'wildcard', index }
}

function applyParts(parts: readonly Part[], pattern: string, subject: string): string {
  const tokens = subject.split('.')
  const expected = pattern.split('.')
  const wildcards = tokens.filter((_, index) => expected[index] === '*')
  const tail = expected.at(-1) === '>' ? tokens.slice(expected.length - 1).join('.') : ''
  return parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.text
        case 'wildcard':
          return wildcards[part.index - 1] ?? ''
        case 'tail':
          return tail
      }
    })
    .join('.')
}
