import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { readGuest } from '../../../support/guests.js'
import { parseWat, printWat } from '../../../support/wasm-tools.js'

interface Counter {
  increment(): number
  [Symbol.dispose](): void
}

interface CounterClass {
  new (start: number): Counter
  sum(left: Counter, right: Counter): number
}

interface Consumer {
  run(start: number): number
  give(start: number): Counter
  use(counter: Counter): number
  peek(counter: Counter): number
  leak(counter: Counter): number
  twice(counter: Counter): void
  bad(): void
}

const providerBytes = readGuest('echo-types')
const provider = prepareComponent(providerBytes)

/** Uses counters that somebody else defines. */
const consumerText = `(component $Q
  (type $it (instance (export "counter" (type $c (sub resource)))
    (export "[constructor]counter" (func (param "start" u32) (result (own $c))))
    (export "[method]counter.increment" (func (param "self" (borrow $c)) (result u32)))
    (export "[static]counter.sum" (func (param "a" (borrow $c)) (param "b" (borrow $c)) (result u32)))))
  (import "test:types/counters@0.1.0" (instance $i (type $it)))
  (alias export $i "counter" (type $c))
  (core func $new (canon lower (func $i "[constructor]counter")))
  (core func $inc (canon lower (func $i "[method]counter.increment")))
  (core func $sum (canon lower (func $i "[static]counter.sum")))
  (core func $drop (canon resource.drop $c))
  (core module $m
    (import "h" "new" (func $new (param i32) (result i32))) (import "h" "inc" (func $inc (param i32) (result i32)))
    (import "h" "sum" (func $sum (param i32 i32) (result i32))) (import "h" "drop" (func $drop (param i32)))
    (func (export "run") (param i32) (result i32) (local i32 i32 i32)
      (local.set 1 (call $new (local.get 0))) (local.set 2 (call $new (i32.const 10)))
      (drop (call $inc (local.get 1))) (drop (call $inc (local.get 1)))
      (local.set 3 (call $sum (local.get 1) (local.get 2)))
      (call $drop (local.get 1)) (call $drop (local.get 2)) (local.get 3))
    (func (export "give") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "use") (param i32) (result i32) (local i32)
      (local.set 1 (call $inc (local.get 0))) (call $drop (local.get 0)) (local.get 1))
    (func (export "leak") (param i32) (result i32) (i32.const 0))
    (func (export "twice") (param i32) (call $drop (local.get 0)) (call $drop (local.get 0)))
    (func (export "bad") (drop (call $inc (i32.const 99)))))
  (core instance $x (instantiate $m (with "h" (instance
    (export "new" (func $new)) (export "inc" (func $inc)) (export "sum" (func $sum)) (export "drop" (func $drop))))))
  (func (export "run") (param "n" u32) (result u32) (canon lift (core func $x "run")))
  (func (export "give") (param "n" u32) (result (own $c)) (canon lift (core func $x "give")))
  (func (export "use") (param "c" (own $c)) (result u32) (canon lift (core func $x "use")))
  (func (export "peek") (param "c" (borrow $c)) (result u32) (canon lift (core func $x "use")))
  (func (export "leak") (param "c" (borrow $c)) (result u32) (canon lift (core func $x "leak")))
  (func (export "twice") (param "c" (own $c)) (canon lift (core func $x "twice")))
  (func (export "bad") (canon lift (core func $x "bad"))))`

describe('resources of a guest', () => {
  const createCounters = (): { readonly Counter: CounterClass } =>
    createInstance(provider, {}).exports['counters'] as unknown as { readonly Counter: CounterClass }

  it('are objects of a class with constructor, methods and static functions', () => {
    const { Counter } = createCounters()
    const [low, high] = [new Counter(5), new Counter(4294967295)]
    expect([low.increment(), low.increment(), high.increment(), Counter.sum(low, high)]).toEqual([6, 7, 0, 7])
    expect(low).toBeInstanceOf(Counter)
    expect(Counter.name).toBe('Counter')
  })

  it('are dead once disposed of, and after a reset', () => {
    const instance = createInstance(provider, {})
    const { Counter } = instance.exports['counters'] as unknown as { readonly Counter: CounterClass }
    const [disposed, old] = [new Counter(1), new Counter(2)]
    disposed[Symbol.dispose]()
    disposed[Symbol.dispose]()
    expect(instance.reset()).toBe(true)
    const young = new Counter(3)
    old[Symbol.dispose]()
    expect(young.increment()).toBe(4)
    expect(() => old.increment()).toThrow(TypeError)
  })

  it('of one instance are refused by another', () => {
    const [one, other] = [createCounters(), createCounters()]
    const foreign = new other.Counter(1)
    expect(() => one.Counter.sum(new one.Counter(1), foreign)).toThrow('Expected a live Counter')
  })
})

describe('a resource whose members have names of JavaScript', () => {
  const guest = (member: string): Uint8Array =>
    parseWat(`(component
      (type $t' (resource (rep i32)))
      (core func $make (canon resource.new $t'))
      (core module $n (import "h" "make" (func $make (param i32) (result i32)))
        (func (export "new") (result i32) (call $make (i32.const 3)))
        (func (export "five") (result i32) (i32.const 5)) (func (export "self") (param i32) (result i32) (local.get 0)))
      (core instance $j (instantiate $n (with "h" (instance (export "make" (func $make))))))
      (func $new (result (own $t')) (canon lift (core func $j "new")))
      (func $static (result u32) (canon lift (core func $j "five")))
      (func $method (param "self" (borrow $t')) (result u32) (canon lift (core func $j "self")))
      (component $shape
        (import "thing" (type $r (sub resource)))
        (import "new" (func $new (result (own $r))))
        (import "static" (func $static (result u32)))
        (import "method" (func $method (param "self" (borrow $r)) (result u32)))
        (export $thing "thing" (type $r))
        (export "[constructor]thing" (func $new) (func (result (own $thing))))
        ${member.startsWith('[static]') ? `(export "${member}" (func $static))` : `(export "${member}" (func $method) (func (param "self" (borrow $thing)) (result u32)))`})
      (instance $e (instantiate $shape (with "thing" (type $t')) (with "new" (func $new))
        (with "static" (func $static)) (with "method" (func $method))))
      (export "test:t/things" (instance $e)))`)

  it.each([
    ['[method]thing.constructor', 'constructor'],
    ['[method]thing.to-string', 'toString'],
    ['[method]thing.delete', 'delete'],
    ['[method]thing.then', 'then'],
  ])('has %s as %s', (member, name) => {
    const { things } = createInstance(prepareComponent(guest(member)), {}).exports as unknown as {
      things: { Thing: new () => Record<string, () => number> }
    }
    expect(new things.Thing()[name]?.()).toBe(3)
  })

  it('refuses the one that no class can have', () => {
    expect(() => prepareComponent(guest('[static]thing.prototype'))).toThrow(
      'a static function named "prototype"',
    )
    expect(() => prepareComponent(guest('[static]thing.name'))).not.toThrow()
  })
})

describe('resources of the host', () => {
  const prepared = prepareComponent(parseWat(consumerText))

  it('are made, lent, given back and disposed of when the guest drops them', () => {
    let live = 0
    class Counter {
      count: number

      constructor(start: number) {
        this.count = start
        live++
      }

      increment(): number {
        return ++this.count
      }

      static sum(left: Counter, right: Counter): number {
        return left.count + right.count
      }

      [Symbol.dispose](): void {
        live--
      }
    }
    const { run, give, peek, use } = createInstance(prepared, { 'test:types/counters': { Counter } })
      .exports as unknown as Consumer
    expect([run(5), live]).toEqual([17, 0])
    const counter = give(3)
    expect(counter).toBeInstanceOf(Counter)
    expect([peek(counter), live, use(counter), live]).toEqual([4, 1, 5, 0])
  })

  it('may be those of another instance', () => {
    const link = (): Consumer =>
      createInstance(prepared, createInstance(provider, {}).exports).exports as unknown as Consumer
    const { run, give, peek, use } = link()
    expect(run(5)).toBe(17)
    const counter = give(7)
    expect([counter.increment(), peek(counter), use(counter)]).toEqual([8, 9, 10])
    expect(() => counter.increment()).toThrow(TypeError)
  })

  it('trap where the guest misuses their handles', () => {
    expect(() => run((guest) => guest.leak(guest.give(1)))).toThrow(
      'borrowed handles remain at the end of the call',
    )
    expect(() => run((guest) => guest.twice(guest.give(1)))).toThrow('unknown handle 1')
    expect(() => run((guest) => guest.bad())).toThrow('unknown handle 99')
    expect(() => run((guest) => guest.use({} as Counter))).toThrow('Expected a live Counter')
  })

  function run(fault: (consumer: Consumer) => unknown): void {
    const imports = createInstance(provider, {}).exports
    fault(createInstance(prepared, imports).exports as unknown as Consumer)
  }

  it('cannot be given away in the call that lends them', () => {
    const bytes = parseWat(`(component
      (import "test:t/things" (instance $i (export "thing" (type $t (sub resource)))
        (export "[constructor]thing" (func (result (own $t))))
        (export "both" (func (param "lent" (borrow $t)) (param "given" (own $t))))))
      (alias export $i "thing" (type $t))
      (core func $new (canon lower (func $i "[constructor]thing")))
      (core func $both (canon lower (func $i "both")))
      (core module $m
        (import "h" "new" (func $new (result i32))) (import "h" "both" (func $both (param i32 i32)))
        (func (export "same") (local i32) (local.set 0 (call $new)) (call $both (local.get 0) (local.get 0)))
        (func (export "two") (call $both (call $new) (call $new))))
      (core instance $c (instantiate $m (with "h" (instance (export "new" (func $new)) (export "both" (func $both))))))
      (func (export "same") (canon lift (core func $c "same")))
      (func (export "two") (canon lift (core func $c "two"))))`)
    class Thing {}
    const things = prepareComponent(bytes)
    const create = (): { same(): void; two(): void } =>
      createInstance(things, { 'test:t/things': { Thing, both: () => undefined } }).exports as unknown as {
        same(): void
        two(): void
      }
    expect(() => create().same()).toThrow('handle 1 is lent and cannot be given away')
    expect(() => create().two()).not.toThrow()
  })
})

describe('two guests composed into one component', () => {
  const text = `(component
    ${printWat(providerBytes).replace(/^\(component[^\n]*/, '(component $P')}
    ${consumerText}
    (instance $p (instantiate $P))
    (instance $q (instantiate $Q (with "test:types/counters@0.1.0" (instance $p "test:types/counters@0.1.0"))))
    (alias export $q "run" (func $r)) (export "run" (func $r))
    (alias export $q "bad" (func $b)) (export "bad" (func $b)))`
  const prepared = prepareComponent(parseWat(text))

  it('pass resources between them', () => {
    const { run } = createInstance(prepared, {}).exports as unknown as Consumer
    expect([run(5), run(6)]).toEqual([17, 18])
  })

  it('can be reset together', () => {
    const instance = createInstance(prepared, {})
    const { run } = instance.exports as unknown as Consumer
    expect([run(5), instance.reset(), run(5)]).toEqual([17, true, 17])
  })

  it('end together at a trap', () => {
    const { run, bad } = createInstance(prepared, {}).exports as unknown as Consumer
    expect(() => bad()).toThrow('unknown handle 99')
    expect(() => run(1)).toThrow('cannot enter component instance')
  })
})
