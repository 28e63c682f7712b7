import { findSection, sectionId, type ScannedModule } from './core-module.js'
import { immediate, immediates, prefixedShape } from './opcodes.js'

/**
 * Walks all code of a core module that V8 has validated and says what it holds that restoring memory and globals
 * would not undo: changes of tables, dropped segments, instructions that the walker does not know. Empty: none.
 */
export function findIrreversibleCode(bytes: Uint8Array, module: ScannedModule): string[] {
  const section = findSection(module, sectionId.code)
  const found = new Set<string>()
  if (!section) return []
  const walk = new CodeWalk(bytes, section.body, found)
  for (let count = walk.number(); count > 0; count--) {
    const size = walk.number()
    const end = walk.at + size
    walk.skipLocals()
    walkInstructions(walk, end)
    if (walk.at !== end) walk.giveUp('code that is not understood', end)
  }
  if (walk.at !== section.end) found.add('a code section that is not understood')
  return [...found].sort()
}

/**
 * The hot loop of preparing a large component (millions of instructions): the position in a local, one table look-up
 * an instruction, and only what is rare in a call. Reads past the end give undefined, which ends every loop.
 */
function walkInstructions(walk: CodeWalk, end: number): void {
  const { bytes } = walk
  let at = walk.at
  while (at < end) {
    const kind = immediates[bytes[at++] ?? 0] ?? immediate.unknown
    if (kind === immediate.none) continue
    if (kind === immediate.one) {
      while ((bytes[at++] ?? 0) > 127);
    } else if (kind === immediate.memory && (bytes[at] ?? 0) < plainAlignments) {
      at++
      while ((bytes[at++] ?? 0) > 127);
    } else {
      walk.at = at - 1
      walk.rare(end)
      at = walk.at
    }
  }
  walk.at = at
}

/** Alignments of accesses to memory 0; greater ones name a memory or are padded, and are not understood. */
const plainAlignments = 16

/** A position in the code of one function, and what was found so far. */
class CodeWalk {
  readonly bytes: Uint8Array
  readonly found: Set<string>
  at: number

  constructor(bytes: Uint8Array, at: number, found: Set<string>) {
    this.bytes = bytes
    this.at = at
    this.found = found
  }

  skipLocals(): void {
    for (let groups = this.number(); groups > 0; groups--) {
      this.number()
      this.valueType()
    }
  }

  /** Passes over one instruction that is not of the plain kinds. */
  rare(end: number): void {
    const opcode = this.byte()
    switch (immediates[opcode]) {
      case immediate.two:
        return this.numbers(2)
      case immediate.four:
        return this.skip(4)
      case immediate.eight:
        return this.skip(8)
      case immediate.block:
        return this.valueType()
      case immediate.branchTable:
        return this.numbers(this.number() + 1)
      case immediate.selectTypes:
        for (let count = this.number(); count > 0; count--) this.valueType()
        return
      case immediate.tryTable:
        return this.catches()
      case immediate.prefix:
        return this.prefixed(opcode, end)
      case immediate.irreversible:
        this.found.add('table.set')
        return this.numbers(1)
      default:
        this.giveUp(`the instruction 0x${opcode.toString(16).padStart(2, '0')}`, end)
    }
  }

  /** Notes why the rest of the function cannot be judged, and goes to its end. */
  giveUp(reason: string, end: number): void {
    this.found.add(reason)
    this.at = end
  }

  prefixed(prefix: number, end: number): void {
    const code = this.number()
    const shape = prefixedShape(prefix, code)
    if (!shape) return this.giveUp(`the instruction 0x${prefix.toString(16)} ${code}`, end)
    if (shape.isIrreversible === true) this.found.add(shape.name ?? `0x${prefix.toString(16)} ${code}`)
    if (shape.memory === true) {
      if (this.byte() >= plainAlignments) return this.giveUp('a memory access of an unusual form', end)
      this.numbers(1)
    }
    this.numbers(shape.numbers ?? 0)
    this.skip(shape.bytes ?? 0)
  }

  catches(): void {
    this.valueType()
    for (let count = this.number(); count > 0; count--) this.numbers(this.byte() < 2 ? 2 : 1)
  }

  /** A block type or value type: a number, which for typed references is followed by a heap type. */
  valueType(): void {
    const first = this.bytes[this.at]
    this.numbers(first === 0x63 || first === 0x64 ? 2 : 1)
  }

  numbers(count: number): void {
    for (let rest = count; rest > 0; rest--) while (this.byte() > 127);
  }

  number(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0
  }

  skip(count: number): void {
    this.at += count
  }
}
