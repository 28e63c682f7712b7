import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { createGuestWorld } from '../../../support/guest-world/guest-world.js'
import { readGuest } from '../../../support/guests.js'
import { parseWat } from '../../../support/wasm-tools.js'

/** Imports a function, a resource with all kinds of members, and calls them. */
const prepared = prepareComponent(
  parseWat(`(component
    (import "test:t/calls@1.2.0" (instance $i
      (export "thing" (type $t (sub resource)))
      (export "plain" (func (result u32)))
      (export "[constructor]thing" (func (result (own $t))))
      (export "[method]thing.number" (func (param "self" (borrow $t)) (result u32)))
      (export "[static]thing.count" (func (result u32)))))
    (alias export $i "thing" (type $t))
    (core func $plain (canon lower (func $i "plain")))
    (core func $new (canon lower (func $i "[constructor]thing")))
    (core func $number (canon lower (func $i "[method]thing.number")))
    (core func $count (canon lower (func $i "[static]thing.count")))
    (core module $m
      (import "h" "plain" (func $plain (result i32))) (import "h" "new" (func $new (result i32)))
      (import "h" "number" (func $number (param i32) (result i32))) (import "h" "count" (func $count (result i32)))
      (func (export "plain") (result i32) (call $plain))
      (func (export "number") (result i32) (call $number (call $new)))
      (func (export "count") (result i32) (call $count)))
    (core instance $c (instantiate $m (with "h" (instance (export "plain" (func $plain))
      (export "new" (func $new)) (export "number" (func $number)) (export "count" (func $count))))))
    (func (export "plain") (result u32) (canon lift (core func $c "plain")))
    (func (export "number") (result u32) (canon lift (core func $c "number")))
    (func (export "count") (result u32) (canon lift (core func $c "count"))))`),
)

class Thing {
  number(): number {
    return 7
  }

  static count(): number {
    return 3
  }
}

type Functions = Readonly<Record<'plain' | 'number' | 'count', () => number>>

const calls = { Thing, plain: (): number => 1 }
const create = (imports: Readonly<Record<string, object>>): Functions =>
  createInstance(prepared, imports).exports as unknown as Functions

describe('createInstance()', () => {
  it.each(['test:t/calls@1.2.0', 'test:t/calls@1.0.3', 'test:t/calls@1.9.0', 'test:t/calls'])(
    'takes %s for an import of version 1.2.0',
    (name) => {
      const { plain, number, count } = create({ [name]: calls })
      expect([plain(), number(), count()]).toEqual([1, 7, 3])
    },
  )

  it.each(['test:t/calls@2.0.0', 'test:t/calls@1.2.0-draft', 'test:t/call@1.2.0', 'test:other/calls@1.2.0'])(
    'does not take %s for it',
    (name) => {
      expect(() => create({ [name]: calls })).toThrow(
        'the host does not provide test:t/calls@1.2.0 (plain, resource thing, [method]thing.number, [static]thing.count)',
      )
    },
  )

  it('prefers the exact version', () => {
    const other = { Thing, plain: () => 2 }
    expect(
      create({ 'test:t/calls@1.0.0': other, 'test:t/calls@1.2.0': calls, 'test:t/calls': other }).plain(),
    ).toBe(1)
  })

  it('lists the functions that an interface of the host lacks', () => {
    class Bare {}
    expect(() => create({ 'test:t/calls': { Thing: Bare } })).toThrow(
      expect.objectContaining({
        code: 'COMPONENT_IMPORTS_MISSING',
        message:
          'Cannot link component: the host does not provide plain, [method]thing.number, [static]thing.count of test:t/calls@1.2.0',
      }),
    )
  })

  it('lists everything that is missing, over all interfaces', () => {
    const { 'wasi:http/types': _http, 'wasi:io/streams': _streams, ...rest } = createGuestWorld().imports
    expect(() => createInstance(prepareComponent(readGuest('http-hello')), rest)).toThrow(
      /wasi:io\/streams@0\.2\.0 \(.*\[method\]input-stream\.blocking-read.*\); wasi:http\/types@0\.2\.0 \(/,
    )
  })

  it('asks onMissing once for each missing function, and calls what it gives', () => {
    const asked: string[] = []
    const called: unknown[][] = []
    const onMissing = (
      interfaceName: string | undefined,
      name: string,
    ): ((...args: unknown[]) => unknown) => {
      asked.push(`${interfaceName} ${name}`)
      return (...args) => {
        called.push(args)
        return 9
      }
    }
    class Bare {}
    const imports = { 'test:t/calls': { Thing: Bare } }
    const { plain, number, count } = createInstance(prepared, imports, { onMissing })
      .exports as unknown as Functions
    expect([plain(), number(), count()]).toEqual([9, 9, 9])
    expect(called).toEqual([[], [expect.any(Bare)], []])
    createInstance(prepared, imports, { onMissing })
    expect(asked).toEqual(
      ['plain', '[method]thing.number', '[static]thing.count'].map((name) => `test:t/calls@1.2.0 ${name}`),
    )
  })

  it('stands in for whole interfaces', () => {
    const onMissing = (_interface: string | undefined, name: string) => () => {
      throw new Error(`${name} is not linked`)
    }
    const { plain } = createInstance(prepared, {}, { onMissing }).exports as unknown as Functions
    expect(() => plain()).toThrow('plain is not linked')
  })

  it('takes functions of the world as such or as default exports', () => {
    const bytes = parseWat(`(component
      (import "get-number" (func $f (result u32)))
      (core func $f (canon lower (func $f)))
      (core module $m (import "h" "f" (func $f (result i32))) (func (export "run") (result i32) (call $f)))
      (core instance $i (instantiate $m (with "h" (instance (export "f" (func $f))))))
      (func (export "run-it") (result u32) (canon lift (core func $i "run"))))`)
    const world = prepareComponent(bytes)
    for (const given of [() => 4, { default: () => 4 }]) {
      const { runIt } = createInstance(world, { 'get-number': given }).exports as { runIt(): number }
      expect(runIt()).toBe(4)
    }
    expect(() => createInstance(world, {})).toThrow('the host does not provide get-number')
  })
})
