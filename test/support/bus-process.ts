import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** The embedded bus in a process of its own, so that a test can kill it. */
export interface BusProcess extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly url: string
  /** Ends the process at once, as `kill -9` does. */
  kill(): Promise<void>
}

/** Starts the bus on the store in a child process and resolves when it takes clients. */
export async function startBusProcess(storeDir: string): Promise<BusProcess> {
  const moduleUrl = (path: string): string =>
    JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href)
  const program = `
    import { startBus } from ${moduleUrl('bus/start-bus.js')}
    import { silentLogger } from ${moduleUrl('core/log.js')}
    const bus = await startBus({ port: 0, storeDir: ${JSON.stringify(storeDir)}, log: silentLogger })
    console.log(bus.port)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const first: unknown = await Promise.race([once(child.stdout, 'data'), exited])
  const port = Number(String(first))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  return { pid: child.pid ?? 0, port, url: `nats://127.0.0.1:${port}`, kill, [Symbol.asyncDispose]: kill }
}
