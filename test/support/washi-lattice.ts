import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** How a command ended. */
export interface CommandResult {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The real executable with a home folder and a bus port of its own; disposing takes its lattice down. */
export interface WashiLattice extends AsyncDisposable {
  readonly home: string
  readonly natsPort: number
  readonly natsUrl: string
  /** Runs `washi …args` to its end, in the home folder; never throws. */
  run(...args: readonly string[]): Promise<CommandResult>
  /** The same with `-o json`, parsed; throws where the command failed or printed no JSON. */
  json(...args: readonly string[]): Promise<unknown>
  /** `washi up -d`; throws with its output where it fails. */
  up(...args: readonly string[]): Promise<void>
  /** Writes a file into the home folder and returns its path. */
  write(name: string, text: string): Promise<string>
  /** What the detached lattice has logged. */
  log(): Promise<string>
  /** Process ids of its external providers. */
  providerPids(): Promise<readonly number[]>
  /** The process id of the detached lattice. */
  pid(): Promise<number>
  /** Kills the detached lattice with SIGKILL and waits until it is gone. */
  kill(): Promise<void>
}

/** Prepares a lattice; nothing runs until up(). */
export async function createWashiLattice(): Promise<WashiLattice> {
  const home = await mkdtemp(join(tmpdir(), 'washi-test-'))
  const natsPort = await freePort()
  const env = {
    WASHI_HOME: home,
    WASMCLOUD_CTL_PORT: String(natsPort),
    WASMCLOUD_NATS_PORT: String(natsPort),
  }
  const run = async (...args: readonly string[]): Promise<CommandResult> => {
    const options = { env, cwd: home, reject: false, timeout: 120_000, stdin: 'ignore' } as const
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [join(root, 'bin/run.js'), ...args],
      options,
    )
    return { exitCode, stdout, stderr }
  }
  const succeed = async (...args: readonly string[]): Promise<CommandResult> => {
    const result = await run(...args)
    if (result.exitCode === 0) return result
    throw new Error(
      `washi ${args.join(' ')} exited with ${result.exitCode}:\n${result.stdout}\n${result.stderr}`,
    )
  }
  const pid = async (): Promise<number> => {
    const state = JSON.parse(await readFile(join(home, 'data', 'up.json'), 'utf8')) as { pid: number }
    return state.pid
  }
  return {
    home,
    natsPort,
    natsUrl: `nats://127.0.0.1:${natsPort}`,
    run,
    json: async (...args) => JSON.parse((await succeed(...args, '-o', 'json')).stdout) as unknown,
    up: async (...args) => void (await succeed('up', '-d', ...args)),
    write: async (name, text) => {
      const file = join(home, name)
      await writeFile(file, text)
      return file
    },
    log: () => readFile(join(home, 'data', 'logs', 'up.log'), 'utf8'),
    providerPids: async () => {
      const names = await readdir(join(home, 'data', 'processes')).catch(() => [])
      return names.filter((name) => name.endsWith('.json')).map((name) => Number.parseInt(name, 10))
    },
    pid,
    kill: async () => {
      const id = await pid()
      process.kill(id, 'SIGKILL')
      await untilGone(id)
    },
    async [Symbol.asyncDispose]() {
      await run('down', '--all')
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A loopback port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** The path of a guest of test/fixtures/components. */
export function guestFile(name: string): string {
  return join(root, 'test/fixtures/components', `${name}.wasm`)
}

/** What a manifest of one component behind an http-server says. */
export interface HttpManifest {
  readonly component: string
  readonly port: number
  readonly app?: string
  readonly instances?: number
}

/** The manifest of one component behind an http-server; `component` is a path or reference. */
export function httpManifest({ component, port, app = 'hello', instances = 4 }: HttpManifest): string {
  const image = component.startsWith('/') ? `file://${component}` : component
  return `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: ${app}
  annotations:
    description: One component behind an HTTP server
    version: v0.0.1
spec:
  components:
    - name: guest
      type: component
      properties:
        image: ${image}
      traits:
        - type: spreadscaler
          properties:
            instances: ${instances}
    - name: httpserver
      type: capability
      properties:
        image: ghcr.io/wasmcloud/http-server:0.28.0
      traits:
        - type: link
          properties:
            target: guest
            namespace: wasi
            package: http
            interfaces: [incoming-handler]
            source_config:
              - name: default-http
                properties:
                  address: 127.0.0.1:${port}
`
}

/** Waits until the port answers HTTP with `text` in it, for 20 s at most. */
export async function untilAnswers(port: number, text: string, path = '/'): Promise<void> {
  const deadline = Date.now() + 20_000
  let last = 'nothing'
  while (Date.now() < deadline) {
    last = await fetch(`http://127.0.0.1:${port}${path}`)
      .then((response) => response.text())
      .catch(String)
    if (last.includes(text)) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`port ${port} did not answer "${text}" but ${last}`)
}

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} does not end`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
