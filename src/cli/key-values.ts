import { AppError } from '../core/errors.js'

/** Splits each `key=value` at its first `=`. Throws USAGE_INVALID for what has none. */
export function parseKeyValues(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)]
      throw new AppError('USAGE_INVALID', `Not of the form key=value: "${pair}"`)
    }),
  )
}
