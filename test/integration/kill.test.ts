import { connectLattice } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { createHostSeed } from '#washi/lattice/identity/host-key.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { describe, expect, it } from 'vitest'
import { startBusProcess } from '../support/bus-process.js'
import type { BusProcess } from '../support/bus-process.js'
import { startHostProcess } from '../support/host-process.js'
import type { HostProcess } from '../support/host-process.js'
import { seededRandom } from '../support/random.js'
import { readState, writeScript } from '../support/scripted-session.js'
import type { ScriptStep } from '../support/scripted-session.js'
import { makeTempFolder } from '../support/temp-folder.js'
import { freePort } from '../support/washi-lattice.js'

/** How many kills; each takes a second or two. WASHI_TEST_KILLS=100 for a long run. */
const kills = Number(process.env['WASHI_TEST_KILLS'] ?? 9)
const victims = ['host', 'bus', 'bus and host'] as const
type Victim = (typeof victims)[number]

describe('a lattice under kill -9', () => {
  it.each(
    Array.from({ length: kills }, (_, seed) => ({ seed, victim: victims[seed % victims.length] ?? 'bus' })),
  )(
    'has every acknowledged link, config and label, and comes to the same after a replay: $victim, seed $seed',
    async ({ seed, victim }) => {
      const random = seededRandom(seed)
      await using lattice = await startKillableLattice()
      const script = writeScript(lattice.httpPort)
      const fatal = Math.floor(random() * script.length)
      const certain = new Certainty(script)
      for (const [index, step] of script.entries()) {
        if (index > fatal) break
        const kill = index === fatal ? lattice.kill(victim, random() * 12) : undefined
        await certain.take(step, () => step.run(lattice.client, lattice.hostId))
        await kill
      }
      await lattice.restart(victim)
      certain.check(await readState(lattice.client, lattice.hostId, certain.keys))

      for (const step of script) await untilAccepted(() => step.run(lattice.client, lattice.hostId))
      certain.checkEnd(await readState(lattice.client, lattice.hostId, certain.keys))
      await expect.poll(() => answerOf(lattice.httpPort), { timeout: 20_000 }).toMatch(/^\d+\n$/)
    },
    120_000,
  )
})

/** What each key may have: one thing for certain, or what it had and what it was asked to have. */
class Certainty {
  readonly #possible = new Map<string, Set<string | undefined>>()
  readonly #end: ReadonlyMap<string, string | undefined>

  constructor(script: readonly ScriptStep[]) {
    this.#end = new Map(script.filter(isState).map(({ key, value }) => [key, value]))
    for (const key of this.#end.keys()) this.#possible.set(key, new Set([undefined]))
  }

  get keys(): ReadonlySet<string> {
    return new Set(this.#end.keys())
  }

  async take({ key, value }: ScriptStep, run: () => Promise<unknown>): Promise<void> {
    const possible = this.#possible.get(key)
    try {
      await run()
      possible?.clear()
    } catch {
      // Not acknowledged: it may have been done, or not, or be done yet.
    }
    possible?.add(value)
  }

  check(state: ReadonlyMap<string, string>): void {
    for (const [key, possible] of this.#possible) {
      expect([...possible], `${key}, of which the lattice has ${state.get(key)}`).toContain(state.get(key))
    }
  }

  checkEnd(state: ReadonlyMap<string, string>): void {
    for (const [key, value] of this.#end) expect([key, state.get(key)]).toEqual([key, value])
  }
}

function isState({ key }: ScriptStep): boolean {
  return /^(?:config|label|link) /.test(key)
}

/** A bus and a host in processes of their own, the same ones after each restart. */
interface KillableLattice extends AsyncDisposable {
  readonly client: ControlClient
  readonly hostId: HostProcess['id']
  readonly httpPort: number
  /** Kills after so many milliseconds. */
  kill(victim: Victim, afterMs: number): Promise<void>
  /** Starts what was killed, and resolves when the host answers. */
  restart(victim: Victim): Promise<void>
}

async function startKillableLattice(): Promise<KillableLattice> {
  const folder = await makeTempFolder()
  const lattice = parseLatticeName('killed')
  const seed = createHostSeed()
  let bus: BusProcess = await startBusProcess(folder.path)
  const { url, port } = bus
  const startHost = (): Promise<HostProcess> => startHostProcess({ url, lattice, seed })
  let host = await startHost()
  const connection = await connectLattice({ url, lattice, name: 'session' })
  // An answer that a kill has taken away is not waited for long.
  const client = new ControlClient(connection, { timeoutMs: 1_000 })
  return {
    client,
    hostId: host.id,
    httpPort: await freePort(),
    async kill(victim, afterMs) {
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      await Promise.all([
        victim === 'host' ? undefined : bus.kill(),
        victim === 'bus' ? undefined : host.kill(),
      ])
    },
    async restart(victim) {
      if (victim !== 'host') bus = await startBusProcess(folder.path, port)
      if (victim !== 'bus') host = await startHost()
      await untilAccepted(() => client.getInventory(host.id))
    },
    async [Symbol.asyncDispose]() {
      await connection.close()
      await host.kill()
      await bus.kill()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function untilAccepted(action: () => Promise<unknown>): Promise<void> {
  await expect
    .poll(
      async () => {
        try {
          await action()
          return 'accepted'
        } catch (failure) {
          return String(failure)
        }
      },
      { timeout: 20_000, interval: 20 },
    )
    .toBe('accepted')
}

async function answerOf(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/incr/n`).catch(() => undefined)
  return (await response?.text()) ?? 'nothing'
}
