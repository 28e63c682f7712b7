import { describeComponent } from '#washi/component/describe-component.js'
import { AppError } from '#washi/core/errors.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startComponentOracle, type ComponentOracle } from './component-oracle.js'
import { hasCargo } from './rust-program.js'
import { parseWat } from './wasm-tools.js'

/** A component that breaks a rule: what is wrong, its text (or bytes), and what the refusal has to say. */
export type BrokenComponent = readonly [what: string, component: string | Uint8Array, reason: string]

/** A component that comes close to breaking a rule and does not. */
export type SoundComponent = readonly [what: string, component: string | Uint8Array]

const toBytes = (component: string | Uint8Array): Uint8Array =>
  typeof component === 'string' ? parseWat(component) : component

/** Long, for the validator may have to be built first. */
const timeoutMs = 300_000

/** Tests that components are refused, with offset and reason, or accepted, and that wasmparser agrees. */
export function describeRules(
  rules: string,
  {
    broken,
    sound = [],
  }: { readonly broken: readonly BrokenComponent[]; readonly sound?: readonly SoundComponent[] },
): void {
  describe(`describeComponent() on ${rules}`, () => {
    let oracle: ComponentOracle | undefined
    beforeAll(async () => {
      if (hasCargo) oracle = await startComponentOracle()
    }, timeoutMs)
    afterAll(() => oracle?.[Symbol.asyncDispose]())

    it.each(broken)('refuses %s', async (_what, component, reason) => {
      const bytes = toBytes(component)
      expect(refusalOf(bytes)).toContain(reason)
      if (oracle) expect(await oracle.validate([bytes])).not.toEqual([undefined])
    })

    it.each(sound)('accepts %s', async (_what, component) => {
      const bytes = toBytes(component)
      describeComponent(bytes)
      if (oracle) expect(await oracle.validate([bytes])).toEqual([undefined])
    })
  })
}

function refusalOf(bytes: Uint8Array): string {
  try {
    describeComponent(bytes)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(AppError)
    const { code, message } = thrown as AppError
    expect(code).toBe('COMPONENT_INVALID')
    expect(message).toMatch(/^Cannot read component: .* at offset \d+$/)
    return message
  }
  throw new Error('the component was accepted')
}
