import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { natsServerBinary } from './nats-server-binary.js'

/** A nats-server with JetStream, in a folder of its own. */
export interface RealNatsServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Kills the process; restart() brings it back on the same port and store. */
  kill(): Promise<void>
  restart(): Promise<void>
}

/** Starts a real nats-server on a free port, in a JetStream domain where one is given. */
export async function startRealNatsServer(
  options: {
    readonly jsDomain?: string
    readonly maxPayloadBytes?: number
    /** More of its configuration file. */
    readonly configuration?: string
  } = {},
): Promise<RealNatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-nats-'))
  const domain = options.jsDomain === undefined ? '' : `, domain: ${options.jsDomain}`
  const configuration = `jetstream { store_dir: ${JSON.stringify(join(folder, 'store'))}${domain} }\n`
  const limits = options.maxPayloadBytes === undefined ? '' : `max_payload: ${options.maxPayloadBytes}\n`
  await writeFile(join(folder, 'nats.conf'), `${configuration}${limits}${options.configuration ?? ''}`)
  let running = await run(folder, -1)
  const { port } = running
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    kill: () => running.stop('SIGKILL'),
    restart: async () => {
      running = await run(folder, port)
    },
    [Symbol.asyncDispose]: async () => {
      await running.stop('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface RunningServer {
  readonly port: number
  readonly stop: (signal: NodeJS.Signals) => Promise<void>
}

async function run(folder: string, port: number): Promise<RunningServer> {
  const args = ['-a', '127.0.0.1', '-p', String(port), '-c', join(folder, 'nats.conf')]
  const child = spawn(await natsServerBinary(), args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const boundPort = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`nats-server ended: ${text}`)))
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const [, found] = /Listening for client connections on \S+:(\d+)/.exec(text) ?? []
      if (found && text.includes('Server is ready')) resolve(Number(found))
    })
  })
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  return { port: boundPort, stop }
}
