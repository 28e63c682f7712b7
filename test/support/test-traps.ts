import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { describe, expect, it } from 'vitest'
import { transpileWithJco } from './jco-oracle.js'
import { parseWat } from './wasm-tools.js'

/**
 * A guest whose export "run" traps when it is called with `args`. `jco` says what jco-transpile 0.1.1 does instead,
 * where it does not trap as the specification asks for.
 */
export interface TrappingGuest {
  readonly wat: string
  readonly reason: string
  readonly args?: readonly unknown[]
  readonly imports?: Readonly<Record<string, unknown>>
  readonly jco?: string
}

type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>

/** Tests that guests trap with their reasons, are dead then, and that jco traps as well where it should. */
export function testTraps(what: string, guests: Readonly<Record<string, TrappingGuest>>): void {
  describe(what, () => {
    it.each(Object.entries(guests))(
      'traps at %s, and so does jco where it should',
      async (_name, trapping) => {
        const { wat, reason, args = [], imports = {}, jco } = trapping
        const bytes = parseWat(wat)
        const functions = createInstance(prepareComponent(bytes), imports as Record<string, object>)
          .exports as Functions
        functions['fine']?.()
        const call = (): unknown => functions['run']?.(...args)
        expect(call).toThrow(WebAssembly.RuntimeError)
        const again = createInstance(prepareComponent(bytes), imports as Record<string, object>)
          .exports as Functions
        expect(() => again['run']?.(...args)).toThrow(reason)
        expect(() => again['fine']?.()).toThrow('cannot enter component instance')
        if (jco !== undefined) return
        const theirs = (await transpileWithJco(bytes)).instantiate(
          imports as Record<string, object>,
        ) as Functions
        expect(() => theirs['run']?.(...args)).toThrow()
      },
    )
  })
}
