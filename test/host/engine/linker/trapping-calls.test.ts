import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { testTraps } from '../../../support/test-traps.js'
import { parseWat } from '../../../support/wasm-tools.js'

/** A guest with two resources of its own and one of the host, whose "run" does `code`. */
function holding(code: string): string {
  return `(component
    (import "test:t/things" (instance $host
      (export "thing" (type $t (sub resource)))
      (export "[constructor]thing" (func (result (own $t))))
      (export "lend" (func (param "a" (borrow $t))))
      (export "give" (func (param "a" (own $t))))
      (export "both" (func (param "a" (borrow $t)) (param "b" (own $t))))
      (export "other-way" (func (param "a" (own $t)) (param "b" (borrow $t))))))
    (alias export $host "thing" (type $t))
    (type $r (resource (rep i32))) (type $q (resource (rep i32)))
    (core func $new (canon resource.new $r)) (core func $rep (canon resource.rep $r))
    (core func $drop (canon resource.drop $r)) (core func $q.drop (canon resource.drop $q))
    (core func $q.rep (canon resource.rep $q)) (core func $t.drop (canon resource.drop $t))
    (core func $t.new (canon lower (func $host "[constructor]thing"))) (core func $lend (canon lower (func $host "lend")))
    (core func $give (canon lower (func $host "give"))) (core func $both (canon lower (func $host "both")))
    (core func $other (canon lower (func $host "other-way")))
    (core module $m
      (import "h" "new" (func $new (param i32) (result i32))) (import "h" "rep" (func $rep (param i32) (result i32)))
      (import "h" "drop" (func $drop (param i32))) (import "h" "q.drop" (func $q.drop (param i32)))
      (import "h" "q.rep" (func $q.rep (param i32) (result i32))) (import "h" "t.drop" (func $t.drop (param i32)))
      (import "h" "t.new" (func $t.new (result i32))) (import "h" "lend" (func $lend (param i32)))
      (import "h" "give" (func $give (param i32))) (import "h" "both" (func $both (param i32 i32)))
      (import "h" "other" (func $other (param i32 i32)))
      (func (export "fine")) (func (export "run") (local $a i32) ${code}))
    (core instance $i (instantiate $m (with "h" (instance
      (export "new" (func $new)) (export "rep" (func $rep)) (export "drop" (func $drop)) (export "q.drop" (func $q.drop))
      (export "q.rep" (func $q.rep)) (export "t.drop" (func $t.drop)) (export "t.new" (func $t.new))
      (export "lend" (func $lend)) (export "give" (func $give)) (export "both" (func $both))
      (export "other" (func $other))))))
    (func (export "fine") (canon lift (core func $i "fine")))
    (func (export "run") (canon lift (core func $i "run"))))`
}

class Thing {
  [Symbol.dispose](): void {
    // Nothing is held.
  }
}
/** What jco 0.1.1 does about handles: it looks at few of them. */
const unchecked = 'does not check it'
const nothing = (): void => undefined
const imports = { 'test:t/things': { Thing, lend: nothing, give: nothing, both: nothing, otherWay: nothing } }
const made = '(local.set $a (call $new (i32.const 5)))'
const got = '(local.set $a (call $t.new))'

testTraps('a handle', {
  'one that was never given': {
    wat: holding('(drop (call $rep (i32.const 7)))'),
    imports,
    reason: 'unknown handle 7',
    jco: unchecked,
  },
  'the handle 0': {
    wat: holding('(drop (call $rep (i32.const 0)))'),
    imports,
    reason: 'unknown handle 0',
    jco: unchecked,
  },
  'one that is negative': {
    wat: holding('(call $drop (i32.const -1))'),
    imports,
    reason: 'unknown handle -1',
    jco: unchecked,
  },
  'one dropped twice': {
    wat: holding(`${made} (call $drop (local.get $a)) (call $drop (local.get $a))`),
    imports,
    reason: 'unknown handle 1',
  },
  'one used after it was dropped': {
    wat: holding(`${made} (call $drop (local.get $a)) (drop (call $rep (local.get $a)))`),
    imports,
    reason: 'unknown handle 1',
    jco: unchecked,
  },
  'one of another resource, asked for its representation': {
    wat: holding(`${made} (drop (call $q.rep (local.get $a)))`),
    imports,
    reason: 'unknown handle 1',
    jco: 'has a table for each type and finds it there by chance',
  },
  'one of another resource, dropped': {
    wat: holding(`${made} (call $q.drop (local.get $a))`),
    imports,
    reason: 'unknown handle 1',
    jco: unchecked,
  },
  'one of another resource, lent': {
    wat: holding(`${made} (call $lend (local.get $a))`),
    imports,
    reason: 'unknown handle 1',
    jco: unchecked,
  },
  'one given away twice': {
    wat: holding(`${got} (call $give (local.get $a)) (call $give (local.get $a))`),
    imports,
    reason: 'unknown handle 1',
  },
  'one lent after it was given away': {
    wat: holding(`${got} (call $give (local.get $a)) (call $lend (local.get $a))`),
    imports,
    reason: 'unknown handle 1',
    jco: unchecked,
  },
  'one lent and given away in one call': {
    wat: holding(`${got} (call $both (local.get $a) (local.get $a))`),
    imports,
    reason: 'handle 1 is lent and cannot be given away',
    jco: 'gives it away',
  },
  'one given away and lent in one call': {
    wat: holding(`${got} (call $other (local.get $a) (local.get $a))`),
    imports,
    reason: 'unknown handle 1',
    jco: unchecked,
  },
})

/** A guest that is lent a resource of the host and does `code` with its handle, local 0. */
function borrowing(code: string): string {
  return `(component
    (import "test:t/things" (instance $host
      (export "thing" (type $t (sub resource)))
      (export "give" (func (param "a" (own $t))))))
    (alias export $host "thing" (type $t))
    (core func $drop (canon resource.drop $t)) (core func $give (canon lower (func $host "give")))
    (core module $m (import "h" "drop" (func $drop (param i32))) (import "h" "give" (func $give (param i32)))
      (func (export "fine")) (func (export "run") (param i32) ${code}))
    (core instance $i (instantiate $m (with "h" (instance (export "drop" (func $drop)) (export "give" (func $give))))))
    (func (export "fine") (canon lift (core func $i "fine")))
    (func (export "run") (param "a" (borrow $t)) (canon lift (core func $i "run"))))`
}

testTraps('a borrowed handle', {
  'one that is not dropped before the call ends': {
    wat: borrowing(''),
    imports,
    args: [new Thing()],
    reason: 'borrowed handles remain at the end of the call',
    jco: unchecked,
  },
  'one that is given away': {
    wat: borrowing('(call $give (local.get 0)) (call $drop (local.get 0))'),
    imports,
    args: [new Thing()],
    reason: 'unknown handle 1',
    jco: 'gives it away',
  },
  'one dropped twice': {
    wat: borrowing('(call $drop (local.get 0)) (call $drop (local.get 0))'),
    imports,
    args: [new Thing()],
    reason: 'unknown handle 1',
  },
})

/** A guest that does `code` in realloc or in post-return, where it may not leave. */
function leaving(place: 'realloc' | 'post-return', code: string): string {
  const at = (which: string): string => (which === place ? code : '')
  return `(component
    (import "host" (func $host))
    (type $r (resource (rep i32)))
    (core func $host (canon lower (func $host)))
    (core func $new (canon resource.new $r)) (core func $drop (canon resource.drop $r)) (core func $rep (canon resource.rep $r))
    (core module $m
      (import "h" "host" (func $host)) (import "h" "new" (func $new (param i32) (result i32)))
      (import "h" "drop" (func $drop (param i32))) (import "h" "rep" (func $rep (param i32) (result i32)))
      (global $handle (mut i32) (i32.const 0))
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${at('realloc')} (i32.const 64))
      (func (export "post") ${at('post-return')})
      (func (export "fine") (global.set $handle (call $new (i32.const 5))))
      (func (export "run") (param i32 i32)))
    (core instance $i (instantiate $m (with "h" (instance
      (export "host" (func $host)) (export "new" (func $new)) (export "drop" (func $drop)) (export "rep" (func $rep))))))
    (func (export "fine") (canon lift (core func $i "fine")))
    (func (export "run") (param "a" string) (canon lift (core func $i "run")
      (memory $i "memory") (realloc (func $i "realloc")) (post-return (func $i "post")))))`
}

const host = { host: nothing }
const cannotLeave = 'cannot leave component instance'
const jco = 'lets it leave'

testTraps('a guest that may not leave', {
  'a call of the host from realloc': {
    wat: leaving('realloc', '(call $host)'),
    imports: host,
    args: ['a'],
    reason: cannotLeave,
    jco,
  },
  'a call of the host from post-return': {
    wat: leaving('post-return', '(call $host)'),
    imports: host,
    args: ['a'],
    reason: cannotLeave,
    jco,
  },
  'resource.new in realloc': {
    wat: leaving('realloc', '(drop (call $new (i32.const 1)))'),
    imports: host,
    args: ['a'],
    reason: cannotLeave,
    jco,
  },
  'resource.new in post-return': {
    wat: leaving('post-return', '(drop (call $new (i32.const 1)))'),
    imports: host,
    args: ['a'],
    reason: cannotLeave,
    jco,
  },
  'resource.drop in realloc': {
    wat: leaving('realloc', '(call $drop (global.get $handle))'),
    imports: host,
    args: ['a'],
    reason: cannotLeave,
    jco,
  },
  'resource.drop in post-return': {
    wat: leaving('post-return', '(call $drop (global.get $handle))'),
    imports: host,
    args: ['a'],
    reason: cannotLeave,
    jco,
  },
  'a trap in post-return': {
    wat: leaving('post-return', 'unreachable'),
    imports: host,
    args: ['a'],
    reason: 'unreachable',
  },
})

describe('a guest that may not leave', () => {
  it('may ask for representations in realloc and post-return all the same', () => {
    for (const place of ['realloc', 'post-return'] as const) {
      const bytes = parseWat(leaving(place, '(drop (call $rep (global.get $handle)))'))
      const { fine, run } = createInstance(prepareComponent(bytes), host as never).exports as Record<
        string,
        (text?: string) => void
      >
      fine?.()
      expect(() => run?.('a')).not.toThrow()
    }
  })
})

const cannotEnter = 'cannot enter component instance'

testTraps('a component that calls within its family', {
  'a call of itself': {
    wat: `(component
      (core module $m (func (export "fine")))
      (core instance $m (instantiate $m))
      (func $fine (canon lift (core func $m "fine")))
      (core func $self (canon lower (func $fine)))
      (core module $n (import "h" "self" (func $self)) (func (export "run") (call $self)))
      (core instance $n (instantiate $n (with "h" (instance (export "self" (func $self))))))
      (export "fine" (func $fine))
      (func (export "run") (canon lift (core func $n "run"))))`,
    reason: cannotEnter,
  },
  'a call of a component that it made': {
    wat: `(component
      (component $child (core module $m (func (export "f"))) (core instance $m (instantiate $m))
        (func (export "f") (canon lift (core func $m "f"))))
      (instance $child (instantiate $child))
      (core func $f (canon lower (func $child "f")))
      (core module $n (import "h" "f" (func $f)) (func (export "fine")) (func (export "run") (call $f)))
      (core instance $n (instantiate $n (with "h" (instance (export "f" (func $f))))))
      (func (export "fine") (canon lift (core func $n "fine")))
      (func (export "run") (canon lift (core func $n "run"))))`,
    reason: cannotEnter,
    jco: 'calls it',
  },
  'a call of the component that made it': {
    wat: `(component
      (core module $m (func (export "fine"))) (core instance $m (instantiate $m))
      (func $fine (canon lift (core func $m "fine")))
      (component $child (import "f" (func $f)) (core func $f (canon lower (func $f)))
        (core module $n (import "h" "f" (func $f)) (func (export "run") (call $f)))
        (core instance $n (instantiate $n (with "h" (instance (export "f" (func $f))))))
        (func (export "run") (canon lift (core func $n "run"))))
      (instance $child (instantiate $child (with "f" (func $fine))))
      (export "fine" (func $fine)) (export "run" (func $child "run")))`,
    reason: cannotEnter,
    jco: 'calls it',
  },
})

/** Two components side by side: "run" is of the one, which calls the host or traps, "fine" of the other. */
const siblings = (code: string): Uint8Array =>
  parseWat(`(component
    (import "host" (func $host))
    (component $one (import "host" (func $host)) (core func $host (canon lower (func $host)))
      (core module $m (import "h" "host" (func $host)) (func (export "run") ${code}))
      (core instance $m (instantiate $m (with "h" (instance (export "host" (func $host))))))
      (func (export "run") (canon lift (core func $m "run"))))
    (component $other (core module $m (func (export "fine"))) (core instance $m (instantiate $m))
      (func (export "fine") (canon lift (core func $m "fine"))))
    (instance $one (instantiate $one (with "host" (func $host))))
    (instance $other (instantiate $other))
    (export "run" (func $one "run")) (export "fine" (func $other "fine")))`)

describe('a composed component', () => {
  it('is not entered by the host while another of its parts runs', () => {
    const functions = createInstance(prepareComponent(siblings('(call $host)')), {
      host: () => functions['fine']?.(),
    } as never).exports as Record<string, () => void>
    expect(() => functions['run']?.()).toThrow(cannotEnter)
  })

  it('is dead as a whole once a part has trapped', () => {
    const functions = createInstance(prepareComponent(siblings('unreachable')), host as never)
      .exports as Record<string, () => void>
    functions['fine']?.()
    expect(() => functions['run']?.()).toThrow('unreachable')
    expect(() => functions['fine']?.()).toThrow(cannotEnter)
  })
})
