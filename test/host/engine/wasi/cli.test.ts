import { describe, expect, it } from 'vitest'
import type { WireInterface } from '#washi/wit/wire/wire-interface.js'
import { callFunction } from '../../../support/call-function.js'
import { startTestPool } from '../../../support/guest-pool-kit.js'

const run: WireInterface = {
  name: 'wasi:cli/run@0.2.0',
  functions: [{ name: 'run', params: [], result: { kind: 'result' } }],
}

describe('wasi:cli', () => {
  it('runs a command, which has the name of wasmCloud, no environment and no input', async () => {
    await using test = await startTestPool('cli-run')
    const { result, failure } = await callFunction(test.pool, run, 'run')
    expect([result, failure]).toEqual([{ tag: 'ok', val: undefined }, undefined])
    expect(test.lines).toEqual([{ stream: 'stdout', level: 'info', context: '', message: 'arg main.wasm' }])
  })
})
