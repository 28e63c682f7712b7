import { testTraps } from '../../../support/test-traps.js'

/** A component of one core module, whose export "run" has type `type`. */
function guest(fields: string, type: string, options = '(memory $i "memory")'): string {
  return `(component
    (core module $m (memory (export "memory") 1) (func (export "fine")) ${fields})
    (core instance $i (instantiate $m))
    (func (export "fine") (canon lift (core func $i "fine")))
    (func (export "run") ${type} (canon lift (core func $i "run") ${options})))`
}

/** One that returns `words`, which lie in memory from address 16 on, as a result of type `type`. */
function returning(type: string, words: readonly number[], options?: string): string {
  const stores = words.map((word, index) => `(i32.store (i32.const ${16 + index * 4}) (i32.const ${word}))`)
  return guest(
    `(func (export "run") (result i32) ${stores.join(' ')} (i32.const 16))`,
    `(result ${type})`,
    options,
  )
}

/** One that returns the core value `value` as a result of type `type`. */
function returningFlat(type: string, value: string): string {
  return guest(`(func (export "run") (result i32) (i32.const ${value}))`, `(result ${type})`)
}

/** One that takes `type`, with a realloc that returns `pointer`. */
function taking(type: string, params: string, pointer: number): string {
  return guest(
    `(func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const ${pointer})) (func (export "run") ${params})`,
    type,
    '(memory $i "memory") (realloc (func $i "realloc"))',
  )
}

const pointer = 'pointer is misaligned or out of bounds'
const manyParams = Array.from({ length: 17 }, (_, index) => `(param "p${index}" u32)`).join(' ')
const manyArgs = Array.from({ length: 17 }, (_, index) => index)

testTraps('a pointer to a result', {
  'one that is misaligned': {
    wat: guest('(func (export "run") (result i32) (i32.const 18))', '(result (tuple u32 u32))'),
    reason: pointer,
    jco: 'reads from where it points',
  },
  'one whose end is out of bounds': {
    wat: guest('(func (export "run") (result i32) (i32.const 65532))', '(result (tuple u32 u32))'),
    reason: pointer,
  },
  'one that is negative': {
    wat: guest('(func (export "run") (result i32) (i32.const -8))', '(result (tuple u32 u32))'),
    reason: pointer,
  },
})

testTraps('a list of a guest', {
  'elements that are misaligned': {
    wat: returning('(list u32)', [2, 1]),
    reason: pointer,
    jco: 'copies the bytes',
  },
  'elements that are misaligned for pointers': {
    wat: returning('(list string)', [6, 1]),
    reason: pointer,
    jco: 'reads from where it points',
  },
  'a list that ends out of bounds': {
    wat: returning('(list u8)', [65_530, 7]),
    reason: pointer,
    jco: 'cuts it',
  },
  'an empty list that begins out of bounds': {
    wat: returning('(list u8)', [65_537, 0]),
    reason: pointer,
    jco: 'returns an empty list',
  },
  'a length whose bytes overflow 32 bits': {
    wat: returning('(list u64)', [8, 0x20000001]),
    reason: pointer,
    jco: 'cuts it',
  },
  'a list within a list out of bounds': {
    wat: returning('(list (list u64))', [32, 1, 0, 0, 65_536, 1]),
    reason: pointer,
    jco: 'cuts it',
  },
})

testTraps('a string of a guest', {
  'one that ends out of bounds': { wat: returning('string', [65_530, 7]), reason: pointer, jco: 'cuts it' },
  'invalid UTF-8': { wat: returning('string', [24, 4, 0xff]), reason: 'invalid UTF-8', jco: 'replaces it' },
  'a surrogate in UTF-8': {
    wat: returning('string', [24, 3, 0x80a0ed]),
    reason: 'invalid UTF-8',
    jco: 'replaces it',
  },
  'an overlong form in UTF-8': {
    wat: returning('string', [24, 2, 0x80c0]),
    reason: 'invalid UTF-8',
    jco: 'replaces it',
  },
  'UTF-8 that ends early': {
    wat: returning('string', [24, 2, 0x82e2]),
    reason: 'invalid UTF-8',
    jco: 'replaces it',
  },
  'a lone surrogate in UTF-16': {
    wat: returning('string', [24, 1, 0xd800], '(memory $i "memory") string-encoding=utf16'),
    reason: 'invalid UTF-16',
    jco: 'replaces it',
  },
  'UTF-16 that is misaligned': {
    wat: returning('string', [25, 1], '(memory $i "memory") string-encoding=utf16'),
    reason: pointer,
  },
  'UTF-16 that ends out of bounds': {
    wat: returning('string', [65_534, 2], '(memory $i "memory") string-encoding=utf16'),
    reason: pointer,
  },
  'Latin-1 that is misaligned': {
    wat: returning('string', [25, 1], '(memory $i "memory") string-encoding=latin1+utf16'),
    reason: pointer,
    jco: 'does not know the encoding',
  },
  'tagged UTF-16 that ends out of bounds': {
    wat: returning('string', [65_534, -2147483646], '(memory $i "memory") string-encoding=latin1+utf16'),
    reason: pointer,
    jco: 'does not know the encoding',
  },
})

/** One with 320 MiB of memory, most of it never touched, which returns `length` units from address 0 on. */
const greatMemory = (type: string, length: number, options?: string): string =>
  returning(type, [0, length], options).replace(
    '(memory (export "memory") 1)',
    '(memory (export "memory") 5120)',
  )

testTraps('what is longer than the specification allows', {
  'a list': { wat: greatMemory('(list u8)', 2 ** 28), reason: pointer, jco: 'copies it' },
  'a string in UTF-8': { wat: greatMemory('string', 2 ** 28), reason: pointer, jco: 'reads it' },
  'a string in UTF-16': {
    wat: greatMemory('string', 2 ** 27, '(memory $i "memory") string-encoding=utf16'),
    reason: pointer,
    jco: 'reads it',
  },
})

testTraps('a value of a guest', {
  'a char that is a surrogate': { wat: returningFlat('char', '0xdfff'), reason: 'invalid char' },
  'a char past the last': { wat: returningFlat('char', '0x110000'), reason: 'invalid char' },
  'a char that is negative': { wat: returningFlat('char', '-1'), reason: 'invalid char' },
  'a char in memory': { wat: returning('(tuple u32 char)', [0, 0xd800]), reason: 'invalid char' },
  'a case of an enum that is not there': {
    wat: returningFlat('bool', '0')
      .replace('(result bool)', '(result $e)')
      .replace('(core module', '(type $e\' (enum "a" "b")) (export $e "e" (type $e\')) (core module')
      .replace('(result i32) (i32.const 0)', '(result i32) (i32.const 2)'),
    reason: 'invalid discriminant',
    jco: 'does not know exported types',
  },
  'a result that is neither': { wat: returningFlat('(result)', '2'), reason: 'invalid discriminant' },
  'an option in memory': { wat: returning('(option u32)', [2, 0]), reason: 'invalid discriminant' },
  'a result within a list': {
    wat: returning('(list (result u32))', [24, 1, 7, 0]),
    reason: 'invalid discriminant',
  },
})

testTraps('what realloc returns', {
  'a pointer that is misaligned, for a list': {
    wat: taking('(param "a" (list u64))', '(param i32 i32)', 12),
    reason: pointer,
    args: [[1n]],
    jco: 'writes to where it points',
  },
  'a pointer that is misaligned, for an empty list': {
    wat: taking('(param "a" (list u64))', '(param i32 i32)', 12),
    reason: pointer,
    args: [[]],
    jco: 'looks at no pointer',
  },
  'a pointer out of bounds, for an empty string': {
    wat: taking('(param "a" string)', '(param i32 i32)', 65_537),
    reason: pointer,
    args: [''],
    jco: 'calls no realloc',
  },
  'a pointer out of bounds, for a string': {
    wat: taking('(param "a" string)', '(param i32 i32)', 65_534),
    reason: pointer,
    args: ['abc'],
    jco: 'cuts it',
  },
  'a pointer that is misaligned, for parameters': {
    wat: taking(manyParams, '(param i32)', 18),
    reason: pointer,
    args: manyArgs,
    jco: 'writes to where it points',
  },
  'a pointer out of bounds, for parameters': {
    wat: taking(manyParams, '(param i32)', 65_500),
    reason: pointer,
    args: manyArgs,
  },
  'nothing, for it traps': {
    wat: guest(
      '(func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable) (func (export "run") (param i32 i32))',
      '(param "a" string)',
      '(memory $i "memory") (realloc (func $i "realloc"))',
    ),
    reason: 'unreachable',
    args: ['abc'],
  },
})

/** A guest that calls the import "host", of type `type`, with the core arguments `args`. */
function calling(type: string, params: string, args: string): string {
  return `(component
    (import "host" (func $host ${type}))
    (core module $libc (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024)))
    (core instance $libc (instantiate $libc))
    (core func $host (canon lower (func $host) (memory $libc "memory") (realloc (func $libc "realloc"))))
    (core module $m (import "h" "host" (func $host ${params}))
      (func (export "fine")) (func (export "run") (call $host ${args})))
    (core instance $i (instantiate $m (with "h" (instance (export "host" (func $host))))))
    (func (export "fine") (canon lift (core func $i "fine")))
    (func (export "run") (canon lift (core func $i "run"))))`
}

testTraps('what a guest calls the host with', {
  'parameters in memory that are misaligned': {
    wat: calling(manyParams, '(param i32)', '(i32.const 2)'),
    reason: pointer,
    imports: { host: () => undefined },
    jco: 'reads from where it points',
  },
  'parameters in memory out of bounds': {
    wat: calling(manyParams, '(param i32)', '(i32.const 65500)'),
    reason: pointer,
    imports: { host: () => undefined },
  },
  'a place for the result that is misaligned': {
    wat: calling('(result (tuple u32 u32))', '(param i32)', '(i32.const 2)'),
    reason: pointer,
    imports: { host: () => [1, 2] },
    jco: 'writes to where it points',
  },
  'a place for the result out of bounds': {
    wat: calling('(result (tuple u32 u32))', '(param i32)', '(i32.const 65532)'),
    reason: pointer,
    imports: { host: () => [1, 2] },
  },
  'a char that is a surrogate': {
    wat: calling('(param "a" char)', '(param i32)', '(i32.const 0xd800)'),
    reason: 'invalid char',
    imports: { host: () => undefined },
  },
  'a string out of bounds': {
    wat: calling('(param "a" string)', '(param i32 i32)', '(i32.const 65535) (i32.const 2)'),
    reason: pointer,
    imports: { host: () => undefined },
    jco: 'cuts it',
  },
})
