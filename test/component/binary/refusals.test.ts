import { AppError, type ErrorCode } from '#washi/core/errors.js'
import { decodeComponent } from '#washi/component/binary/decode-component.js'
import { describe, expect, it } from 'vitest'
import { componentOf, leb, section, text } from '../../support/binary.js'
import { readGuest } from '../../support/guests.js'
import { parseWat } from '../../support/wasm-tools.js'

/** The message that the decoder refuses the bytes with. */
function refusal(bytes: Uint8Array, code: ErrorCode = 'COMPONENT_INVALID'): string {
  try {
    decodeComponent(bytes)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError)
    const error = thrown as AppError
    expect(error.code).toBe(code)
    expect(error.exitCode).toBe(2)
    expect(error.message).toMatch(/ at offset \d+$/)
    return error.message.replace('Cannot read component: ', '')
  }
  throw new Error('the bytes were accepted')
}

const ascii = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('decodeComponent() on what is no component', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', new Uint8Array(), 'the file is empty, at offset 0'],
    ['a text file', ascii('hello: world\n'), 'it is a text file, not WebAssembly, at offset 0'],
    ['text of WebAssembly', ascii(';; x\n(component)'), 'it is WebAssembly text, not binary, at offset 0'],
    [
      'a gzip archive',
      new Uint8Array([0x1f, 0x8b, 8, 0]),
      'it is a gzip archive, not WebAssembly, at offset 0',
    ],
    ['a zip archive', ascii('PK\u0003\u0004'), 'it is a zip archive, not WebAssembly, at offset 0'],
    ['an executable', ascii('\u007fELF\u0002'), 'it is an ELF executable, not WebAssembly, at offset 0'],
    ['noise', new Uint8Array([0xde, 0xad, 0xbe, 0xef]), 'it is not WebAssembly, at offset 0'],
    [
      'half a magic number',
      new Uint8Array([0, 0x61]),
      'it ends within the 8 bytes of its preamble, at offset 2',
    ],
    ['a core module', parseWat('(module)'), 'it is a core WebAssembly module, not a component, at offset 4'],
    [
      'an older version',
      new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0a, 0, 1, 0]),
      'it is of version 10 of the component format, of which version 13 is known, at offset 4',
    ],
    [
      'a newer layer',
      new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 2, 0]),
      'it is of the unknown layer 2, at offset 6',
    ],
  ])('refuses %s by name', (_, bytes, expected) => {
    expect(refusal(bytes)).toBe(expected)
  })

  it('hints at the tool that makes a component of a core module', () => {
    expect(() => decodeComponent(parseWat('(module)'))).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('wasm-tools component new') }),
    )
  })
})

describe('decodeComponent() on asynchronous components', () => {
  const prefix = 'it is an asynchronous component (WASI 0.3), which is not supported: it uses '

  it.each<[number, string]>([
    [0x05, 'task.cancel'],
    [0x09, 'task.return'],
    [0x0a, 'context.get'],
    [0x0e, 'stream.new'],
    [0x15, 'future.new'],
    [0x1c, 'error-context.new'],
    [0x1f, 'waitable-set.new'],
    [0x24, 'backpressure.inc'],
    [0x40, 'thread.spawn-ref'],
  ])('refuses the canonical function %i as %s', (byte, name) => {
    const bytes = componentOf(section(8, [1, byte, 0, 0, 0]))
    expect(refusal(bytes, 'COMPONENT_UNSUPPORTED')).toBe(
      `${prefix}the canonical function ${name} at offset 11`,
    )
  })

  it.each<[string, string, string]>([
    ['a stream', '(component (type (stream u8)))', 'the type stream at offset 11'],
    ['a future', '(component (type (future u8)))', 'the type future at offset 11'],
    ['an error-context', '(component (type error-context))', 'the type error-context at offset 11'],
    [
      'an error-context in a tuple',
      '(component (type (tuple u8 error-context)))',
      'the type error-context at offset 14',
    ],
    [
      'an async lift',
      `(component (core module $m (func (export "f"))) (core instance $i (instantiate $m))
        (func (canon lift (core func $i "f") async)))`,
      'the canonical option async',
    ],
    [
      'an async lower',
      '(component (import "f" (func $f)) (core func (canon lower (func $f) async)))',
      'the canonical option async',
    ],
  ])('refuses %s by name', (_, wat, expected) => {
    expect(refusal(parseWat(wat), 'COMPONENT_UNSUPPORTED')).toContain(prefix + expected)
  })

  it('refuses an async function type and an async name', () => {
    expect(refusal(componentOf(section(7, [1, 0x43, 0, 1, 0])), 'COMPONENT_UNSUPPORTED')).toContain(
      'an async function type',
    )
    const named = componentOf(section(7, [1, 0x40, 0, 1, 0]), section(10, [1, 0, ...text('[async]f'), 1, 0]))
    expect(refusal(named, 'COMPONENT_UNSUPPORTED')).toContain('the name \\"[async]f\\"'.replaceAll('\\', ''))
  })
})

describe('decodeComponent() on what it does not support', () => {
  it.each<[string, Uint8Array, string]>([
    ['component values', componentOf(section(12, [0])), 'component values are not supported, at offset 8'],
    ['start functions', componentOf(section(9, [0, 0, 0])), 'component start functions are not supported,'],
    ['maps', componentOf(section(7, [1, 0x63, 0x7d, 0x7d])), 'the type map is not supported,'],
    [
      'core types of GC',
      componentOf(section(3, [1, 0x5f, 0])),
      'core types of the garbage collection proposal',
    ],
    [
      'several results',
      componentOf(section(7, [1, 0x40, 0, 1, 1, ...text('a'), 0x7d])),
      'functions with several named results are not supported,',
    ],
    [
      'dependency names',
      componentOf(
        section(7, [1, 0x40, 0, 1, 0]),
        section(10, [1, 0, ...text('locked-dep=<a:b@1.0.0>'), 1, 0]),
      ),
      'the name "locked-dep=<a:b@1.0.0>" of the form locked-dep=<...> is not supported,',
    ],
    [
      'shortened versions',
      componentOf(section(7, [1, 0x42, 0]), section(10, [1, 0, ...text('a:b/c@1'), 5, 0])),
      'the name "a:b/c@1" with a shortened version is not supported,',
    ],
    [
      'attributes of names',
      componentOf(section(7, [1, 0x42, 0]), section(10, [1, 2, ...text('a'), 1, 0, ...text('x:y/z'), 5, 0])),
      'attributes of names are not supported,',
    ],
    [
      'functions with the name of an interface',
      componentOf(section(7, [1, 0x40, 0, 1, 0]), section(10, [1, 0, ...text('a:b/c@1.0.0'), 1, 0])),
      'the function "a:b/c@1.0.0" with the name of an interface is not supported,',
    ],
  ])('refuses %s by name', (_, bytes, expected) => {
    expect(refusal(bytes, 'COMPONENT_UNSUPPORTED')).toContain(expected)
  })
})

const repeat = (bytes: readonly number[], times: number): number[] =>
  Array.from({ length: times * bytes.length }, (_, index) => bytes[index % bytes.length] ?? 0)

describe('decodeComponent() on hostile numbers', () => {
  const huge = leb(0xffffffff)

  it.each<[string, Uint8Array, string]>([
    ['a section past the end', componentOf([7, ...huge]), 'reaches past the end at offset 14'],
    [
      'a vector past the end',
      componentOf(section(7, huge)),
      'a vector of 4294967295 items reaches past the end',
    ],
    ['a string past the end', componentOf(section(0, huge)), 'a string reaches past the end at offset 10'],
    [
      'a string that is too long',
      componentOf(section(0, [...leb(100_001), ...new Array<number>(100_001).fill(0x61)])),
      'a string of 100001 bytes is longer than 100000',
    ],
    [
      'an integer of six bytes',
      componentOf(section(7, [0x80, 0x80, 0x80, 0x80, 0x80, 0])),
      'longer than 5 bytes',
    ],
    [
      'an integer of 33 bits',
      componentOf(section(7, [0xff, 0xff, 0xff, 0xff, 0x1f])),
      'greater than 32 bits allow',
    ],
    ['invalid UTF-8', componentOf(section(0, [2, 0xc3, 0x28])), 'a string is not valid UTF-8 at offset 10'],
    ['an unknown section', componentOf(section(13, [])), '0x0d is no section of a component at offset 8'],
    ['an unfinished section', componentOf(section(7, [1, 0x70])), 'it ends too early, at offset 12'],
    ['a section with a rest', componentOf(section(7, [0, 1])), 'holds more than it says, at offset 11'],
    ['an empty record', componentOf(section(7, [1, 0x72, 0])), 'a record is empty at offset 12'],
    ['an unknown type', componentOf(section(7, [1, 0x00])), '0x00 is no type at offset 11'],
    [
      'a core module that is none',
      componentOf(section(1, [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0])),
      'the version of a core module starts with 0x02 instead of 0x01 at offset 14',
    ],
  ])('refuses %s', (_, bytes, expected) => {
    expect(refusal(bytes)).toContain(expected)
  })

  it('refuses components that lie in one another without end', () => {
    let bytes = componentOf()
    for (let depth = 0; depth < 101; depth++) bytes = componentOf(section(4, [...bytes]))
    expect(refusal(bytes)).toContain('deeper than 100')
  })

  it('refuses types that lie in one another without end', () => {
    let type = [0x42, 0]
    for (let depth = 0; depth < 101; depth++) type = [0x42, 1, 1, ...type]
    expect(refusal(componentOf(section(7, [1, ...type])))).toContain('deeper than 100')
  })

  it.each<[string, () => Uint8Array]>([
    ['types', () => componentOf(section(7, [...leb(1_000_001), ...repeat([0x7d], 1_000_001)]))],
    [
      'parts of a type',
      () => componentOf(section(7, [1, 0x6f, ...leb(1_000_001), ...repeat([0x7d], 1_000_001)])),
    ],
    ['sections', () => componentOf(repeat([0, 1, 0], 1_000_001))],
  ])('refuses more than a million %s, which would fill the memory', (_, make) => {
    expect(refusal(make())).toContain('it has more than 1000000 items')
  })

  it('refuses more than 32 flags', () => {
    const names = Array.from({ length: 33 }, (_, index) => text(`f${index}`)).flat()
    expect(refusal(componentOf(section(7, [1, 0x6e, 33, ...names])))).toContain(
      '33 flags are more than the 32',
    )
  })
})

describe('decodeComponent() on indices', () => {
  it.each<[string, readonly number[][], string]>([
    ['a type', [section(7, [1, 0x70, 0])], 'type 0 is not defined (there are 0 before it), at offset 12'],
    ['the type of an import', [section(10, [1, 0, ...text('a'), 1, 3])], 'type 3 is not defined'],
    ['the target of an export', [section(11, [1, 0, ...text('a'), 1, 0, 0])], 'function 0 is not defined'],
    ['a module', [section(2, [1, 0, 0, 0])], 'core module 0 is not defined'],
    ['an instance', [section(6, [1, 1, 0, 9, ...text('a')])], 'instance 9 is not defined'],
    ['an outer component', [section(6, [1, 3, 2, 1, 0])], 'an alias points outside the component'],
    ['a component', [section(5, [1, 0, 7, 0])], 'component 7 is not defined'],
    ['a memory', [section(8, [1, 0, 0, 0, 1, 3, 0, 0])], 'core function 0 is not defined'],
  ])('refuses %s that is not there', (_, sections, expected) => {
    expect(refusal(componentOf(...sections))).toContain(expected)
  })
})

describe('decodeComponent() on names', () => {
  const functionType = section(7, [1, 0x40, 0, 1, 0])
  const importing = (name: string): Uint8Array =>
    componentOf(functionType, section(10, [1, 0, ...text(name), 1, 0]))

  it.each(['a', 'a-b', 'a1-2-3', 'is-XML', 'A', 'custom-hook'])('accepts the label %s', (name) => {
    expect(() => decodeComponent(importing(name))).not.toThrow()
  })

  it.each([
    '',
    '-a',
    'a-',
    'a--b',
    '1a',
    'aB',
    'a_b',
    'a b',
    'a.b',
    'ä',
    'a\u0000',
    '__proto__',
    'a"];process.exit()//',
    '${x}',
    '[method]a',
    '[constructor]a.b',
    '[getter]a.b',
    'a:b',
    'A:b/c',
    'a:b/c@01.0.0',
    'a:b/c@1.0.0"',
  ])('refuses the name %j of a function', (name) => {
    expect(refusal(importing(name))).toContain('is not a valid name of an import or export')
  })

  it('matches a hostile name in time that does not explode', () => {
    const name = `a${'-1'.repeat(49_000)}!`
    expect(refusal(importing(name))).toContain('is not a valid name')
  })

  it.each<[string, string]>([
    ['a record', '(component (type (record (field "a" u8) (field "A" u8))))'],
    ['a variant', '(component (type (variant (case "a") (case "a"))))'],
    ['flags', '(component (type (flags "a" "a")))'],
    ['parameters', '(component (type (func (param "a" u8) (param "a" u8))))'],
    ['imports', '(component (import "a" (func)) (import "a" (func)))'],
    ['imports that differ in case', '(component (import "a-b" (func)) (import "a-B" (func)))'],
    ['exports', '(component (import "a" (func $a)) (export "b" (func $a)) (export "b" (func $a)))'],
    [
      'the arguments of an instance',
      '(component (component $c) (instance $i) (instance (instantiate $c (with "a" (instance $i)) (with "a" (instance $i)))))',
    ],
  ])('refuses two of one name in %s', (_, wat) => {
    expect(refusal(parseWat(wat))).toContain('is there twice,')
  })

  it('escapes names in its messages', () => {
    expect(refusal(importing('\u001b[31m\u202e'))).toContain('"\\u001b[31m\\u202e"')
  })
})

describe('decodeComponent() on truncated files', () => {
  it('refuses every beginning of a component, or decodes it where it ends between two sections', () => {
    const whole = readGuest('pong')
    let decoded = 0
    for (let length = 0; length < whole.length; length++) {
      const part = whole.subarray(0, length)
      try {
        decodeComponent(part)
        decoded++
      } catch (thrown) {
        expect((thrown as AppError).code).toBe('COMPONENT_INVALID')
      }
    }
    expect(decoded).toBeLessThan(20)
  })
})
