/** The order of two semantic versions: negative where `a` comes first. Build metadata does not count. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  const byNumber = compareLists(left.numbers, right.numbers)
  if (byNumber !== 0) return byNumber
  if (left.pre.length === 0 || right.pre.length === 0) return right.pre.length - left.pre.length
  return compareLists(left.pre, right.pre)
}

function partsOf(version: string): { readonly numbers: readonly string[]; readonly pre: readonly string[] } {
  const [core = ''] = version.split('+')
  const dash = core.indexOf('-')
  return dash < 0
    ? { numbers: core.split('.'), pre: [] }
    : { numbers: core.slice(0, dash).split('.'), pre: core.slice(dash + 1).split('.') }
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index]
    if (other === undefined) return 1
    const order = compareParts(part, other)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** Numbers come before words, and go by their value. */
function compareParts(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
  if (isNumber && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : a > b ? 1 : 0
}
