/** Unsigned LEB128, as the binary formats of WebAssembly write numbers. */
export function leb(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  do {
    const low = rest % 128
    rest = Math.floor(rest / 128)
    bytes.push(rest > 0 ? low | 0x80 : low)
  } while (rest > 0)
  return bytes
}

/** A section: its id, its length, its content. */
export function section(id: number, content: readonly number[]): number[] {
  return [id].concat(leb(content.length), content)
}

/** A component of the given sections. */
export function componentOf(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0].concat(...sections))
}

/** A string of the binary format. */
export function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)]
  return [...leb(bytes.length), ...bytes]
}
