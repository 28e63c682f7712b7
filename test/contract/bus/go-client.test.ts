import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Kvm } from '@nats-io/kv'
import { connect } from '@nats-io/transport-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildGoProgram, type GoProgram } from '../../support/go-program.js'
import { natsImplementations } from '../../support/nats-implementations.js'

let program: GoProgram

beforeAll(async () => {
  program = await buildGoProgram('go-nats')
}, 300_000)

describe.each(natsImplementations)('a Go client of $name', ({ start }) => {
  it('sees the events of a lattice and reads its bucket', async (context) => {
    if ('missing' in program) return context.skip(program.missing)
    await using server = await start()
    await using lattice = await connectLattice(server.url)
    const bucket = await new Kvm(lattice.nc).create('LATTICEDATA_default')
    await bucket.put('COMPONENT_one', '{"links":[{"name":"default"}]}')
    await bucket.put('COMPONENT_gone', '{}')
    await bucket.put('CLAIMS_two', 'not json')
    await bucket.delete('COMPONENT_gone')

    await using run = startProgram(program.path, [server.url, 'default'])
    expect(await run.next()).toEqual({ kind: 'ready' })
    for (const name of ['host_started', 'linkdef_set']) {
      lattice.nc.publish(
        `wasmbus.evt.default.${name}`,
        JSON.stringify({ type: `com.wasmcloud.lattice.${name}` }),
      )
    }
    lattice.nc.publish('wasmbus.evt.other.host_started', '{}')
    for (const name of ['host_started', 'linkdef_set']) {
      const event = {
        subject: `wasmbus.evt.default.${name}`,
        value: { type: `com.wasmcloud.lattice.${name}` },
      }
      expect(await run.next()).toEqual({ kind: 'event', ...event })
    }
    run.closeInput()
    expect(await run.next()).toEqual({ kind: 'key', key: 'CLAIMS_two', value: 'not json' })
    expect(await run.next()).toEqual({
      kind: 'key',
      key: 'COMPONENT_one',
      value: { links: [{ name: 'default' }] },
    })
    expect(await run.exitCode).toBe(0)
  })
})

async function connectLattice(url: string) {
  const nc = await connect({ servers: url })
  return { nc, [Symbol.asyncDispose]: () => nc.close() }
}

interface RunningProgram extends AsyncDisposable {
  /** The next line of its standard output, parsed; undefined after the last. */
  next(): Promise<unknown>
  closeInput(): void
  readonly exitCode: Promise<unknown>
}

function startProgram(path: string, args: readonly string[]): RunningProgram {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exitCode = once(child, 'exit').then(([code]: unknown[]) => code)
  return {
    next: async () => {
      const { done, value } = await lines.next()
      return done ? undefined : JSON.parse(value)
    },
    closeInput: () => child.stdin.end(),
    exitCode,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await exitCode
    },
  }
}
