import type { EventEmitter } from 'node:events'
import type { Ended } from './run-washi.js'

// The bundle, as the executable has it: it holds its own copy of every module.
const bundle = new URL('../../dist/bundle/main.js', import.meta.url).href
const { main } = (await import(bundle)) as { main: (argv: readonly string[]) => Promise<number> }

/**
 * Runs a command line in this process, which takes milliseconds where a process of its own takes a second. Only for what
 * ends by itself: the environment and the standard streams are this process's meanwhile, one command at a time.
 */
export async function runInProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const before = { env: process.env, exitCode: process.exitCode }
  const printed = { stdout: '', stderr: '' }
  const restore = [capture('stdout', printed), capture('stderr', printed), keepListeners()]
  process.env = { ...withoutSettings(before.env), ...env }
  process.exitCode = undefined
  try {
    const exitCode = await main(args)
    return { exitCode, stdout: printed.stdout.trimEnd(), stderr: printed.stderr.trimEnd() }
  } finally {
    process.env = before.env
    process.exitCode = before.exitCode
    for (const each of restore) each()
  }
}

function capture(name: 'stdout' | 'stderr', printed: Record<'stdout' | 'stderr', string>): () => void {
  const stream = process[name]
  const { write } = stream
  stream.write = (chunk: string | Uint8Array) => {
    printed[name] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)
    return true
  }
  return () => {
    stream.write = write
  }
}

/** A command listens to its process and never stops: it ends with it, usually. */
function keepListeners(): () => void {
  const emitters: readonly (readonly [EventEmitter, string])[] = [
    [process.stdout, 'error'],
    [process.stderr, 'error'],
    [process, 'SIGINT'],
    [process, 'SIGTERM'],
  ]
  const restore = emitters.map(([emitter, event]) => {
    const before = new Set(emitter.listeners(event))
    return (): void => {
      for (const listener of emitter.listeners(event)) {
        if (!before.has(listener)) emitter.removeListener(event, listener as () => void)
      }
    }
  })
  return () => {
    for (const each of restore) each()
  }
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(WASMCLOUD|WASHI|WASH|NATS|WADM|NO_COLOR|FORCE_COLOR|EDITOR)/.test(name),
  )
  return { ...Object.fromEntries(kept), NO_COLOR: '1' }
}
