import { createHash } from 'node:crypto'
import type { BigIntStats, Dirent } from 'node:fs'
import type { DateTime } from '../clocks.js'

/** `wasi:filesystem/types.descriptor-type`. */
export type DescriptorType =
  | 'unknown'
  | 'block-device'
  | 'character-device'
  | 'directory'
  | 'fifo'
  | 'symbolic-link'
  | 'regular-file'
  | 'socket'

/** `wasi:filesystem/types.descriptor-stat`. */
export interface DescriptorStat {
  readonly type: DescriptorType
  readonly linkCount: bigint
  readonly size: bigint
  readonly dataAccessTimestamp: DateTime
  readonly dataModificationTimestamp: DateTime
  readonly statusChangeTimestamp: DateTime
}

/** `wasi:filesystem/types.metadata-hash-value`. */
export interface MetadataHash {
  readonly lower: bigint
  readonly upper: bigint
}

/** `wasi:filesystem/types.new-timestamp`. */
export type NewTimestamp =
  | { readonly tag: 'no-change' | 'now' }
  | { readonly tag: 'timestamp'; readonly val: DateTime }

/** What the system says of a file, as the guest is told. */
export function toDescriptorStat(stats: BigIntStats): DescriptorStat {
  return {
    type: descriptorTypeOf(stats),
    linkCount: stats.nlink,
    size: stats.size,
    dataAccessTimestamp: toDateTime(stats.atimeNs),
    dataModificationTimestamp: toDateTime(stats.mtimeNs),
    statusChangeTimestamp: toDateTime(stats.ctimeNs),
  }
}

/** What kind of file it is. */
export function descriptorTypeOf(entry: BigIntStats | Dirent): DescriptorType {
  if (entry.isFile()) return 'regular-file'
  if (entry.isDirectory()) return 'directory'
  if (entry.isSymbolicLink()) return 'symbolic-link'
  if (entry.isFIFO()) return 'fifo'
  if (entry.isSocket()) return 'socket'
  if (entry.isCharacterDevice()) return 'character-device'
  return entry.isBlockDevice() ? 'block-device' : 'unknown'
}

/** The same for the same file, and nothing that tells of this machine. */
export function metadataHashOf({ dev, ino }: BigIntStats): MetadataHash {
  const digest = createHash('sha256').update(`${dev}:${ino}`).digest()
  return { lower: digest.readBigUInt64LE(0), upper: digest.readBigUInt64LE(8) }
}

/** A time in seconds, as node:fs sets it. */
export function toSeconds(wanted: NewTimestamp, currentNs: bigint): number {
  switch (wanted.tag) {
    case 'no-change':
      return Number(currentNs) / 1e9
    case 'now':
      return Date.now() / 1000
    case 'timestamp':
      return Number(wanted.val.seconds) + wanted.val.nanoseconds / 1e9
  }
}

function toDateTime(nanoseconds: bigint): DateTime {
  // Files from before 1970 have a time that the type does not.
  if (nanoseconds < 0n) return { seconds: 0n, nanoseconds: 0 }
  return { seconds: nanoseconds / 1_000_000_000n, nanoseconds: Number(nanoseconds % 1_000_000_000n) }
}
