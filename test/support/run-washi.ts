import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

/** A command that has ended. */
export interface Ended {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The real executable in a folder and a WASHI_HOME of its own; removed with it. */
export interface Shell extends AsyncDisposable {
  readonly folder: string
  readonly home: string
  /** Runs `washi …args`; never throws. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>
}

/** How to run a command. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  readonly input?: string | undefined
}

const executable = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** Makes the folder. Nothing of the environment's own WASMCLOUD_ and WASHI_ variables gets through. */
export async function createShell(): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-cli-'))
  const home = join(folder, 'home')
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(WASMCLOUD|WASHI|WASH|NATS|NO_COLOR|FORCE_COLOR)/.test(name),
  )
  return {
    folder,
    home,
    run: async (args, { env = {}, cwd = folder, input } = {}) => {
      const { exitCode, stdout, stderr } = await execa(process.execPath, [executable, ...args], {
        cwd,
        env: { ...Object.fromEntries(inherited), WASHI_HOME: home, ...env },
        extendEnv: false,
        reject: false,
        ...(input === undefined ? { stdin: 'ignore' } : { input }),
      })
      return {
        exitCode,
        stdout: stdout.replaceAll(folder, '<folder>'),
        stderr: stderr.replaceAll(folder, '<folder>'),
      }
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}
