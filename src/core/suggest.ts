/** The candidate nearest to what was typed, if it is near enough to be meant. */
export function suggest(typed: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(typed.length / 3))
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of [...candidates].sort()) {
    const distance = editDistance(typed, candidate)
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate
}

/** Insertions, deletions and replacements of one character that lead from `a` to `b`; a swap of neighbours is one. */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? at(row - 2, column - 2) + 1
          : Infinity
      current.push(Math.min(replaced, at(row - 1, column) + 1, at(row, column - 1) + 1, swapped))
    }
  }
  return at(a.length, b.length)
}
