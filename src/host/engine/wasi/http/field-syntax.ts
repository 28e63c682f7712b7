const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const badInValue = /[^\t\x20-\x7e\x80-\xff]/

/** Headers that a host sets itself, as in wasmtime: guests neither see nor set them. */
const forbidden: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
])

/** Whether a lower-case name belongs to the host. */
export function isForbiddenField(name: string): boolean {
  return forbidden.has(name)
}

/** The lower-case form of a field name; undefined where it is none. */
export function parseFieldName(name: string): string | undefined {
  return token.test(name) ? name.toLowerCase() : undefined
}

/** The latin1 text of a field value; undefined where it holds what a value must not. */
export function parseFieldValue(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return badInValue.test(text) ? undefined : text
}
