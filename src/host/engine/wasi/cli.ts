import type { GuestHost } from './guest-host.js'
import { EmptyInputStream } from './io/input-stream.js'
import { LogOutputStream, type LineLog } from './log-stream.js'
import { GuestExit } from './trap.js'

/** `wasi:cli/environment`: nothing of the host's; the program's name is that of wasmCloud 1.9. */
export function createEnvironment(): object {
  return {
    getEnvironment: () => [],
    getArguments: () => ['main.wasm'],
    initialCwd: () => undefined,
  }
}

/** `wasi:cli/exit`. */
export function createExit(): object {
  return {
    exit: (status: { readonly tag: 'ok' | 'err' }): never => {
      throw new GuestExit(`The component called exit with status ${status.tag}`)
    },
    exitWithCode: (code: number): never => {
      throw new GuestExit(`The component called exit with status code ${code}`)
    },
  }
}

/** `wasi:cli/stdin`: always at its end. */
export function createStdin(host: GuestHost): object {
  return { getStdin: () => new EmptyInputStream(host) }
}

/** `wasi:cli/stdout`. */
export function createStdout(host: GuestHost, lines: LineLog): object {
  return { getStdout: () => new LogOutputStream(host, lines) }
}

/** `wasi:cli/stderr`. */
export function createStderr(host: GuestHost, lines: LineLog): object {
  return { getStderr: () => new LogOutputStream(host, lines) }
}

/** `wasi:cli/terminal-*`: no stream of a guest is a terminal. */
export function createTerminals(): Readonly<Record<string, object>> {
  return {
    'wasi:cli/terminal-input': { TerminalInput: class TerminalInput {} },
    'wasi:cli/terminal-output': { TerminalOutput: class TerminalOutput {} },
    'wasi:cli/terminal-stdin': { getTerminalStdin: () => undefined },
    'wasi:cli/terminal-stdout': { getTerminalStdout: () => undefined },
    'wasi:cli/terminal-stderr': { getTerminalStderr: () => undefined },
  }
}
