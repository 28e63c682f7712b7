import { describe, expect, it } from 'vitest'
import { ask, startTestPool } from '../../../support/guest-pool-kit.js'
import { componentOf, dummyComponent } from '../../../support/wasm-tools.js'
import { wasiImports, wasiWorld } from '../../../support/wasi-wit.js'

describe('versions of WASI', () => {
  it.each(['0.2.0', '0.2.3', '0.2.6', '0.2.12', '0.2.99'])(
    'links a component that imports %s',
    async (version) => {
      await using test = await startTestPool(dummyComponent(wasiWorld(wasiImports, version), 'guest'))
      expect(test.pool.world.imports.length).toBeGreaterThan(25)
    },
  )

  it('serves functions that came with a later version', async () => {
    const wit = wasiWorld(['import wasi:cli/exit@0.2.12', 'export wasi:http/incoming-handler@0.2.12'])
    await using test = await startTestPool(componentOf(exiting, wit, 'guest'))
    expect((await ask(test.pool, '/')).failure).toEqual({
      kind: 'exit',
      message: 'The component called exit with status code 7',
    })
  })
})

const exiting = `(module
  (import "wasi:cli/exit@0.2.12" "exit-with-code" (func $exit (param i32)))
  (memory (export "memory") 1)
  (func (export "wasi:http/incoming-handler@0.2.12#handle") (param i32 i32) (call $exit (i32.const 7)) unreachable))`
