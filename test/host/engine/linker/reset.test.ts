import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { compileFactory } from '#washi/host/engine/linker/instance-factory.js'
import { linkImports } from '#washi/host/engine/linker/link-imports.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import type { PreparedComponent } from '#washi/host/engine/linker/prepared-component.js'
import { describe, expect, it } from 'vitest'
import { createGuestWorld } from '../../../support/guest-world/guest-world.js'
import { scenarios } from '../../../support/guest-scenarios.js'
import { readGuest, type GuestName } from '../../../support/guests.js'
import { parseWat } from '../../../support/wasm-tools.js'

/** Whether V8 takes what newer proposals add to modules, which Node.js 20 does not. */
const takes = (module: string): boolean => WebAssembly.validate(new Uint8Array(parseWat(module)))
const hasMultiMemory = takes('(module (memory 1) (memory 1))')
const hasStructs = takes('(module (type (struct)))')

const names = Object.keys(scenarios) as GuestName[] // the keys of a record by guest name

describe('reset()', () => {
  it.each(names)('leaves %s with the memory and globals of a new instance, byte for byte', (name) => {
    const prepared = prepareComponent(readGuest(name))
    expect(prepared.unresettable).toEqual([])
    const world = createGuestWorld()
    const untouched = createOpenInstance(prepared, world.imports)
    let used = createOpenInstance(prepared, world.imports)
    let [resets, dirty] = [0, 0]
    for (const step of (scenarios[name] ?? []).flat()) {
      step(used.exports, world)
      if (!isSame(used, untouched)) dirty++
      if (used.reset()) {
        resets++
        expect(isSame(used, untouched)).toBe(true)
      } else used = createOpenInstance(prepared, world.imports)
    }
    expect(resets).toBeGreaterThan(0)
    expect(name === 'pong' ? 1 : dirty).toBeGreaterThan(0)
  })

  it('does so for types-caller and for echo-types, one linked to the other', () => {
    const echo = prepareComponent(readGuest('echo-types'))
    const caller = prepareComponent(readGuest('types-caller'))
    expect([echo.unresettable, caller.unresettable]).toEqual([[], []])
    const world = createGuestWorld()
    const echoName = 'test:types/echo@0.1.0'
    let resets = 0
    const paths = echo.world.exports.flatMap((item) =>
      item.kind === 'interface' && item.name === echoName ? item.functions.map(({ name }) => `/${name}`) : [],
    )
    for (const path of paths) {
      const called = createOpenInstance(echo, world.imports)
      const imports = { ...world.imports, [echoName]: called.exports[echoName] as object }
      const calling = createOpenInstance(caller, imports)
      expect(world.request(calling.exports, { method: 'GET', path }).body).toContain(', 0 failed')
      // Where the values of a path made the memory grow, a reset is refused, and rightly so.
      if (calling.reset()) expect(isSame(calling, createOpenInstance(caller, imports)), path).toBe(true)
      if (!called.reset()) continue
      resets += 1
      expect(isSame(called, createOpenInstance(echo, world.imports)), path).toBe(true)
    }
    expect(paths.length).toBe(30)
    expect(resets).toBeGreaterThan(20)
  })

  it('refuses once memory has grown, after a trap and while a call runs', () => {
    const prepared = prepareComponent(readGuest('trouble'))
    const world = createGuestWorld()
    const grown = createInstance(prepared, world.imports)
    expect(grown.reset()).toBe(true)
    world.request(grown.exports, { method: 'GET', path: '/alloc/4' })
    expect(grown.reset()).toBe(false)
    const trapped = createInstance(prepared, world.imports)
    expect(world.request(trapped.exports, { method: 'GET', path: '/trap' }).thrown).toBe('RuntimeError')
    expect(trapped.reset()).toBe(false)
    let running: boolean | undefined
    const imports = {
      ...world.imports,
      'wasi:config/store': { get: () => void (running = calling.reset()), getAll: () => [] },
    }
    const calling = createInstance(prepared, imports)
    world.request(calling.exports, { method: 'GET', path: '/config/x' })
    expect(running).toBe(false)
  })

  it('forgets what calls left behind', () => {
    const world = createGuestWorld()
    const instance = createInstance(prepareComponent(readGuest('trouble')), world.imports)
    const count = (): unknown => world.request(instance.exports, { method: 'GET', path: '/counter' }).body
    expect([count(), count(), instance.reset(), count()]).toEqual(['1\n', '2\n', true, '1\n'])
  })

  it('works on a clone of the prepared component, as threads get it', () => {
    const prepared = structuredClone(prepareComponent(readGuest('trouble')))
    const world = createGuestWorld()
    const instance = createInstance(prepared, world.imports)
    expect(world.request(instance.exports, { method: 'GET', path: '/counter' }).body).toBe('1\n')
    expect(instance.reset()).toBe(true)
    expect(world.request(instance.exports, { method: 'GET', path: '/counter' }).body).toBe('1\n')
  })

  it('is not there where it was not asked for', () => {
    const prepared = prepareComponent(readGuest('pong'), { reset: false })
    expect(prepared.resettable).toBe(false)
    expect(prepared.unresettable).toEqual(['resets were not asked for'])
    expect(createInstance(prepared, {}).reset()).toBe(false)
  })

  it('drops the host resources that the guest still owned, each once', () => {
    const dropped: number[] = []
    class Thing {
      static count = 0
      readonly number = Thing.count++;

      [Symbol.dispose](): void {
        dropped.push(this.number)
      }
    }
    const instance = createInstance(prepareComponent(keeper), { 'test:t/things': { Thing } })
    const { keep, release } = instance.exports as { keep(): number; release(handle: number): void }
    keep()
    release(keep())
    keep()
    expect(dropped).toEqual([1])
    expect(instance.reset()).toBe(true)
    expect(dropped).toEqual([1, 2, 0])
    expect(keep()).toBe(1)
  })

  it.each([
    ['a start function', '(func $f) (start $f)', 'core module 0 has a start function'],
    ['table.set', '(table 1 funcref) (func (table.set 0 (i32.const 0) (ref.null func)))', 'table.set'],
    [
      'table.grow',
      '(table 1 funcref) (func (drop (table.grow 0 (ref.null func) (i32.const 1))))',
      'table.grow',
    ],
    [
      'table.fill',
      '(table 1 funcref) (func (table.fill 0 (i32.const 0) (ref.null func) (i32.const 1)))',
      'table.fill',
    ],
    [
      'table.copy',
      '(table 2 funcref) (func (table.copy (i32.const 0) (i32.const 1) (i32.const 1)))',
      'table.copy',
    ],
    [
      'table.init',
      '(table 1 funcref) (elem $e func 0) (func (table.init $e (i32.const 0) (i32.const 0) (i32.const 1)))',
      'table.init',
    ],
    ['elem.drop', '(table 1 funcref) (elem $e func 0) (func (elem.drop $e))', 'elem.drop'],
    ['data.drop', '(memory 1) (data $d "x") (func (data.drop $d))', 'data.drop'],
    [
      'a mutable global of references',
      '(global (mut externref) (ref.null extern))',
      'a mutable global that is no number',
    ],
    [
      'a mutable global of vectors',
      '(global (mut v128) (v128.const i64x2 0 0))',
      'a mutable global that is no number',
    ],
  ])('is refused to modules with %s', (_what, fields, reason) => {
    const prepared = prepareComponent(withModule(fields))
    expect(prepared.resettable).toBe(false)
    expect(prepared.unresettable.join()).toContain(reason)
    expect(createInstance(prepared, {}).reset()).toBe(false)
  })

  it.skipIf(!hasMultiMemory)('is refused to modules with several memories, which run all the same', () => {
    const prepared = prepareComponent(
      parseWat(`(component
        (core module $m (memory $a 1) (memory $b (export "b") 1)
          (func (export "run") (result i32) (i32.store $b (i32.const 8) (i32.const 7)) (i32.load $a (i32.const 8))))
        (core instance $i (instantiate $m))
        (func (export "run") (result u32) (canon lift (core func $i "run") (memory $i "b"))))`),
    )
    expect(prepared.unresettable).toEqual(['core module 0 has several memories'])
    const instance = createInstance(prepared, {})
    expect((instance.exports as { run(): number }).run()).toBe(0)
    expect(instance.reset()).toBe(false)
  })

  it.skipIf(!hasStructs)('is refused to modules with instructions that are not known', () => {
    const prepared = prepareComponent(
      withModule(`(type $s (struct (field (mut i32))))
        (global $g (ref $s) (struct.new $s (i32.const 1)))
        (func (struct.set $s 0 (global.get $g) (i32.const 2)))`),
    )
    expect(prepared.unresettable).not.toEqual([])
    expect(createInstance(prepared, {}).reset()).toBe(false)
  })

  it('brings back the memories of all core instances', () => {
    const bytes = parseWat(`(component
      (core module $m (memory (export "memory") 1)
        (func (export "next") (result i32)
          (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))) (i32.load (i32.const 8))))
      (core instance $a (instantiate $m)) (core instance $b (instantiate $m))
      (func (export "a") (result u32) (canon lift (core func $a "next") (memory $a "memory")))
      (func (export "b") (result u32) (canon lift (core func $b "next") (memory $b "memory"))))`)
    const instance = createInstance(prepareComponent(bytes), {})
    const { a, b } = instance.exports as { a(): number; b(): number }
    expect([a(), a(), b()]).toEqual([1, 2, 1])
    expect(instance.reset()).toBe(true)
    expect([a(), b()]).toEqual([1, 1])
  })

  it('is granted to modules whose code only looks like that', () => {
    const harmless = `(memory 1) (table 1 funcref) (global (mut i64) (i64.const 0)) (data $d "\\fc\\0c\\26")
      (func (param i32) (local i64 f64 v128)
        (drop (i32.const 0x26)) (drop (i64.const 0xfc0c)) (drop (f64.const 1.5)) (drop (f32.const 0x1.cp0))
        (drop (v128.const i8x16 0x26 0xfc 12 0x26 0xfc 13 0x26 0xfc 14 0x26 0xfc 15 0x26 0xfc 17 0))
        (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))
        (memory.copy (i32.const 0) (i32.const 1) (i32.const 1)) (drop (table.get 0 (i32.const 0))) (drop (table.size 0))
        (block (loop (br_table 0 1 0 (local.get 0)))) (drop (i32.trunc_sat_f64_u (f64.const 0)))
        (drop (select (result funcref) (ref.null func) (ref.null func) (i32.const 0)))
        (drop (i8x16.extract_lane_s 3 (v128.load offset=300 align=1 (i32.const 0)))))`
    expect(prepareComponent(withModule(harmless)).unresettable).toEqual([])
  })
})

/** Keeps a host resource and says its handle; drops the one it is told to. */
const keeper = parseWat(`(component
  (import "test:t/things" (instance $i
    (export "thing" (type $t (sub resource)))
    (export "[constructor]thing" (func (result (own $t))))))
  (alias export $i "thing" (type $t))
  (core func $new (canon lower (func $i "[constructor]thing")))
  (core func $drop (canon resource.drop $t))
  (core module $m
    (import "h" "new" (func $new (result i32))) (import "h" "drop" (func $drop (param i32)))
    (func (export "keep") (result i32) (call $new))
    (func (export "release") (param i32) (call $drop (local.get 0))))
  (core instance $c (instantiate $m (with "h" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "keep") (result u32) (canon lift (core func $c "keep")))
  (func (export "release") (param "handle" u32) (canon lift (core func $c "release"))))`)

function withModule(fields: string): Uint8Array {
  return parseWat(`(component
    (core module $m ${fields} (func (export "run")))
    (core instance $i (instantiate $m))
    (func (export "run") (canon lift (core func $i "run"))))`)
}

/** An instance whose memories and globals can be seen. */
function createOpenInstance(
  prepared: PreparedComponent,
  imports: Readonly<Record<string, object>>,
): ReturnType<ReturnType<typeof compileFactory>> {
  const values = linkImports(prepared.bindings, imports, {})
  return compileFactory(prepared.source)(prepared.modules, values, prepared.snapshot)
}

type OpenInstance = ReturnType<typeof createOpenInstance>

function isSame(one: OpenInstance, other: OpenInstance): boolean {
  const memories = one.memories.every(({ buffer }, index) => {
    const counterpart = other.memories[index]?.buffer
    return counterpart !== undefined && Buffer.compare(Buffer.from(buffer), Buffer.from(counterpart)) === 0
  })
  return memories && one.globals.every(({ value }, index) => value === other.globals[index]?.value)
}
