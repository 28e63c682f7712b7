/** `wasi:http/types.method`. */
export type Method = { readonly tag: string; readonly val?: string }

const known = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']
const byName: ReadonlyMap<string, Method> = new Map(known.map((name) => [name, { tag: name.toLowerCase() }]))
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** The variant case of an HTTP method. */
export function toMethod(name: string): Method {
  return byName.get(name) ?? { tag: 'other', val: name }
}

/** Whether a method that a guest gives can be sent. */
export function isValidMethod({ tag, val }: Method): boolean {
  return tag !== 'other' || token.test(val ?? '')
}

/** `wasi:http/types.scheme`. */
export type Scheme = { readonly tag: string; readonly val?: string }

/** The variant case of a URL scheme. */
export function toScheme(name: string): Scheme {
  switch (name) {
    case 'http':
      return { tag: 'HTTP' }
    case 'https':
      return { tag: 'HTTPS' }
    default:
      return { tag: 'other', val: name }
  }
}

/** Whether a scheme that a guest gives is one. */
export function isValidScheme({ tag, val }: Scheme): boolean {
  return tag !== 'other' || /^[A-Za-z][A-Za-z0-9+\-.]*$/.test(val ?? '')
}
