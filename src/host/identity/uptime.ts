const units: readonly (readonly [seconds: number, singular: string, plural: string])[] = [
  [31_557_600, 'year', 'years'],
  [2_630_016, 'month', 'months'],
  [86_400, 'day', 'days'],
  [3_600, 'h', 'h'],
  [60, 'm', 'm'],
  [1, 's', 's'],
]

/** A duration in whole seconds as humantime writes it: `2m 21s`, `3days 4h`, `0s`. */
export function formatUptime(uptimeSeconds: number): string {
  const parts: string[] = []
  let rest = uptimeSeconds
  for (const [seconds, singular, plural] of units) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count}${count === 1 ? singular : plural}`)
  }
  return parts.length === 0 ? '0s' : parts.join(' ')
}
