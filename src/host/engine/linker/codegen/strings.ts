import type { CanonOptions, StringEncoding } from '../../../../component/resolve/program.js'
import { allocatorOf, memoryOf } from './memories.js'
import type { Program } from './program.js'

const readers: Readonly<Record<StringEncoding, string>> = {
  utf8: '$readUtf8',
  utf16: '$readUtf16',
  'latin1+utf16': '$readLatin1OrUtf16',
}

/** The expression of a string that the guest gave. */
export function readString(
  program: Program,
  options: CanonOptions,
  [pointer, length]: [string, string],
): string {
  return `${readers[options.encoding]}(${memoryOf(program, options).bytes}, ${pointer}, ${length})`
}

/** The function that writes a string into the guest: it returns the pointer and leaves the length in stringLength. */
export function stringWriterOf(program: Program, options: CanonOptions): string {
  const allocate = allocatorOf(program, options)
  const { bytes } = memoryOf(program, options)
  return program.once('writeString', `${allocate} ${options.encoding}`, (name) =>
    program.define(
      name,
      [
        '(text) => {',
        "  if (typeof text !== 'string') $expected('a string', text)",
        '  const length = text.length',
        ...writerBodies[options.encoding](allocate, bytes).map((line) => `  ${line}`),
        '}',
      ].join('\n'),
    ),
  )
}

const writerBodies: Readonly<Record<StringEncoding, (allocate: string, bytes: string) => readonly string[]>> =
  {
    utf8: (allocate, bytes) => [
      'if (length < 48 && $isAscii(text, length)) {',
      `  const pointer = ${allocate}(length, 1)`,
      `  $writeAscii(text, ${bytes}, pointer)`,
      '  stringLength = length',
      '  return pointer',
      '}',
      'const size = $utf8Length(text)',
      `const pointer = ${allocate}(size, 1)`,
      `$writeUtf8(text, ${bytes}, pointer, size)`,
      'stringLength = size',
      'return pointer',
    ],
    utf16: (allocate, bytes) => [
      `const pointer = ${allocate}(length * 2, 2)`,
      `$writeUtf16(text, ${bytes}, pointer)`,
      'stringLength = length',
      'return pointer',
    ],
    'latin1+utf16': (allocate, bytes) => [
      'const isLatin1 = $isLatin1(text)',
      `const pointer = ${allocate}(isLatin1 ? length : length * 2, 2)`,
      `if (isLatin1) $writeLatin1(text, ${bytes}, pointer)`,
      `else $writeUtf16(text, ${bytes}, pointer)`,
      'stringLength = isLatin1 ? length : (length | 0x80000000) >>> 0',
      'return pointer',
    ],
  }
