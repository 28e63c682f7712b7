import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { HostId } from '#washi/lattice/ids.js'

/** A host in a process of its own, so that a test can kill it. */
export interface HostProcess extends AsyncDisposable {
  readonly id: HostId
  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void>
  /** Stops the host, as an interrupt does. */
  stop(): Promise<void>
}

/** Which host to start. */
export interface HostProcessOptions {
  readonly url: string
  readonly lattice: string
  /** The host's identity. Default: a new one. */
  readonly seed?: string
  readonly labels?: Readonly<Record<string, string>>
}

/** Starts a host with an http-server and stores, and resolves when it has announced itself. */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const id = await new Promise<HostId>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('host ')) resolve(line.slice(5) as HostId)
    })
    exited.then(([code]) => reject(new Error(`The host ended with ${code}`)), reject)
  })
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await exited
  }
  return {
    id,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  }
}

function program({ url, lattice, seed, labels = {} }: HostProcessOptions): string {
  const from = (path: string): string => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href)
  return `
    import { createLogger, formatLogRecord, silentLogger } from ${from('core/log.js')}
    import { startHost } from ${from('host/start-host.js')}
    import { connectLattice } from ${from('lattice/connection.js')}
    import { httpServer } from ${from('providers/http-server/index.js')}
    import { keyValueMemory } from ${from('providers/keyvalue-memory/index.js')}
    import { keyValueNats } from ${from('providers/keyvalue-nats/index.js')}
    const write = (record) => console.error(formatLogRecord(record))
    const log = process.env.WASHI_TEST_LOG ? createLogger({ level: 'debug', now: Date.now, write }) : silentLogger
    const { url, lattice, seed, labels } = ${JSON.stringify({ url, lattice, seed, labels })}
    const connection = await connectLattice({ url, lattice, name: 'host-process' })
    const providers = [httpServer, keyValueMemory, keyValueNats]
    const host = await startHost({
      ...{ connection, seed, labels, providers, version: '1.9.0', log },
    })
    process.on('SIGTERM', () => void host.stop().then(() => process.exit(0)))
    console.log('host ' + host.id)`
}
