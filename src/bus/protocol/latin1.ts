/** Buffer's one-byte string methods: faster than toString() and write(), but undocumented, so that they may go one day. */
interface Latin1Methods {
  latin1Slice(start: number, end: number): string
  latin1Write(text: string, offset: number): number
}

const hasMethods = 'latin1Slice' in Buffer.prototype && 'latin1Write' in Buffer.prototype

/** The bytes [start, end) as a string with one char per byte, so that UTF-8 in it passes through unchanged. */
export const readLatin1: (bytes: Buffer, start: number, end: number) => string = hasMethods
  ? (bytes, start, end) => (bytes as Buffer & Latin1Methods).latin1Slice(start, end)
  : (bytes, start, end) => bytes.toString('latin1', start, end)

/** Writes one byte per char of `text`, which fits, and returns how many. */
export const writeLatin1: (bytes: Buffer, text: string, offset: number) => number = hasMethods
  ? (bytes, text, offset) => (bytes as Buffer & Latin1Methods).latin1Write(text, offset)
  : (bytes, text, offset) => bytes.write(text, offset, 'latin1')
