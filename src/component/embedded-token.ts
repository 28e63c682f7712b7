/** The custom sections in which wasmCloud's tools embed the token of a signed component; `jwt` is the older name. */
const sections = ['wasmcloud_jwt', 'jwt']

const preambleBytes = 8

/** The token (JWT) that a component was signed with; undefined for an unsigned one. Reads the names of its sections only. */
export function readEmbeddedToken(wasm: Uint8Array): string | undefined {
  for (const { name, content } of customSections(wasm)) if (sections.includes(name)) return textOf(content)
  return undefined
}

/** The component as it was before it was signed. */
export function withoutEmbeddedToken(wasm: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = []
  let from = 0
  for (const { name, start, end } of customSections(wasm)) {
    if (!sections.includes(name)) continue
    kept.push(wasm.subarray(from, start))
    from = end
  }
  return Buffer.concat([...kept, wasm.subarray(from)])
}

interface CustomSection {
  readonly name: string
  readonly content: Uint8Array
  readonly start: number
  readonly end: number
}

function* customSections(wasm: Uint8Array): Generator<CustomSection> {
  for (let start = preambleBytes; start < wasm.length; ) {
    const size = readSize(wasm, start + 1)
    if (!size) return
    const end = size.end + size.value
    const name = wasm[start] === 0 ? readSize(wasm, size.end) : undefined
    if (name && end <= wasm.length) {
      const nameEnd = name.end + name.value
      yield {
        ...{ start, end, name: textOf(wasm.subarray(name.end, nameEnd)) },
        content: wasm.subarray(nameEnd, end),
      }
    }
    start = end
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

/** An unsigned LEB128 number of at most 32 bits. */
function readSize(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, end: at + index + 1 }
  }
  return undefined
}
