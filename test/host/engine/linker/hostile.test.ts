import { AppError } from '#washi/core/errors.js'
import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { dumpSource } from '#washi/host/engine/linker/dump-source.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { guestNames, readGuest } from '../../../support/guests.js'
import { parseWat } from '../../../support/wasm-tools.js'

/** What a core name of a hostile component holds: code, for whoever prints it unescaped. */
const payloads = [
  '"];globalThis.hacked=1;[',
  "'];globalThis.hacked=1;['",
  '`${globalThis.hacked=1}`',
  '*/globalThis.hacked=1/*',
  '\\";globalThis.hacked=1//',
  '\u2028globalThis.hacked=1\u2029',
  '}globalThis.hacked=1\n{',
  '__proto__',
  'constructor',
]

describe('generated code', () => {
  it.each(payloads)('holds the core name %j as an escaped string only', (name) => {
    const quoted = [...new TextEncoder().encode(name)]
      .map((byte) => `\\${byte.toString(16).padStart(2, '0')}`)
      .join('')
    const bytes = parseWat(`(component
      (core module $a (func (export "${quoted}") (result i32) (i32.const 5)) (memory (export "m${quoted}") 1)
        (global (export "washi:memory") (mut i32) (i32.const 0)))
      (core instance $a (instantiate $a))
      (core module $b (import "${quoted}" "${quoted}" (func $f (result i32)))
        (func (export "run${quoted}") (result i32) (call $f)))
      (core instance $b (instantiate $b (with "${quoted}" (instance $a))))
      (core instance $c (instantiate $b (with "${quoted}" (instance (export "${quoted}" (func $a "${quoted}"))))))
      (func (export "one") (result u32) (canon lift (core func $b "run${quoted}")))
      (func (export "two") (result u32) (canon lift (core func $c "run${quoted}"))))`)
    const prepared = prepareComponent(bytes)
    const instance = createInstance(prepared, {})
    const { one, two } = instance.exports as { one(): number; two(): number }
    expect([one(), two(), instance.reset()]).toEqual([5, 5, true])
    expect(globalThis).not.toHaveProperty('hacked')
    expect(dumpSource(prepared)).not.toMatch(/[^\n -~]/)
  })

  it('gives no two things one name, in any guest', () => {
    for (const name of guestNames) {
      const { source } = prepareComponent(readGuest(name))
      const global = [...source.matchAll(/^(?:const|let|class) ([A-Za-z$]+\d+)/gm)].map(
        ([, declared]) => declared,
      )
      expect(new Set(global).size).toBe(global.length)
      const functions = source.split(/^(?=const )/m)
      for (const code of functions) {
        const locals = [...code.matchAll(/^ +(?:const|let) (\w+) =/gm)].map(([, declared]) => declared)
        expect(locals.filter((local) => global.includes(local))).toEqual([])
      }
    }
  })
})

describe('prepareComponent()', () => {
  it.each([[/33 flags/, `(flags ${Array.from({ length: 33 }, (_, index) => `"f${index}"`).join(' ')})`]])(
    'refuses by name what it does not handle: %s',
    (what, type) => {
      const bytes = parseWat(`(component
      (core module $m (func (export "f") (param i32 i32 i32 i32)))
      (core instance $i (instantiate $m))
      (type $t' ${type}) (export $t "t" (type $t'))
      (func (export "f") (param "x" $t) (canon lift (core func $i "f"))))`)
      expect(() => prepareComponent(bytes)).toThrow(what)
    },
  )

  it.each([
    ['has another type', '(func (export "f") (param i64))'],
    ['is no function', '(memory (export "f") 1)'],
    ['is not there', ''],
  ])('refuses a lifted function that %s in its module', (_what, field) => {
    const bytes = parseWat(`(component
      (core module $m ${field})
      (core instance $i (instantiate $m))
      (alias core export $i "f" (core func $f))
      (func (export "f") (param "x" u32) (canon lift (core func $f))))`)
    expect(() => prepareComponent(bytes)).toThrow(AppError)
  })

  it('is not led in circles by shims that call each other', () => {
    const bytes = parseWat(`(component
      (core module $shim (type $t (func)) (table (export "$imports") 1 1 funcref)
        (func (export "0") (type $t) (call_indirect (type $t) (i32.const 0))))
      (core module $fixup (import "" "0" (func)) (import "" "$imports" (table 1 1 funcref)) (elem (i32.const 0) func 0))
      (core instance $a (instantiate $shim))
      (core instance $b (instantiate $shim))
      (core instance (instantiate $fixup (with "" (instance
        (export "0" (func $b "0")) (export "$imports" (table $a "$imports"))))))
      (core instance (instantiate $fixup (with "" (instance
        (export "0" (func $a "0")) (export "$imports" (table $b "$imports"))))))
      (func (export "run") (canon lift (core func $a "0"))))`)
    const { run } = createInstance(prepareComponent(bytes), {}).exports as { run(): void }
    expect(() => run()).toThrow('Maximum call stack size exceeded')
  })

  it('refuses core modules that do not compile or do not fit together', () => {
    const broken = parseWat(
      '(component (core module $m (func (result i32))) (core instance (instantiate $m)))',
    )
    expect(() => prepareComponent(broken)).toThrow('Cannot compile core module 0 of the component')
    const unfit = parseWat(`(component
      (core module $m (import "a" "b" (func)))
      (core instance (instantiate $m (with "a" (instance)))))`)
    expect(() => prepareComponent(unfit)).toThrow('it does not export "b", at offset')
  })
})
