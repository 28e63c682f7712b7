/** Memories and mutable globals of an instance as they were after instantiation. */
export interface Snapshot {
  readonly memories: readonly MemorySnapshot[]
  readonly globals: readonly (number | bigint)[]
}

/** One memory: `runs` cover it without gaps. */
export interface MemorySnapshot {
  readonly byteLength: number
  readonly runs: readonly MemoryRun[]
}

/** Bytes from `start` to `end`: those of `bytes`, or zeros where it is absent. */
export interface MemoryRun {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array | undefined
}

/** What a reset restores of an instance. */
export interface InstanceState {
  readonly memories: readonly WebAssembly.Memory[]
  readonly globals: readonly WebAssembly.Global[]
}

/** Zeros are told from other bytes by pages of this size. */
const pageBytes = 4096

const zeroPage = new Uint8Array(pageBytes)

/** Takes down the state of an instance in which no guest code has run yet. */
export function takeSnapshot({ memories, globals }: InstanceState): Snapshot {
  return {
    memories: memories.map(({ buffer }) => snapshotMemory(buffer)),
    globals: globals.map(({ value }) => value),
  }
}

function snapshotMemory(buffer: ArrayBuffer): MemorySnapshot {
  const bytes = new Uint8Array(buffer)
  const runs: MemoryRun[] = []
  for (let start = 0; start < bytes.length; ) {
    const isZero = isZeroPage(bytes, start)
    let end = start + pageBytes
    while (end < bytes.length && isZeroPage(bytes, end) === isZero) end += pageBytes
    runs.push({ start, end, bytes: isZero ? undefined : bytes.slice(start, end) })
    start = end
  }
  return { byteLength: bytes.length, runs }
}

function isZeroPage(bytes: Uint8Array, start: number): boolean {
  return Buffer.compare(bytes.subarray(start, start + pageBytes), zeroPage) === 0
}

/** Puts an instance back to the state of a snapshot; false, and nothing is done, where a memory has grown. */
export function restoreSnapshot(
  snapshot: Snapshot,
  memories: InstanceState['memories'],
  globals: InstanceState['globals'],
): boolean {
  const targets = memories.map(({ buffer }) => new Uint8Array(buffer))
  if (snapshot.memories.some(({ byteLength }, index) => targets[index]?.length !== byteLength)) return false
  for (const [index, { runs }] of snapshot.memories.entries()) {
    const target = targets[index]
    for (const { start, end, bytes } of runs) {
      if (bytes) target?.set(bytes, start)
      else target?.fill(0, start, end)
    }
  }
  for (const [index, value] of snapshot.globals.entries()) {
    const global = globals[index]
    if (global) global.value = value
  }
  return true
}
