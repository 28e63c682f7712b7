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
