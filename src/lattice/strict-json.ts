const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** An escape that may be half of a character. */
const surrogateEscape = /\\u[dD][89a-fA-F]/
const loneSurrogate = /\p{Surrogate}/u

/**
 * Reads JSON as the programs in Rust do that share the lattice: text that is not UTF-8, begins with a byte order mark or
 * holds half a character is refused, as what washi would make of it they could not read again. Throws SyntaxError or
 * TypeError.
 */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes)
  const json = JSON.parse(text) as unknown
  if (surrogateEscape.test(text) && !isWellFormed(json)) throw new SyntaxError('half a character in a string')
  return json
}

function isWellFormed(json: unknown): boolean {
  if (typeof json === 'string') return !loneSurrogate.test(json)
  if (Array.isArray(json)) return json.every(isWellFormed)
  if (typeof json !== 'object' || json === null) return true
  return Object.entries(json).every(([key, value]) => !loneSurrogate.test(key) && isWellFormed(value))
}
