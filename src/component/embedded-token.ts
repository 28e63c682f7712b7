/** The custom section in which wasmCloud's tools embed the token of a signed component. */
const section = 'jwt'

/** The token (JWT) that a component was signed with; undefined for an unsigned one. Reads the names of its sections only. */
export function readEmbeddedToken(wasm: Uint8Array): string | undefined {
  const preambleBytes = 8
  let offset = preambleBytes
  while (offset < wasm.length) {
    const id = wasm[offset]
    const size = readSize(wasm, offset + 1)
    if (!size) return undefined
    const end = size.end + size.value
    const name = id === 0 ? readSize(wasm, size.end) : undefined
    if (name && end <= wasm.length) {
      const nameEnd = name.end + name.value
      if (textOf(wasm.subarray(name.end, nameEnd)) === section) return textOf(wasm.subarray(nameEnd, end))
    }
    offset = end
  }
  return undefined
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
