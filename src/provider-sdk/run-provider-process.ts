import { isMainThread } from 'node:worker_threads'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AppError } from '../core/errors.js'
import { errorChain } from '../host/error-chain.js'
import type { ProviderDefinition } from '../host/provider.js'
import { runProvider } from './run-provider.js'

/**
 * Runs the provider in this process, which ends with it. Call it at the end of the file that a host starts, where
 * isMainModule() says that this is the file.
 */
export async function runProviderProcess(definition: ProviderDefinition): Promise<never> {
  const end = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => end.abort(new Error(`it got ${name}`)))
  }
  const stopWatching = watchParent(() => end.abort(new Error('its host is gone')))
  // A host that is gone reads no log any more; what is to be done then is not decided by a line.
  process.stderr.on('error', () => undefined)
  const write = (line: string): void => void process.stderr.write(`${line}\n`)
  try {
    await runProvider(definition, { input: process.stdin, write, signal: end.signal })
    return process.exit(0)
  } catch (error) {
    write(error instanceof AppError ? errorChain(error) : String((error as Error).stack ?? error))
    return process.exit(1)
  } finally {
    stopWatching()
  }
}

/** Whether the module of that `import.meta.url` is the program that Node was started with. */
export function isMainModule(url: string): boolean {
  const [, main] = process.argv
  if (!isMainThread || main === undefined) return false
  try {
    return realpathSync(main) === realpathSync(fileURLToPath(url))
  } catch {
    return false // no file at all, as in a bundle or a test
  }
}

const parentCheckMs = 2_000

/** A host that was killed ends nobody: the process finds that it has another parent by now. */
function watchParent(onGone: () => void): () => void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) onGone()
  }, parentCheckMs)
  timer.unref()
  return () => clearInterval(timer)
}
