/** A file of a tar archive; `bytes` is a part of the archive's memory. */
export interface TarEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

const blockSize = 512

/** The regular files of a tar archive, in order. Throws where the bytes are none, or end too early. */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  let longName: string | undefined
  for (let at = 0; at + blockSize <= archive.length; ) {
    const header = archive.subarray(at, at + blockSize)
    // Two blocks of zeros end an archive; one is enough to know.
    if (header.every((byte) => byte === 0)) return
    requireChecksum(header)
    const size = readNumber(header.subarray(124, 136))
    const from = at + blockSize
    if (from + size > archive.length) throw new Error('it ends in the middle of a file')
    const bytes = archive.subarray(from, from + size)
    at = from + Math.ceil(size / blockSize) * blockSize
    const kind = String.fromCharCode(header[156] ?? 0)
    if (kind === 'L') {
      longName = readText(bytes)
      continue
    }
    if (kind === '0' || kind === '\0') yield { name: longName ?? nameOf(header), bytes }
    longName = undefined
  }
}

/** As long names are written in archives of 1988: the prefix apart. */
function nameOf(header: Uint8Array): string {
  const name = readText(header.subarray(0, 100))
  const isUstar = readText(header.subarray(257, 263)) === 'ustar'
  const prefix = isUstar ? readText(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end))
}

/** Octal digits, or with the first bit set a binary number. */
function readNumber(bytes: Uint8Array): number {
  const first = bytes[0] ?? 0
  if (first & 0x80) return bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, first & 0x7f)
  const text = readText(bytes).trim()
  if (!/^[0-7]*$/.test(text)) throw new Error('it is no tar archive')
  return text === '' ? 0 : parseInt(text, 8)
}

function requireChecksum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  if (readNumber(header.subarray(148, 156)) !== sum) throw new Error('it is no tar archive')
}
