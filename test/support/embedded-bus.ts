import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '#washi/core/log.js'
import { startBus, type Bus } from '#washi/bus/start-bus.js'

/** The embedded bus in its thread, on a folder of its own. */
export interface EmbeddedBus extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly storeDir: string
  stop(): Promise<void>
  /** Starts it again after stop(), on the same port and store. */
  restart(): Promise<void>
}

/** Starts the bus on a free port. */
export async function startEmbeddedBus(options: { readonly jsDomain?: string } = {}): Promise<EmbeddedBus> {
  const storeDir = await mkdtemp(join(tmpdir(), 'washi-bus-'))
  const start = (port: number): Promise<Bus> => startBus({ ...options, port, storeDir, log: silentLogger })
  let bus = await start(0)
  const { port, url } = bus
  return {
    port,
    url,
    storeDir,
    stop: () => bus.stop(),
    restart: async () => {
      bus = await start(port)
    },
    [Symbol.asyncDispose]: async () => {
      await bus.stop()
      await rm(storeDir, { recursive: true, force: true })
    },
  }
}
