/** Bytes that are no values of their types. */
export class WireError extends Error {
  override readonly name = 'WireError'
  readonly reason: string
  /** Where in the bytes. */
  readonly offset: number
  /** Whether more bytes could mend it. */
  readonly isIncomplete: boolean
  /** Leads to the value from the whole: `params.0.name`; undefined where it is not known. */
  readonly path: string | undefined

  constructor(reason: string, offset: number, isIncomplete = false, path?: string) {
    super(`${path === undefined ? '' : `${path}: `}${reason}, at byte ${offset}`)
    this.reason = reason
    this.offset = offset
    this.isIncomplete = isIncomplete
    this.path = path
  }
}

/** A JavaScript value that is none of its type; `path` leads to it from the whole: `params.0.name`. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
  readonly path: string

  constructor(path: string, expected: string, value: unknown) {
    super(`${path}: expected ${expected}, got ${describeValue(value)}`)
    this.path = path
  }
}

function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object'
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`
  return typeof value === 'bigint' ? `${value}n` : String(value as number | boolean)
}
