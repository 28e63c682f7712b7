import { spawn } from 'node:child_process'

/** What came of a tool that ran to its end. */
export interface ToolOutcome {
  /** undefined when a signal ended it. */
  readonly exitCode: number | undefined
  readonly signal: NodeJS.Signals | undefined
  /** Standard output and standard error as they came, the last part where it was long. */
  readonly output: string
}

/** How to run a tool. */
export interface ToolOptions {
  /** A line for the system's shell. */
  readonly command: string
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal?: AbortSignal | undefined
}

const maxOutputChars = 256 * 1024

/** Runs a command line of the project's own and collects what it prints. Throws only when it cannot be started. */
export async function runTool({ command, folder, env, signal }: ToolOptions): Promise<ToolOutcome> {
  const child = spawn(command, {
    cwd: folder,
    env: { ...env },
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let output = ''
  const collect = (chunk: string): void => {
    output = (output + chunk).slice(-maxOutputChars)
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, killedBy) =>
      resolve({ exitCode: exitCode ?? undefined, signal: killedBy ?? undefined, output }),
    )
  })
}
