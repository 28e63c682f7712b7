import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import { startRealNatsServer } from '../../support/real-nats-server.js'
import { buildRustProgram, hasCargo } from '../../support/rust-program.js'

const buildTimeoutMs = 900_000

describe.skipIf(!hasCargo)('a Rust client doing what wasmCloud hosts, wadm and wash do (needs cargo)', () => {
  let program: string
  beforeAll(async () => {
    program = await buildRustProgram('rust-nats')
  }, buildTimeoutMs)

  it('sees the same on the embedded bus as on nats-server', async () => {
    await using bus = await startEmbeddedBus()
    await using server = await startRealNatsServer()
    const expected = await outputOf(program, [server.url])
    expect(expected.at(-1)).toBe('done')
    expect(await outputOf(program, [bus.url])).toEqual(expected)
  })

  it('sees the same through a JetStream domain', async () => {
    await using bus = await startEmbeddedBus({ jsDomain: 'core' })
    await using server = await startRealNatsServer({ jsDomain: 'core' })
    const expected = await outputOf(program, [server.url, 'core'])
    expect(expected.at(-1)).toBe('done')
    expect(await outputOf(program, [bus.url, 'core'])).toEqual(expected)
  })
})

async function outputOf(program: string, args: readonly string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, args, { timeout: 25_000 })
  return stdout.trim().split('\n')
}
