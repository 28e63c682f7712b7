import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { readAll, reply } from './http-reply.js'

/** A Vault server, or what is enough of one: KV of version 2 with check-and-set, and tokens. */
export interface VaultServer extends AsyncDisposable {
  readonly url: string
  readonly token: string
  /** Makes a KV engine of version 2. */
  mount(name: string): Promise<void>
}

const token = 'a-token-of-the-tests'

/** Whether the real program is on the PATH. */
export function hasRealVault(): boolean {
  return spawnSync('vault', ['version'], { stdio: 'ignore' }).error === undefined
}

interface Stored {
  version: number
  data: Record<string, unknown>
}

/** A server of the protocol that keeps everything in memory; what it does not know it answers with 404. */
export async function startVaultServer(): Promise<VaultServer> {
  const secrets = new Map<string, Stored>()
  const server = createServer(async (request, response) => {
    const body = await readAll(request)
    const path = (request.url ?? '').replace(/^\/v1\//, '')
    if (request.headers['x-vault-token'] !== token)
      return reply(response, 403, { errors: ['permission denied'] })
    if (path === 'auth/token/lookup-self' || path === 'auth/token/renew-self')
      return reply(response, 200, { data: {} })
    if (!/^[^/]+\/data\/./.test(path)) return reply(response, 404, { errors: [] })
    const stored = secrets.get(path)
    if (request.method === 'GET') {
      if (!stored) return reply(response, 404, { errors: [] })
      return reply(response, 200, { data: { data: stored.data, metadata: { version: stored.version } } })
    }
    const sent = JSON.parse(body) as { data: Record<string, unknown>; options?: { cas?: number } }
    const version = stored?.version ?? 0
    if (sent.options?.cas !== undefined && sent.options.cas !== version) {
      return reply(response, 400, { errors: ['check-and-set parameter did not match the current version'] })
    }
    secrets.set(path, { version: version + 1, data: sent.data })
    reply(response, 200, { data: { version: version + 1 } })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    mount: async () => undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The real program in its development mode, which keeps everything in memory. */
export async function startRealVault(): Promise<VaultServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const args = ['server', '-dev', `-dev-root-token-id=${token}`, `-dev-listen-address=127.0.0.1:${port}`]
  const child = spawn('vault', [...args, '-dev-no-store-token'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const headers = { 'x-vault-token': token }
  for await (const chunk of child.stdout) if (String(chunk).includes('Root Token')) break
  child.stdout.resume()
  return {
    url,
    token,
    mount: async (name) => {
      const body = JSON.stringify({ type: 'kv', options: { version: '2' } })
      await fetch(`${url}/v1/sys/mounts/${name}`, { method: 'POST', headers, body })
    },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
