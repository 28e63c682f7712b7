import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { echoModule } from '../../../support/echo-component.js'
import { parseWat } from '../../../support/wasm-tools.js'

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>

const encodings = ['utf8', 'utf16', 'latin1+utf16'] as const

describe.each(encodings)('a guest with strings in %s', (encoding) => {
  const options = `(memory $i "memory") (realloc (func $i "realloc")) string-encoding=${encoding}`
  const prepared = prepareComponent(
    parseWat(`(component ${echoModule}
      (core module $bad (import "m" "memory" (memory 1))
        (func $say (param i32 i32) (result i32)
          (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) (i32.const 8))
        (func (export "outside") (result i32) (call $say (i32.const 65530) (i32.const 100)))
        (func (export "huge") (result i32) (call $say (i32.const 16) (i32.const 0x7fffffff)))
        (func (export "broken") (result i32)
          (i32.store (i32.const 16) (i32.const 0xd800ff41)) (call $say (i32.const 16) (i32.const 4)))
        (func (export "odd") (result i32) (i32.const 9))
        (func (export "far") (result i32) (i32.const 65532))
        (func (export "seven") (result i32) (i32.const 7))
        (func (export "surrogate") (result i32) (i32.const 0xd800)))
      (core instance $b (instantiate $bad (with "m" (instance $i))))
      ${['outside', 'huge', 'broken', 'odd', 'far']
        .map(
          (name) =>
            `(func (export "${name}") (result string) (canon lift (core func $b "${name}") ${options}))`,
        )
        .join('\n')}
      (func (export "echo") (param "s" string) (result string) (canon lift (core func $i "echo") ${options}))
      (func (export "char") (result char) (canon lift (core func $b "surrogate")))
      (func (export "unknown") (result (result)) (canon lift (core func $b "seven")))
      (func (export "truth") (result bool) (canon lift (core func $b "seven"))))`),
  )

  it('gets and gives back strings of every kind', () => {
    const { echo } = createInstance(prepared, {}).exports as { echo(text: string): string }
    const long = ['x'.repeat(200_000), '😀é'.repeat(50_000), 'é'.repeat(47), 'x'.repeat(47), 'x'.repeat(48)]
    for (const text of [
      '',
      'a',
      'hello',
      'é',
      'ÿþ',
      '€uro',
      '😀',
      'a\0b',
      '\ufeffbom',
      '“quoted”',
      ...long,
    ]) {
      expect(echo(text)).toBe(text)
    }
    expect(echo('a\ud800b')).toBe('a\ufffdb')
    expect(echo('\udc00\ud83d')).toBe('\ufffd\ufffd')
  })

  const faults = [
    'outside',
    'huge',
    'odd',
    'far',
    'char',
    'unknown',
    ...(encoding === 'latin1+utf16' ? [] : ['broken']),
  ]
  it.each(faults)('traps at the fault "%s", and is refused further calls', (name) => {
    const functions = createInstance(prepared, {}).exports as Functions
    expect(() => functions[name]?.()).toThrow(WebAssembly.RuntimeError)
    expect(() => functions['truth']?.()).toThrow('cannot enter component instance')
  })

  it('may have any number but zero for true', () => {
    expect((createInstance(prepared, {}).exports as Functions)['truth']?.()).toBe(true)
  })

  it('refuses a value of the host that is no string', () => {
    expect(() => (createInstance(prepared, {}).exports as Functions)['echo']?.(5)).toThrow(TypeError)
  })
})

describe('a guest', () => {
  it('must not give a realloc result that is misaligned or out of bounds', () => {
    for (const pointer of ['9', '65536', '-8']) {
      const bytes = parseWat(`(component
        (core module $m (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const ${pointer}))
          (func (export "take") (param i32 i32)))
        (core instance $i (instantiate $m))
        (func (export "take") (param "list" (list u64))
          (canon lift (core func $i "take") (memory $i "memory") (realloc (func $i "realloc")))))`)
      const { take } = createInstance(prepareComponent(bytes), {}).exports as Functions
      expect(() => take?.([1n])).toThrow('pointer is misaligned or out of bounds')
    }
  })

  it('must not call an import from realloc or post-return', () => {
    const guest = (where: string): Uint8Array =>
      parseWat(`(component
        (import "host" (func $host))
        (core func $host (canon lower (func $host)))
        (core module $m (import "h" "host" (func $host)) (memory (export "memory") 1)
          (func (export "realloc") (param i32 i32 i32 i32) (result i32) ${where === 'realloc' ? '(call $host)' : ''} (i32.const 16))
          (func (export "post") (param i32) ${where === 'post' ? '(call $host)' : ''})
          (func (export "take") (param i32 i32) (result i32) (call $host) (local.get 1)))
        (core instance $i (instantiate $m (with "h" (instance (export "host" (func $host))))))
        (func (export "take") (param "s" string) (result u32) (canon lift (core func $i "take")
          (memory $i "memory") (realloc (func $i "realloc")) (post-return (func $i "post")))))`)
    for (const [where, calls] of [
      ['nowhere', 1],
      ['realloc', 0],
      ['post', 1],
    ] as const) {
      let called = 0
      const { take } = createInstance(prepareComponent(guest(where)), { host: () => void called++ })
        .exports as Functions
      if (where === 'nowhere') expect(take?.('four')).toBe(4)
      else expect(() => take?.('four')).toThrow('cannot leave component instance')
      expect(called).toBe(calls)
    }
  })

  it('is refused a call while it runs, and an error of the host that is no value ends it', () => {
    const bytes = parseWat(`(component
      (import "host" (func $host))
      (core func $host (canon lower (func $host)))
      (core module $m (import "h" "host" (func $host)) (func (export "run") (call $host)))
      (core instance $i (instantiate $m (with "h" (instance (export "host" (func $host))))))
      (func (export "run") (canon lift (core func $i "run"))))`)
    const prepared = prepareComponent(bytes)
    const entering = createInstance(prepared, { host: () => run?.() })
    const { run } = entering.exports as Functions
    expect(() => run?.()).toThrow('cannot enter component instance')
    const failing = createInstance(prepared, {
      host: () => {
        throw new Error('host broke')
      },
    }).exports as Functions
    expect(() => failing['run']?.()).toThrow('host broke')
    expect(() => failing['run']?.()).toThrow('cannot enter component instance')
  })

  it('shows the names of its functions in the stack of a trap', () => {
    const bytes = parseWat(`(component
      (core module $m (func $inner_part unreachable) (func $outer (export "run") (call $inner_part)))
      (core instance $i (instantiate $m))
      (func (export "run") (canon lift (core func $i "run"))))`)
    const { run } = createInstance(prepareComponent(bytes, { maxMemoryPages: 1 }), {}).exports as Functions
    let stack: string | undefined
    try {
      run?.()
    } catch (error) {
      stack = (error as Error).stack
    }
    expect(stack).toMatch(/inner_part.*\n.*outer/)
  })

  it('cannot have more memory than the host allows', () => {
    const bytes = parseWat(`(component
      (core module $m (memory 2 100) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
      (core instance $i (instantiate $m))
      (func (export "grow") (param "pages" u32) (result s32) (canon lift (core func $i "grow"))))`)
    const { grow } = createInstance(prepareComponent(bytes, { maxMemoryPages: 4 }), {}).exports as Functions
    expect([grow?.(3), grow?.(2), grow?.(1)]).toEqual([-1, 2, -1])
    expect(() => prepareComponent(bytes, { maxMemoryPages: 1 })).toThrow(
      'Cannot run component: it starts with 128 KiB of memory, 64 KiB are allowed',
    )
  })
})
