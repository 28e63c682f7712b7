/** Whether `subject` can be subscribed to: tokens are not empty, and `>` comes last. */
export function isValidSubject(subject: string): boolean {
  if (/[ \t\r\n]/.test(subject)) return false
  const tokens = subject.split('.')
  return tokens.every((token, index) => token !== '' && (token !== '>' || index === tokens.length - 1))
}

/** Whether `subject` has no wildcard token. */
export function isLiteralSubject(subject: string): boolean {
  return !subject.split('.').some((token) => token === '*' || token === '>')
}

/** Whether the filter, which may have wildcards, matches the literal subject. */
export function subjectMatches(filter: string, subject: string): boolean {
  if (filter === '>' || filter === subject) return true
  const [wanted, given] = [filter.split('.'), subject.split('.')]
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index
    if (index >= given.length) return false
    if (token !== '*' && token !== given[index]) return false
  }
  return wanted.length === given.length
}

/** Whether `filter` matches every subject that `part` matches; both may have wildcards. */
export function isSubjectSubset(part: string, filter: string): boolean {
  const [wanted, given] = [filter.split('.'), part.split('.')]
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return given.length > index
    if (index >= given.length || given[index] === '>') return false
    if (token === '*') continue
    if (given[index] === '*' || token !== given[index]) return false
  }
  return wanted.length === given.length
}

/** Whether some literal subject is matched by both; both may have wildcards. */
export function subjectsOverlap(one: string, other: string): boolean {
  const [left, right] = [one.split('.'), other.split('.')]
  const length = Math.max(left.length, right.length)
  for (let index = 0; index < length; index++) {
    const [a, b] = [left[index], right[index]]
    if (a === '>') return b !== undefined
    if (b === '>') return a !== undefined
    if (a === undefined || b === undefined) return false
    if (a !== '*' && b !== '*' && a !== b) return false
  }
  return true
}
