import { crc32 } from 'node:zlib'

/**
 * The file format of a stream's messages: a header of two equal copies (so that one damaged byte does not cost the
 * file), then records. Each record is `magic u32, checksum u32, length u32, body`, all little-endian. The checksum
 * covers length and body and starts from the file's random salt, so that no client can put a valid record into a
 * payload that a scan past damage would take for one.
 */
export type LogRecord =
  | { readonly kind: 'message'; readonly message: LoggedMessage }
  | { readonly kind: 'removal'; readonly sequences: readonly number[] }
  /** The last sequence given out, where no message shows it. */
  | { readonly kind: 'position'; readonly lastSequence: number }
  /** Up to where another stream was copied into this one. */
  | { readonly kind: 'source'; readonly key: string; readonly sequence: number }

/** A message as it lies in the log. */
export interface LoggedMessage {
  readonly sequence: number
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  readonly subject: string
  readonly headers: Buffer | undefined
  readonly payload: Buffer
}

export const logHeaderBytes = 32
export const recordHeaderBytes = 12
const headerMagic = 0x474f4c57
const recordMagic = Buffer.from([0xb5, 0x57, 0x52, 0xec])
const version = 1
const messageFixedBytes = 23

const kinds = { message: 1, removal: 2, position: 3, source: 4 } as const

/** The header of a file with this salt. */
export function encodeLogHeader(salt: number): Buffer {
  const header = Buffer.alloc(logHeaderBytes)
  header.writeUInt32LE(headerMagic, 0)
  header.writeUInt32LE(version, 4)
  header.writeUInt32LE(salt, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12)
  header.copy(header, 16, 0, 16)
  return header
}

/** The salt from a file's header; undefined where neither copy of it is whole. */
export function decodeLogHeader(file: Buffer): number | undefined {
  for (const offset of [0, 16]) {
    const copy = file.subarray(offset, offset + 16)
    if (copy.length < 16 || copy.readUInt32LE(0) !== headerMagic || copy.readUInt32LE(4) !== version) continue
    if (copy.readUInt32LE(12) === crc32(copy.subarray(0, 12))) return copy.readUInt32LE(8)
  }
  return undefined
}

/** One record as bytes. */
export function encodeRecord(record: LogRecord, salt: number): Buffer {
  const length = bodyLength(record)
  const buffer = Buffer.allocUnsafe(recordHeaderBytes + length)
  recordMagic.copy(buffer, 0)
  buffer.writeUInt32LE(length, 8)
  writeBody(record, buffer.subarray(recordHeaderBytes))
  buffer.writeUInt32LE(crc32(buffer.subarray(8), salt), 4)
  return buffer
}

/** How many bytes a message takes in the log. */
export function messageRecordBytes(message: LoggedMessage): number {
  return recordHeaderBytes + messageBodyLength(message)
}

/** What a scan of a file found beside the records. */
export interface LogScan {
  /** Where the last whole record ends; bytes past it are a torn write. */
  readonly end: number
  /** Ranges before `end` that hold no whole record. */
  readonly damaged: readonly { readonly from: number; readonly to: number }[]
}

/** Hands each whole record of a file to `onRecord`, in order, stepping over damage. */
export function scanLog(file: Buffer, salt: number, onRecord: (record: LogRecord) => void): LogScan {
  const damaged: { from: number; to: number }[] = []
  let position = logHeaderBytes
  for (;;) {
    const found = findRecord(file, salt, position)
    if (!found) return { end: Math.min(position, file.length), damaged }
    if (found.start > position) damaged.push({ from: position, to: found.start })
    onRecord(found.record)
    position = found.end
  }
}

interface FoundRecord {
  readonly start: number
  readonly end: number
  readonly record: LogRecord
}

function findRecord(file: Buffer, salt: number, from: number): FoundRecord | undefined {
  for (
    let start = file.indexOf(recordMagic, from);
    start >= 0;
    start = file.indexOf(recordMagic, start + 1)
  ) {
    const bodyStart = start + recordHeaderBytes
    if (bodyStart > file.length) return undefined
    const end = bodyStart + file.readUInt32LE(start + 8)
    if (end > file.length || crc32(file.subarray(start + 8, end), salt) !== file.readUInt32LE(start + 4))
      continue
    const record = readBody(file.subarray(bodyStart, end))
    if (record) return { start, end, record }
  }
  return undefined
}

function bodyLength(record: LogRecord): number {
  switch (record.kind) {
    case 'message':
      return messageBodyLength(record.message)
    case 'removal':
      return 1 + 8 * record.sequences.length
    case 'position':
      return 9
    case 'source':
      return 9 + Buffer.byteLength(record.key)
  }
}

function messageBodyLength({ subject, headers, payload }: LoggedMessage): number {
  return messageFixedBytes + subject.length + (headers?.length ?? 0) + payload.length
}

function writeBody(record: LogRecord, body: Buffer): void {
  body[0] = kinds[record.kind]
  switch (record.kind) {
    case 'message':
      return writeMessage(record.message, body)
    case 'removal':
      for (const [index, sequence] of record.sequences.entries()) body.writeDoubleLE(sequence, 1 + 8 * index)
      return
    case 'position':
      body.writeDoubleLE(record.lastSequence, 1)
      return
    case 'source':
      body.writeDoubleLE(record.sequence, 1)
      body.write(record.key, 9)
      return
  }
}

function writeMessage({ sequence, time, subject, headers, payload }: LoggedMessage, body: Buffer): void {
  body.writeDoubleLE(sequence, 1)
  body.writeBigInt64LE(time, 9)
  body.writeUInt16LE(subject.length, 17)
  body.writeUInt32LE(headers?.length ?? 0, 19)
  body.write(subject, messageFixedBytes, 'latin1')
  const headersStart = messageFixedBytes + subject.length
  headers?.copy(body, headersStart)
  payload.copy(body, headersStart + (headers?.length ?? 0))
}

function readBody(body: Buffer): LogRecord | undefined {
  switch (body[0]) {
    case kinds.message:
      return readMessage(body)
    case kinds.removal:
      if ((body.length - 1) % 8 !== 0) return undefined
      return {
        kind: 'removal',
        sequences: Array.from({ length: (body.length - 1) / 8 }, (_, index) =>
          body.readDoubleLE(1 + 8 * index),
        ),
      }
    case kinds.position:
      return body.length === 9 ? { kind: 'position', lastSequence: body.readDoubleLE(1) } : undefined
    case kinds.source:
      if (body.length < 9) return undefined
      return { kind: 'source', sequence: body.readDoubleLE(1), key: body.toString('utf8', 9) }
    default:
      return undefined
  }
}

function readMessage(body: Buffer): LogRecord | undefined {
  if (body.length < messageFixedBytes) return undefined
  const headersStart = messageFixedBytes + body.readUInt16LE(17)
  const payloadStart = headersStart + body.readUInt32LE(19)
  if (payloadStart > body.length) return undefined
  const message: LoggedMessage = {
    sequence: body.readDoubleLE(1),
    time: body.readBigInt64LE(9),
    subject: body.toString('latin1', messageFixedBytes, headersStart),
    headers: payloadStart > headersStart ? Buffer.from(body.subarray(headersStart, payloadStart)) : undefined,
    payload: Buffer.from(body.subarray(payloadStart)),
  }
  return { kind: 'message', message }
}
