/** What follows an opcode in the binary. */
export const immediate = {
  none: 0,
  /** One LEB128 number: an index, or an integer constant. */
  one: 1,
  /** Alignment and offset of a memory access. */
  memory: 2,
  two: 3,
  four: 4,
  eight: 5,
  block: 6,
  branchTable: 7,
  selectTypes: 8,
  tryTable: 9,
  /** A prefix of further opcodes: 0xfc, 0xfd, 0xfe. */
  prefix: 10,
  /** table.set: followed by one index, and not undone by a reset. */
  irreversible: 11,
  unknown: 12,
} as const

/** Immediates by opcode. */
export const immediates: Uint8Array = tableOf([
  [immediate.none, 0x00, 0x01],
  [immediate.block, 0x02, 0x04],
  [immediate.none, 0x05],
  [immediate.block, 0x06],
  [immediate.one, 0x07, 0x09],
  [immediate.none, 0x0a, 0x0b],
  [immediate.one, 0x0c, 0x0d],
  [immediate.branchTable, 0x0e],
  [immediate.none, 0x0f],
  [immediate.one, 0x10],
  [immediate.two, 0x11],
  [immediate.one, 0x12],
  [immediate.two, 0x13],
  [immediate.one, 0x18],
  [immediate.none, 0x19, 0x1b],
  [immediate.selectTypes, 0x1c],
  [immediate.tryTable, 0x1f],
  [immediate.one, 0x20, 0x25],
  [immediate.irreversible, 0x26],
  [immediate.memory, 0x28, 0x3e],
  [immediate.one, 0x3f, 0x42],
  [immediate.four, 0x43],
  [immediate.eight, 0x44],
  [immediate.none, 0x45, 0xc4],
  [immediate.one, 0xd0],
  [immediate.none, 0xd1],
  [immediate.one, 0xd2],
  [immediate.prefix, 0xfc, 0xfe],
])

type Range = readonly [kind: number, first: number, last?: number]

function tableOf(ranges: readonly Range[]): Uint8Array {
  const table = new Uint8Array(256).fill(immediate.unknown)
  for (const [kind, first, last = first] of ranges) table.fill(kind, first, last + 1)
  return table
}

/** What follows a prefixed opcode: how many LEB128 numbers, whether a memory access comes first, how many bytes. */
export interface PrefixedShape {
  readonly name?: string
  readonly memory?: boolean
  readonly numbers?: number
  readonly bytes?: number
  /** Whether a reset would not undo it. */
  readonly isIrreversible?: boolean
}

/** The shape of the opcode `code` after the byte `prefix`; undefined where it is not known. */
export function prefixedShape(prefix: number, code: number): PrefixedShape | undefined {
  switch (prefix) {
    case 0xfc:
      return code < 8 ? {} : bulkShapes[code - 8]
    case 0xfd:
      return vectorShape(code)
    default:
      return atomicShape(code)
  }
}

/** 0xfc 8 to 17. */
const bulkShapes: readonly PrefixedShape[] = [
  { name: 'memory.init', numbers: 2 },
  { name: 'data.drop', numbers: 1, isIrreversible: true },
  { name: 'memory.copy', numbers: 2 },
  { name: 'memory.fill', numbers: 1 },
  { name: 'table.init', numbers: 2, isIrreversible: true },
  { name: 'elem.drop', numbers: 1, isIrreversible: true },
  { name: 'table.copy', numbers: 2, isIrreversible: true },
  { name: 'table.grow', numbers: 1, isIrreversible: true },
  { name: 'table.size', numbers: 1 },
  { name: 'table.fill', numbers: 1, isIrreversible: true },
]

/** Vector instructions, the relaxed ones included. */
function vectorShape(code: number): PrefixedShape | undefined {
  if (code <= 11 || code === 92 || code === 93) return { memory: true }
  if (code === 12 || code === 13) return { bytes: 16 }
  if (code >= 21 && code <= 34) return { bytes: 1 }
  if (code >= 84 && code <= 91) return { memory: true, bytes: 1 }
  return code <= 0x113 ? {} : undefined
}

function atomicShape(code: number): PrefixedShape | undefined {
  if (code === 3) return { bytes: 1 }
  return code <= 2 || (code >= 0x10 && code <= 0x4e) ? { memory: true } : undefined
}
