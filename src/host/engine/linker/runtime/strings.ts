import { TextDecoder } from 'node:util'
import { badPointer, trap } from './errors.js'

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf16Decoder = new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Up to this length a loop over the bytes is faster than the decoder. */
const shortLength = 24

/** Most bytes that a string of the guest may take: the limit of the specification. */
const maxStringBytes = 2 ** 28 - 1

/** Set in the length of a latin1+utf16 string that is in UTF-16. */
const utf16Tag = 0x80000000

/** The UTF-8 string of `length` bytes at `pointer`. */
export function readUtf8(bytes: Uint8Array, pointer: number, length: number): string {
  const end = pointer + length
  if (end > bytes.length || length > maxStringBytes) badPointer()
  if (length < shortLength) {
    let text = ''
    let at = pointer
    for (; at < end; at++) {
      const byte = bytes[at] as number // below end, which is inside bytes
      if (byte > 127) break
      text += String.fromCharCode(byte)
    }
    if (at === end) return text
  }
  return decode(utf8Decoder, bytes.subarray(pointer, end), 'UTF-8')
}

/** The UTF-16 string of `length` code units at `pointer`. */
export function readUtf16(bytes: Uint8Array, pointer: number, length: number): string {
  const end = pointer + length * 2
  if ((pointer & 1) !== 0 || end > bytes.length || length * 2 > maxStringBytes) badPointer()
  return decode(utf16Decoder, bytes.subarray(pointer, end), 'UTF-16')
}

/** The string at `pointer` in Latin-1, or in UTF-16 where the length is tagged. */
export function readLatin1OrUtf16(bytes: Uint8Array, pointer: number, length: number): string {
  if (length >= utf16Tag) return readUtf16(bytes, pointer, length - utf16Tag)
  if ((pointer & 1) !== 0 || pointer + length > bytes.length || length > maxStringBytes) badPointer()
  return bufferAt(bytes, pointer, length).latin1Slice(0, length)
}

function decode(decoder: TextDecoder, bytes: Uint8Array, encoding: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    // The decoder's message says no more than this.
    trap(`invalid ${encoding} in a string`)
  }
}

/** Whether the first `length` code units of a string are all ASCII. */
export function isAscii(text: string, length: number): boolean {
  for (let index = 0; index < length; index++) if (text.charCodeAt(index) > 127) return false
  return true
}

/** Writes a string that isAscii() found to be so. */
export function writeAscii(text: string, bytes: Uint8Array, pointer: number): void {
  for (let index = 0; index < text.length; index++) bytes[pointer + index] = text.charCodeAt(index)
}

/** Bytes that a string takes in UTF-8; a lone surrogate counts as U+FFFD. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, 'utf8')
}

/** Writes a string of `length` bytes in UTF-8, lone surrogates as U+FFFD. */
export function writeUtf8(text: string, bytes: Uint8Array, pointer: number, length: number): void {
  encoder.encodeInto(text, bytes.subarray(pointer, pointer + length))
}

/** Writes a string in UTF-16, lone surrogates as U+FFFD. */
export function writeUtf16(text: string, bytes: Uint8Array, pointer: number): void {
  bufferAt(bytes, pointer, text.length * 2).ucs2Write(wellFormed(text))
}

/** Whether all code units of a string fit Latin-1. */
export function isLatin1(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 255) return false
  return true
}

/** Writes a string that isLatin1() found to be so. */
export function writeLatin1(text: string, bytes: Uint8Array, pointer: number): void {
  bufferAt(bytes, pointer, text.length).latin1Write(text)
}

function bufferAt(bytes: Uint8Array, pointer: number, length: number): RawBuffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + pointer, length) as Buffer & RawBuffer // missing in @types/node
}

/** Methods of Buffer for one encoding each, without a look-up of its name. */
interface RawBuffer {
  ucs2Write(text: string): number
  latin1Write(text: string): number
  latin1Slice(start: number, end: number): string
}

/** The string with every lone surrogate replaced by U+FFFD, as String.prototype.toWellFormed. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
}
