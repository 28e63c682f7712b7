/** Buffer's one-byte string methods: in every Node.js, faster than toString() and write(), but not in its types. */
interface Latin1Methods {
  latin1Slice(start: number, end: number): string
  latin1Write(text: string, offset: number): number
}

/** The bytes [start, end) as a string with one char per byte, so that UTF-8 in it passes through unchanged. */
export function readLatin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & Latin1Methods).latin1Slice(start, end)
}

/** Writes one byte per char of `text`, which fits, and returns how many. */
export function writeLatin1(bytes: Buffer, text: string, offset: number): number {
  return (bytes as Buffer & Latin1Methods).latin1Write(text, offset)
}
