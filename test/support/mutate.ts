/** A copy of the bytes with one to eight changes: bytes set, flipped, removed, doubled, or taken from elsewhere. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let mutated: Uint8Array = new Uint8Array(bytes)
  const changes = 1 + Math.floor(random() * 8)
  for (let change = 0; change < changes; change++) mutated = changeOnce(mutated, random)
  return mutated
}

function changeOnce(bytes: Uint8Array, random: () => number): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit)
  const at = below(bytes.length)
  switch (below(6)) {
    case 0:
      bytes[at] = below(256)
      return bytes
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8))
      return bytes
    case 2:
      bytes[at] = [0, 1, 0x7f, 0x80, 0xff][below(5)] ?? 0
      return bytes
    case 3:
      return without(bytes, at, 1 + below(16))
    case 4: {
      const length = 1 + below(16)
      return insert(bytes, at, bytes.slice(at, at + length))
    }
    default: {
      const from = below(bytes.length)
      bytes.set(bytes.slice(from, Math.min(from + 1 + below(32), bytes.length - at + from)), at)
      return bytes
    }
  }
}

function without(bytes: Uint8Array, at: number, count: number): Uint8Array {
  const kept = new Uint8Array(bytes.length - Math.min(count, bytes.length - at))
  kept.set(bytes.subarray(0, at))
  kept.set(bytes.subarray(at + count), at)
  return kept.length > 8 ? kept : bytes
}

function insert(bytes: Uint8Array, at: number, added: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + added.length)
  longer.set(bytes.subarray(0, at))
  longer.set(added, at)
  longer.set(bytes.subarray(at), at + added.length)
  return longer
}
