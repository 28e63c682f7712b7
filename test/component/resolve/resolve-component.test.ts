import { decodeComponent } from '#washi/component/binary/decode-component.js'
import type { ResolvedComponent } from '#washi/component/resolve/program.js'
import { resolveComponent } from '#washi/component/resolve/resolve-component.js'
import { AppError, type ErrorCode } from '#washi/core/errors.js'
import { describe, expect, it } from 'vitest'
import { componentOf, leb, section, text } from '../../support/binary.js'
import { guestNames, readGuest } from '../../support/guests.js'
import { parseWat } from '../../support/wasm-tools.js'

function resolve(wat: string): ResolvedComponent {
  return resolveComponent(decodeComponent(parseWat(wat)))
}

function refusal(run: () => unknown, code: ErrorCode = 'COMPONENT_INVALID'): string {
  try {
    run()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError)
    expect((thrown as AppError).code).toBe(code)
    expect((thrown as AppError).message).toMatch(/ at offset \d+$/)
    return (thrown as AppError).message
  }
  throw new Error('the component was accepted')
}

const libc = `
  (core module $libc
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable))
  (core instance $libc (instantiate $libc))`

describe('resolveComponent()', () => {
  it.each(guestNames)('resolves %s to instances that only use what was made before them', (guest) => {
    const { instances, modules } = resolveComponent(decodeComponent(readGuest(guest)))
    expect(instances.length).toBeGreaterThan(0)
    for (const [index, instance] of instances.entries()) {
      expect(instance.id).toBe(index)
      expect(instance.module).toBeLessThan(modules.length)
      for (const { from } of instance.args) {
        const used =
          from.kind === 'instance'
            ? [from.instance]
            : [...from.items.values()].flatMap((item) => (item.kind === 'export' ? item.instance : []))
        for (const { id } of used) expect(id).toBeLessThan(index)
      }
    }
  })

  it('gives each instance of a component that is instantiated twice resources and instances of its own', () => {
    const program = resolve(`
      (component
        (component $c
          (core module $m (func (export "f") (param i32)))
          (core instance $i (instantiate $m))
          (type $r (resource (rep i32) (dtor (func $i "f"))))
          (export "r" (type $r)))
        (instance $one (instantiate $c))
        (instance $two (instantiate $c))
        (export "one" (instance $one))
        (export "two" (instance $two)))`)
    expect(program.componentCount).toBe(3)
    expect(program.modules).toHaveLength(1)
    expect(program.instances.map((instance) => instance.module)).toEqual([0, 0])
    expect(program.resources.map(({ kind, id }) => [kind, id])).toEqual([
      ['defined-resource', 1],
      ['defined-resource', 2],
    ])
    expect([...program.typeNames.values()]).toEqual([
      { name: 'r', interface: 'one' },
      { name: 'r', interface: 'two' },
    ])
  })

  it('connects a component that imports to one that exports', () => {
    const program = resolve(`
      (component
        (component $callee
          (core module $m (func (export "f") (result i32) i32.const 1))
          (core instance $i (instantiate $m))
          (func $f (result u32) (canon lift (core func $i "f")))
          (export "f" (func $f)))
        (component $caller
          (import "f" (func $f (result u32)))
          (core func $f (canon lower (func $f)))
          (core module $m (import "" "f" (func (result i32))) (func (export "g") (result i32) call 0))
          (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
          (func $g (result u32) (canon lift (core func $i "g")))
          (export "g" (func $g)))
        (instance $callee (instantiate $callee))
        (instance $caller (instantiate $caller (with "f" (func $callee "f"))))
        (export "g" (func $caller "g")))`)
    expect(program.imports).toEqual([])
    expect(program.instances).toHaveLength(2)
    const from = program.instances[1]?.args[0]?.from
    const lower = from?.kind === 'items' ? from.items.get('f') : undefined
    expect(lower).toMatchObject({
      kind: 'lower',
      options: { component: 2 },
      function: { kind: 'lift', core: { name: 'f', instance: { id: 0 } }, options: { component: 1 } },
    })
    expect(program.exports).toMatchObject([
      { kind: 'function', name: 'g', function: { kind: 'lift', core: { name: 'g', instance: { id: 1 } } } },
    ])
  })

  it('tells the functions and resources of an imported interface from those of the root', () => {
    const program = resolve(`
      (component
        (import "log" (func $log))
        (import "a:b/c@1.0.0" (instance $c
          (export "r" (type $r (sub resource)))
          (export "[method]r.get" (func (param "self" (borrow $r)) (result u8)))))
        (core func (canon lower (func $log))))`)
    expect(program.imports).toMatchObject([
      { kind: 'function', name: 'log', function: { kind: 'import', name: 'log' } },
      { kind: 'instance', name: 'a:b/c@1.0.0' },
    ])
    expect(program.resources).toEqual([
      { kind: 'imported-resource', id: 1, interface: 'a:b/c@1.0.0', name: 'r' },
    ])
    const [, imported] = program.imports
    const get = imported?.kind === 'instance' ? imported.instance.exports.get('[method]r.get') : undefined
    expect(get).toMatchObject({
      function: {
        interface: 'a:b/c@1.0.0',
        type: { params: [{ name: 'self', type: { kind: 'borrow', resource: program.resources[0] } }] },
      },
    })
  })

  it('keeps the options of canonical functions', () => {
    const program = resolve(`
      (component ${libc}
        (core module $m (func (export "f") (param i32 i32) (result i32) i32.const 0) (func (export "p") (param i32)))
        (core instance $m (instantiate $m))
        (func $f (param "a" string) (result string) (canon lift (core func $m "f") string-encoding=utf16
          (memory $libc "memory") (realloc (func $libc "realloc")) (post-return (func $m "p"))))
        (export "f" (func $f)))`)
    expect(program.exports).toMatchObject([
      {
        function: {
          options: {
            component: 0,
            encoding: 'utf16',
            memory: { name: 'memory', sort: 'memory', instance: { id: 0 } },
            realloc: { name: 'realloc', sort: 'function' },
            postReturn: { name: 'p', instance: { id: 1 } },
          },
        },
      },
    ])
  })
})

describe('resolveComponent() on definitions that do not fit together', () => {
  it.each<[string, string, string]>([
    [
      'an alias of what is not exported',
      '(component (instance $i) (alias export $i "x" (func)))',
      'instance 0 exports no function "x"',
    ],
    [
      'an alias of another sort',
      '(component (import "f" (func $f)) (instance $i (export "f" (func $f))) (alias export $i "f" (instance)))',
      'instance 0 exports no instance "f"',
    ],
    [
      'a core alias of what is not there',
      '(component (core instance $i) (alias core export $i "x" (core func)))',
      'core instance 0 exports no core function "x"',
    ],
    [
      'a missing argument',
      '(component (component $c (import "f" (func))) (instance (instantiate $c)))',
      'without its import "f"',
    ],
    [
      'an argument of another sort',
      '(component (instance $i) (component $c (import "f" (func))) (instance (instantiate $c (with "f" (instance $i)))))',
      '"f" is given an instance where a function is asked for,',
    ],
    [
      'an argument of another type',
      `(component (import "f" (func $f)) (component $c (import "f" (func (result u8))))
        (instance (instantiate $c (with "f" (func $f)))))`,
      '"f" is given a function of another type',
    ],
    [
      'an instance that lacks an export',
      `(component (instance $i) (component $c (import "i" (instance (export "f" (func)))))
        (instance (instantiate $c (with "i" (instance $i)))))`,
      '"i" is given an instance that lacks "f",',
    ],
    [
      'own of what is no resource',
      '(component (type $t u8) (type (own $t)))',
      'type 0 is no resource but a u8',
    ],
    [
      'a list of functions',
      '(component (type $t (func)) (type (list $t)))',
      'type 0 is no value type but a function type',
    ],
    [
      'a function of a value type',
      '(component (type $t u8) (import "f" (func (type $t))))',
      'which is a u8,',
    ],
    [
      'an instance of a value type',
      '(component (type $t u8) (import "f" (instance (type $t))))',
      'which is a u8,',
    ],
    [
      'a resource made by another component',
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.new $r)))',
      'resource.new is used on a resource of another component',
    ],
  ])('refuses %s', (_, wat, expected) => {
    expect(refusal(() => resolve(wat))).toContain(expected)
  })
})

describe('resolveComponent() on what it does not support', () => {
  it.each<[string, string, string]>([
    [
      'a package of WIT',
      '(component (type (component)) (export "c" (type 0)))',
      'it is a package of WIT, not a component that runs,',
    ],
    [
      'the import of a component',
      '(component (import "c" (component)))',
      'the import of a component ("c") is not supported,',
    ],
    [
      'the import of a module',
      '(component (import "m" (core module)))',
      'the import of a core module ("m") is not supported,',
    ],
  ])('refuses %s by name', (_, wat, expected) => {
    expect(refusal(() => resolve(wat), 'COMPONENT_UNSUPPORTED')).toContain(expected)
  })
})

/** An index as a type reference, which is a signed number. */
const s33 = (index: number): number[] => (index < 64 ? [index] : [(index & 0x7f) | 0x80, index >> 7])

describe('resolveComponent() on components that ask for too much', () => {
  it('refuses types that double at each step', () => {
    const types = Array.from({ length: 40 }, (_, index) =>
      index === 0 ? [0x7d] : [0x6f, 2, ...leb(index - 1), ...leb(index - 1)],
    )
    const bytes = componentOf(section(7, [types.length, ...types.flat()]))
    expect(refusal(() => resolveComponent(decodeComponent(bytes)), 'COMPONENT_UNSUPPORTED')).toContain(
      'a type has more than 100000 parts',
    )
  })

  it('refuses types that lie in themselves without end', () => {
    const types = Array.from({ length: 127 }, (_, index) =>
      index === 0 ? [0x7d] : [0x70, ...s33(index - 1)],
    )
    const bytes = componentOf(section(7, [types.length, ...types.flat()]))
    expect(refusal(() => resolveComponent(decodeComponent(bytes)))).toContain('deeper than 100')
  })

  it('refuses components whose instances double at each step', () => {
    const inner = (nested: Uint8Array): Uint8Array =>
      componentOf(section(4, [...nested]), section(5, [2, 0, 0, 0, 0, 0, 0]))
    let bytes = componentOf()
    for (let depth = 0; depth < 40; depth++) bytes = inner(bytes)
    expect(refusal(() => resolveComponent(decodeComponent(bytes)), 'COMPONENT_UNSUPPORTED')).toContain(
      'there are more than 10000 instances',
    )
  })

  it('refuses a great instance type that is imported over and over', () => {
    const functions = Array.from({ length: 3000 }, (_, index) => [4, 0, ...text(`f${index}`), 1, 0]).flat()
    const type = [0x42, ...leb(3001), 1, 0x40, 0, 1, 0, ...functions]
    const imports = Array.from({ length: 1000 }, (_, index) => [0, ...text(`i${index}`), 5, 0]).flat()
    const bytes = componentOf(section(7, [1, ...type]), section(10, [...leb(1000), ...imports]))
    expect(refusal(() => resolveComponent(decodeComponent(bytes)), 'COMPONENT_UNSUPPORTED')).toContain(
      'too many steps',
    )
  })

  it('refuses a world that would be endless when it is written out', () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => [...text(`f${index}`), 0x7d]).flat()
    const imports = Array.from({ length: 5000 }, (_, index) => [0, ...text(`i${index}`), 1, 1]).flat()
    const bytes = componentOf(
      section(7, [2, 0x72, ...leb(20_000), ...fields, 0x40, 0, 0, 0]),
      section(10, [...leb(5000), ...imports]),
    )
    expect(refusal(() => resolveComponent(decodeComponent(bytes)), 'COMPONENT_UNSUPPORTED')).toContain(
      'too many steps',
    )
  })
})
