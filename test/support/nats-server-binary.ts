import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const version = 'v2.11.10'
const cache = fileURLToPath(new URL('../../node_modules/.cache/bin', import.meta.url))
let found: Promise<string> | undefined

/** The path of a nats-server: the one on PATH, or one that Go builds once into node_modules/.cache/bin. */
export function natsServerBinary(): Promise<string> {
  found ??= findBinary()
  return found
}

async function findBinary(): Promise<string> {
  const run = promisify(execFile)
  try {
    await run('nats-server', ['--version'])
    return 'nats-server'
  } catch {
    // Not on PATH: it is built below.
  }
  const built = join(cache, process.platform === 'win32' ? 'nats-server.exe' : 'nats-server')
  try {
    await access(built)
  } catch {
    const environment = { ...process.env, GOBIN: cache, GOFLAGS: '-mod=mod' }
    await run('go', ['install', `github.com/nats-io/nats-server/v2@${version}`], { env: environment })
  }
  return built
}
