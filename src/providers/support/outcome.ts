/** A result as a value, as the codec takes it. */
export type Outcome<T = unknown, E = unknown> =
  | { readonly tag: 'ok'; readonly val: T }
  | { readonly tag: 'err'; readonly val: E }

/** The good side of a result. */
export function ok<T>(val: T): Outcome<T, never> {
  return { tag: 'ok', val }
}

/** The bad side of a result. */
export function err<E>(val: E): Outcome<never, E> {
  return { tag: 'err', val }
}
