import { compilePattern, isLiteralSubject } from './subject-pattern.js'

/** The union of zero or more patterns; no pattern means every subject. */
export interface SubjectFilter {
  readonly patterns: readonly string[]
  /** The patterns, where all of them are literal subjects: they can be looked up instead of compared. */
  readonly literals: readonly string[] | undefined
  matches(subject: string): boolean
}

/** Prepares a filter for many comparisons. */
export function createSubjectFilter(patterns: readonly string[]): SubjectFilter {
  const tests = patterns.map(compilePattern)
  const literals = patterns.length > 0 && patterns.every(isLiteralSubject) ? patterns : undefined
  const [only] = tests
  if (only === undefined) return { patterns, literals, matches: () => true }
  if (tests.length === 1) return { patterns, literals, matches: only }
  return { patterns, literals, matches: (subject) => tests.some((test) => test(subject)) }
}

/** The filter that every subject passes. */
export const everySubject: SubjectFilter = createSubjectFilter([])
