import { readFile } from 'node:fs/promises'
import { AppError, messageOf } from '../core/errors.js'
import { silentLogger } from '../core/log.js'
import type { CallHttpOptions } from '../session/call/call-http.js'
import type { HttpCallFlags } from './flags/call-flags.js'

/** The request that the flags of `call` mean. Throws USAGE_INVALID for a body file that cannot be read. */
export async function readHttpCall(componentId: string, flags: HttpCallFlags): Promise<CallHttpOptions> {
  return {
    componentId,
    linkName: flags['link-name'],
    timeoutMs: flags['timeout-ms'],
    method: flags['http-method'].toUpperCase(),
    scheme: flags['http-scheme'],
    host: flags['http-host'],
    port: flags['http-port'],
    path: flags['http-path'].startsWith('/') ? flags['http-path'] : `/${flags['http-path']}`,
    contentType: flags['http-content-type'],
    body: await readBody(flags),
    log: silentLogger,
  }
}

/** Writes to standard output; false where that has enough, until `onDrain` is called. */
export function writeChunk(chunk: Uint8Array, onDrain: () => void): boolean {
  if (process.stdout.write(chunk)) return true
  process.stdout.once('drain', onDrain)
  return false
}

async function readBody(flags: HttpCallFlags): Promise<Uint8Array | undefined> {
  const [text, path] = [flags['http-body'], flags['http-body-path']]
  if (text !== undefined) return new TextEncoder().encode(text)
  if (path === undefined) return undefined
  try {
    return await readFile(path)
  } catch (cause) {
    throw new AppError('USAGE_INVALID', `Cannot read the body from "${path}": ${messageOf(cause)}`, { cause })
  }
}
