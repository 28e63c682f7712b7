import type { ValueType } from '../model.js'
import type { ByteReader } from './byte-reader.js'
import { WireError } from './wire-error.js'

/** A stream or future among decoded values: it follows on an index path, or came complete in place. */
export interface AsyncValue {
  readonly kind: 'stream' | 'future'
  /** Index path from the whole: `0.1`. */
  readonly path: string
  /** Whether `value` is all of it; otherwise it follows on the path. */
  readonly isReady: boolean
  /** The elements of a stream (bytes for `stream<u8>`) or the value of a future, where it came complete. */
  readonly value: unknown
}

/** Where an asynchronous value is. */
export interface AsyncSpot {
  readonly type: Extract<ValueType, { readonly kind: 'stream' | 'future' }>
  /** Undefined within a list: such values have no subject of their own in this protocol. */
  readonly path: string | undefined
}

/** Reads a value of another type in place. */
export type ReadyReader = (reader: ByteReader, handles: unknown) => unknown

/** Reads the place of a stream or future. Throws WireError for one within a list. */
export function readAsync(
  reader: ByteReader,
  { type, path }: AsyncSpot,
  readElement: ReadyReader,
  handles: unknown,
): AsyncValue {
  if (path === undefined) throw new WireError(`a ${type.kind} within a list cannot be carried`, reader.offset)
  if (type.kind === 'future') {
    const isReady = reader.bool()
    return { kind: 'future', path, isReady, value: isReady ? readElement(reader, handles) : undefined }
  }
  if (type.element?.kind === 'u8') {
    const value = reader.blob()
    return { kind: 'stream', path, isReady: value.length > 0, value }
  }
  const count = reader.count(1)
  const value = Array.from({ length: count }, () => readElement(reader, handles))
  return { kind: 'stream', path, isReady: count > 0, value }
}
