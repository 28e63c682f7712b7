import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBytes, reply } from './http-reply.js'

/** A Consul server, or what is enough of one: the key-value tree with check-and-set and transactions. */
export interface ConsulServer extends AsyncDisposable {
  readonly url: string
}

/** Whether the real program is on the PATH. */
export function hasRealConsul(): boolean {
  return spawnSync('consul', ['version'], { stdio: 'ignore' }).error === undefined
}

interface Entry {
  readonly value: Buffer
  readonly index: number
}

/** A server of the protocol that keeps everything in memory; with a token, it takes requests with that only. */
export async function startConsulServer(options: { readonly token?: string } = {}): Promise<ConsulServer> {
  const tree = new Map<string, Entry>()
  let index = 0
  const set = (key: string, value: Buffer): void => void tree.set(key, { value, index: (index += 1) })
  const server = createServer(async (request, response) => {
    const body = await readBytes(request)
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://consul')
    if (pathname === '/v1/status/leader') return reply(response, 200, '"127.0.0.1:8300"')
    if (options.token !== undefined && request.headers['x-consul-token'] !== options.token) {
      return reply(response, 403, 'Permission denied')
    }
    if (pathname === '/v1/txn') {
      const operations = JSON.parse(body.toString()) as {
        KV: { Verb: string; Key: string; Value?: string }
      }[]
      if (operations.length > 64) return reply(response, 413, 'too many operations')
      for (const { KV } of operations) {
        if (KV.Verb === 'set') set(KV.Key, Buffer.from(KV.Value ?? '', 'base64'))
        else tree.delete(KV.Key)
      }
      return reply(response, 200, { Results: [], Errors: null })
    }
    const key = decodeURIComponent(pathname.slice('/v1/kv/'.length))
    if (searchParams.has('keys')) {
      const keys = [...tree.keys()].filter((one) => one.startsWith(key)).sort()
      return keys.length === 0 ? reply(response, 404, '') : reply(response, 200, keys)
    }
    const entry = tree.get(key)
    if (request.method === 'GET') {
      if (!entry) return reply(response, 404, '')
      const { value, index: ModifyIndex } = entry
      const Value = value.length === 0 ? null : value.toString('base64')
      return reply(response, 200, [{ Key: key, Value, ModifyIndex }])
    }
    if (request.method === 'DELETE') tree.delete(key)
    const expected = searchParams.get('cas')
    if (expected !== null && Number(expected) !== (entry?.index ?? 0)) return reply(response, 200, 'false')
    if (request.method === 'PUT') set(key, body)
    reply(response, 200, 'true')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The real program in its development mode, on a free port. */
export async function startRealConsul(): Promise<ConsulServer> {
  const folder = await mkdtemp(join(tmpdir(), 'washi-consul-'))
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  const closed = ['dns', 'grpc', 'grpc-tls', 'https'].map((name) => `-${name}-port=-1`)
  const args = ['agent', '-dev', '-bind=127.0.0.1', `-http-port=${port}`, '-serf-lan-port=0', ...closed]
  const child = spawn('consul', args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: folder })
  for await (const chunk of child.stdout) if (String(chunk).includes('New leader elected')) break
  child.stdout.resume()
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
