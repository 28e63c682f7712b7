import { invalidComponent } from './invalid-component.js'

/** The first bytes of files that are taken for components by mistake. */
const otherFiles: readonly {
  readonly magic: readonly number[]
  readonly what: string
  readonly hint?: string
}[] = [
  { magic: [0x1f, 0x8b], what: 'a gzip archive', hint: 'Unpack it first' },
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive', hint: 'Unpack it first' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], what: 'a zstd archive', hint: 'Unpack it first' },
  { magic: [0x7f, 0x45, 0x4c, 0x46], what: 'an ELF executable' },
  { magic: [0xcf, 0xfa, 0xed, 0xfe], what: 'a Mach-O executable' },
  { magic: [0x4d, 0x5a], what: 'a Windows executable' },
  { magic: [0x21, 0x3c, 0x61, 0x72], what: 'an ar archive' },
]

const magic = [0x00, 0x61, 0x73, 0x6d]
const componentVersion = 0x0d

/** Length of the preamble: magic number, version and layer. */
export const preambleBytes = 8

/** Refuses whatever is not a component of the version that washi reads, and says what it is instead. */
export function checkPreamble(bytes: Uint8Array): void {
  if (bytes.length === 0) throw invalidComponent('the file is empty,', 0)
  if (!startsWith(bytes, magic.slice(0, bytes.length))) throw notWasm(bytes)
  if (bytes.length < preambleBytes) {
    throw invalidComponent(`it ends within the ${preambleBytes} bytes of its preamble,`, bytes.length)
  }
  const version = (bytes[4] ?? 0) | ((bytes[5] ?? 0) << 8)
  const layer = (bytes[6] ?? 0) | ((bytes[7] ?? 0) << 8)
  if (layer === 0) {
    throw invalidComponent(
      'it is a core WebAssembly module, not a component,',
      4,
      'Turn it into a component: wasm-tools component new module.wasm -o component.wasm',
    )
  }
  if (layer !== 1) throw invalidComponent(`it is of the unknown layer ${layer},`, 6)
  if (version !== componentVersion) {
    throw invalidComponent(
      `it is of version ${version} of the component format, of which version ${componentVersion} is known,`,
      4,
      'Build it again with current tools',
    )
  }
}

function notWasm(bytes: Uint8Array): Error {
  const known = otherFiles.find((file) => startsWith(bytes, file.magic))
  if (known) return invalidComponent(`it is ${known.what}, not WebAssembly,`, 0, known.hint)
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 64))
  if (/^(?:\s|;;[^\n]*\n)*\((component|module)\b/.test(head)) {
    return invalidComponent(
      'it is WebAssembly text, not binary,',
      0,
      'Turn it into binary: wasm-tools parse component.wat -o component.wasm',
    )
  }
  if (/^[\t\n\r\x20-\x7e]+$/.test(head)) return invalidComponent('it is a text file, not WebAssembly,', 0)
  return invalidComponent('it is not WebAssembly,', 0)
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte)
}
