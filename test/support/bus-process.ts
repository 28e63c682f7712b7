import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** The embedded bus in a process of its own, so that a test can kill it. */
export interface BusProcess extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly url: string
  /** Warnings and errors, one line each. */
  readonly log: readonly string[]
  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void>
}

/** Starts the bus on the store in a child process and resolves when it takes clients. Default port: a free one. */
export async function startBusProcess(storeDir: string, wantedPort = 0): Promise<BusProcess> {
  const moduleUrl = (path: string): string =>
    JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href)
  const program = `
    import { startBus } from ${moduleUrl('bus/start-bus.js')}
    import { createLogger, formatLogRecord } from ${moduleUrl('core/log.js')}
    const write = (record) => console.log(formatLogRecord(record))
    const log = createLogger({ level: 'warn', now: Date.now, write })
    const bus = await startBus({ port: ${wantedPort}, storeDir: ${JSON.stringify(storeDir)}, log })
    console.log('port ' + bus.port)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const log: string[] = []
  const port = await new Promise<number>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('port ')) resolve(Number(line.slice(5)))
      else log.push(line)
    })
    exited.then(() => reject(new Error(`The bus ended: ${log.join('\n')}`)), reject)
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return {
    pid: child.pid ?? 0,
    port,
    url: `nats://127.0.0.1:${port}`,
    log,
    kill,
    [Symbol.asyncDispose]: kill,
  }
}
