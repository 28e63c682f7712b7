import type { TarEntry } from './read-tar.js'

const blockSize = 512

/** A tar archive of those files. Names are at most 100 bytes long. */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ name, bytes }) => [
    headerOf(name, bytes.length),
    bytes,
    new Uint8Array((blockSize - (bytes.length % blockSize)) % blockSize),
  ])
  return Buffer.concat([...blocks, new Uint8Array(2 * blockSize)])
}

function headerOf(name: string, size: number): Uint8Array {
  const header = Buffer.alloc(blockSize)
  header.write(name, 0, 100, 'utf8')
  header.write('0000755\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  // Always the same archive for the same files.
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
