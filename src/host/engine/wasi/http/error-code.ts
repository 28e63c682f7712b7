/** `wasi:http/types.error-code`; the payload, where a case has one, is in `val`. */
export interface ErrorCode {
  readonly tag: string
  readonly val?: unknown
}

/** `internal-error` with a text. */
export function internalError(text: string): ErrorCode {
  return { tag: 'internal-error', val: text }
}

/** The code with its payload, for logs: `internal-error: out of luck`. */
export function describeErrorCode({ tag, val }: ErrorCode): string {
  if (val === undefined) return tag
  return `${tag}: ${typeof val === 'string' ? val : JSON.stringify(val, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))}`
}
