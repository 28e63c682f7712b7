/**
 * Names in generated code are a prefix and a number. No prefix ends in a digit and no two places share one, so two
 * things never get one name; helpers of the runtime begin with a dollar sign, and every other name has no digit.
 */

/** Prefixes of what one instance (or, for constants, the whole component) has. */
export type GlobalPrefix =
  | 'allocate'
  | 'bytes'
  | 'class'
  | 'constant'
  | 'core'
  | 'exported'
  | 'handles'
  | 'host'
  | 'item'
  | 'lift'
  | 'load'
  | 'lower'
  | 'owner'
  | 'refresh'
  | 'running'
  | 'state'
  | 'store'
  | 'view'
  | 'writeString'

/** Prefixes of parameters and variables of one function. */
export type LocalPrefix =
  | 'arg'
  | 'at'
  | 'count'
  | 'flat'
  | 'handle'
  | 'index'
  | 'lent'
  | 'list'
  | 'pointer'
  | 'tag'
  | 'value'

/** Numbers the names of one scope. */
export class NameCounter<Prefix extends string> {
  readonly #next = new Map<Prefix, number>()

  /** A name that the scope does not have yet. */
  next(prefix: Prefix): string {
    const number = this.#next.get(prefix) ?? 0
    this.#next.set(prefix, number + 1)
    return `${prefix}${number}`
  }
}

/** Any string as a literal of JavaScript source. */
export function literal(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Any string as the key of an object literal. A plain `__proto__` would set the prototype. */
export function key(text: string): string {
  if (text === '__proto__') return `[${literal(text)}]`
  return isPlainName(text) ? text : literal(text)
}

/** The access to a property by any name. */
export function member(text: string): string {
  return isPlainName(text) ? `.${text}` : `[${literal(text)}]`
}

function isPlainName(text: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(text)
}
