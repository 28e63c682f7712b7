/**
 * Subjects and patterns. A subject is a list of tokens joined by dots; in a pattern `*` stands for one token and a final
 * `>` for one or more. Subjects are latin1 strings (one char per byte).
 */

/** Whether `subject` may be subscribed to: no empty token, no white space, `>` at the end only. */
export function isValidSubject(subject: string): boolean {
  if (subject === '' || /[ \t\r\n\0]/.test(subject)) return false
  const tokens = subject.split('.')
  return tokens.every((token, index) => token !== '' && (token !== '>' || index === tokens.length - 1))
}

/** Whether `subject` holds no wildcard token. */
export function isLiteralSubject(subject: string): boolean {
  if (!subject.includes('*') && !subject.includes('>')) return true
  return !subject.split('.').some((token) => token === '*' || token === '>')
}

/** Whether `pattern` covers the literal `subject`. */
export function subjectMatches(pattern: string, subject: string): boolean {
  if (pattern === '>' || pattern === subject) return true
  const expected = pattern.split('.')
  const tokens = subject.split('.')
  for (const [index, token] of expected.entries()) {
    if (token === '>') return tokens.length > index
    if (index >= tokens.length) return false
    if (token !== '*' && token !== tokens[index]) return false
  }
  return expected.length === tokens.length
}

/** Whether some literal subject is covered by both patterns. */
export function subjectsCollide(one: string, other: string): boolean {
  const left = one.split('.')
  const right = other.split('.')
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [a, b] = [left[index], right[index]]
    if (a === '>') return b !== undefined
    if (b === '>') return a !== undefined
    if (a === undefined || b === undefined) return false
    if (a !== '*' && b !== '*' && a !== b) return false
  }
  return true
}

/** Whether every subject that `inner` covers is covered by `outer`. */
export function isSubsetPattern(inner: string, outer: string): boolean {
  const covered = inner.split('.')
  const covering = outer.split('.')
  for (const [index, token] of covering.entries()) {
    if (token === '>') return covered.length > index
    const own = covered[index]
    if (own === undefined || own === '>') return false
    if (token !== '*' && token !== own) return false
  }
  return covering.length === covered.length
}

/** A predicate for `pattern`, prepared for many calls. */
export function compilePattern(pattern: string): (subject: string) => boolean {
  if (pattern === '>' || pattern === '') return () => true
  if (isLiteralSubject(pattern)) return (subject) => subject === pattern
  const prefix = pattern.slice(0, -1)
  if (pattern.endsWith('.>') && isLiteralSubject(prefix.slice(0, -1))) {
    return (subject) => subject.length > prefix.length && subject.startsWith(prefix)
  }
  return (subject) => subjectMatches(pattern, subject)
}
