import { leb, section } from './binary.js'

const memorySection = 5

/** A core module whose own memory, the only one and without a maximum, begins with `pages` of 64 KiB. */
export function raiseInitialMemory(module: Uint8Array, pages: number): Uint8Array {
  for (let at = 8; at < module.length; ) {
    const [size, start] = readLeb(module, at + 1)
    if (module[at] === memorySection) {
      const memory = section(memorySection, [1, 0, ...leb(pages)])
      return Buffer.concat([module.subarray(0, at), Uint8Array.from(memory), module.subarray(start + size)])
    }
    at = start + size
  }
  throw new Error('The module has no memory of its own')
}

/** The number at an offset, and where what follows it begins. */
function readLeb(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0
  for (let index = at, scale = 1; ; index++, scale *= 128) {
    const byte = bytes[index] ?? 0
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return [value, index + 1]
  }
}
