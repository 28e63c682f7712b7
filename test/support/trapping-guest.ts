/**
 * A component whose first core module has a start function that executes `unreachable`: everything about it is right
 * until it is instantiated. Made from a good component, because no toolchain writes such a thing on purpose.
 */
export function trapAtStart(component: Uint8Array): Uint8Array {
  const preamble = component.subarray(0, 8)
  let isDone = false
  const sections = readSections(component, 8).map(({ id, body }) => {
    if (id !== 1 || isDone) return section(id, body)
    isDone = true
    return section(1, addTrappingStart(body))
  })
  return concat([preamble, ...sections])
}

interface Section {
  readonly id: number
  readonly body: Uint8Array
}

function addTrappingStart(module: Uint8Array): Uint8Array {
  const sections = readSections(module, 8)
  const typeIndex = readLeb(sections.find(({ id }) => id === 1)?.body ?? Uint8Array.of(0), 0).value
  const imported = countImportedFunctions(sections.find(({ id }) => id === 2)?.body)
  const own = readLeb(sections.find(({ id }) => id === 3)?.body ?? Uint8Array.of(0), 0).value
  const edited = sections.flatMap(({ id, body }) => {
    if (id === 1) return [section(id, append(body, [0x60, 0, 0]))]
    if (id === 3) return [section(id, append(body, leb(typeIndex)))]
    // The start section stands right before elements and code.
    if (id === 10) return [section(10, append(body, [3, 0, 0x00, 0x0b]))]
    return [section(id, body)]
  })
  const at = sections.findIndex(({ id }) => id === 9 || id === 10 || id === 12)
  edited.splice(at, 0, section(8, Uint8Array.from(leb(imported + own))))
  return concat([module.subarray(0, 8), ...edited])
}

/** A vector with one more element. */
function append(body: Uint8Array, element: readonly number[]): Uint8Array {
  const { value, next } = readLeb(body, 0)
  return concat([Uint8Array.from(leb(value + 1)), body.subarray(next), Uint8Array.from(element)])
}

function countImportedFunctions(body: Uint8Array | undefined): number {
  if (body === undefined) return 0
  let { value: left, next: at } = readLeb(body, 0)
  let count = 0
  for (; left > 0; left -= 1) {
    for (let names = 0; names < 2; names += 1) {
      const { value, next } = readLeb(body, at)
      at = next + value
    }
    const kind = body[at]
    at += 1
    if (kind === 0) count += 1
    if (kind === 0) at = readLeb(body, at).next
    else if (kind === 1) at = skipLimits(body, at + 1)
    else if (kind === 2) at = skipLimits(body, at)
    else at += 2
  }
  return count
}

function skipLimits(body: Uint8Array, at: number): number {
  const hasMaximum = ((body[at] ?? 0) & 1) === 1
  const { next } = readLeb(body, at + 1)
  return hasMaximum ? readLeb(body, next).next : next
}

function readSections(bytes: Uint8Array, from: number): Section[] {
  const sections: Section[] = []
  for (let at = from; at < bytes.length; ) {
    const { value, next } = readLeb(bytes, at + 1)
    sections.push({ id: bytes[at] ?? 0, body: bytes.subarray(next, next + value) })
    at = next + value
  }
  return sections
}

function section(id: number, body: Uint8Array): Uint8Array {
  return concat([Uint8Array.from([id, ...leb(body.length)]), body])
}

function readLeb(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } {
  let value = 0
  let at = from
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0
    value += (byte & 127) * 2 ** shift
    if ((byte & 128) === 0) return { value, next: at }
  }
}

function leb(value: number): number[] {
  const bytes: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return [...bytes, left]
    bytes.push((left & 127) | 128)
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}
