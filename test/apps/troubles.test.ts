import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployApplication } from '#washi/apps/deploy/deploy-application.js'
import { deleteApplication } from '#washi/apps/deploy/undeploy-application.js'
import { AppError } from '#washi/core/errors.js'
import { silentLogger } from '#washi/core/log.js'
import { startHost } from '#washi/host/start-host.js'
import type { Host } from '#washi/host/host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { keyValueRedis } from '#washi/providers/keyvalue-redis/index.js'
import { helloYaml, startAppKit } from '../support/app-kit.js'
import type { AppKit } from '../support/app-kit.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { guestFile, readGuest } from '../support/guests.js'
import { FakeProvider } from '../support/host-kit.js'
import { trapAtStart } from '../support/trapping-guest.js'

/** Something that is wrong with a manifest or its surroundings, and what is said of it. */
interface Trouble {
  /** The row of docs/guides/applications.md. */
  readonly what: string
  readonly manifest: (surroundings: Surroundings) => string
  readonly says: RegExp
  /** `refused`: nothing was sent, or nothing was stored or deployed. */
  readonly ends: 'refused' | 'failed' | 'waiting' | 'reconciling'
  readonly lattice?: 'empty'
  readonly before?: (surroundings: Surroundings) => Promise<void>
}

interface Surroundings {
  readonly folder: string
  readonly port: number
  readonly takenPort: number
  readonly apps: AppKit
}

const troubles: readonly Trouble[] = [
  {
    what: 'not YAML',
    manifest: () => 'a: [1,\n b: }',
    says: /Invalid manifest/,
    ends: 'refused',
  },
  {
    what: 'a link to nobody',
    manifest: (on) => hello(on).replace('target: http-component', 'target: nobody'),
    says: /missing from the manifest: \["nobody"\]/,
    ends: 'refused',
  },
  {
    what: 'a missing file',
    manifest: (on) => hello(on, 'file://./none.wasm'),
    says: /none\.wasm": no such file/,
    ends: 'refused',
  },
  {
    what: 'a file that is no component',
    manifest: (on) => hello(on, 'file://./module.wasm'),
    says: /it is a core WebAssembly module/,
    ends: 'refused',
  },
  {
    what: 'an interface that the target does not export',
    manifest: (on) => hello(on, 'file://./pong.wasm'),
    says: /does not export wasi:http\/incoming-handler/,
    ends: 'refused',
  },
  {
    what: 'a component without a scaler',
    manifest: (on) => hello(on).replace('spreadscaler', 'fancyscaler'),
    says: /it would never run/,
    ends: 'refused',
  },
  {
    what: 'a version that is stored with other content',
    manifest: (on) => hello(on).replace('instances: 2', 'instances: 3'),
    says: /version v0\.0\.1 already exists/,
    ends: 'refused',
    before: async ({ apps, folder, port }) => {
      const text = hello({ port })
      const source = { kind: 'text', text, label: 'first', folder } as const
      await deployApplication({ client: apps.client, source })
      await apps.client.undeploy('hello')
      await apps.reaches('hello', 'undeployed')
    },
  },
  {
    what: 'a shared component that nobody shares',
    manifest: (on) => hello(on).replace(/image: ghcr.*/, 'application: { name: other, component: server }'),
    says: /not deployed in other applications: \["httpserver"\]/,
    ends: 'refused',
  },
  {
    what: 'a component that traps at start',
    manifest: (on) => hello(on, 'file://./trap.wasm'),
    says: /unreachable/,
    ends: 'failed',
  },
  {
    what: 'an image of a registry that does not answer',
    manifest: (on) => hello(on, `127.0.0.1:${on.takenPort + 0}/nobody/nothing:1.0.0`),
    says: /nobody\/nothing/,
    ends: 'failed',
  },
  {
    what: 'a provider that no host has',
    manifest: (on) => hello(on).replace('http-server:0.27.0', 'nothing:1.0.0'),
    says: /ghcr\.io\/wasmcloud\/nothing:1\.0\.0/,
    ends: 'failed',
  },
  {
    what: 'a provider that fails at start',
    manifest: (on) => hello(on).replace('http-server:0.27.0', 'crashing:1.0.0'),
    says: /it does not want to/,
    ends: 'failed',
  },
  {
    what: 'a provider that is never healthy',
    manifest: (on) => hello(on).replace('http-server:0.27.0', 'ailing:1.0.0'),
    says: /Unhealthy provider|healthy/,
    ends: 'failed',
  },
  {
    what: 'a port in use',
    manifest: (on) => hello({ ...on, port: on.takenPort }),
    says: /in use/,
    ends: 'failed',
  },
  {
    what: 'an address that is none',
    manifest: (on) => hello(on).replace(/address: .*/, 'address: everywhere'),
    says: /"everywhere"/,
    ends: 'failed',
  },
  {
    what: 'an interface that the provider does not call',
    manifest: (on) =>
      hello(on, 'file://./kv.wasm').replace(
        'package: http\n            interfaces: [incoming-handler]',
        'package: nothing\n            interfaces: [at-all]',
      ),
    says: /at-all/,
    ends: 'refused',
  },
  {
    what: 'a store that cannot be reached',
    manifest: (on) => withStore(on, 'redis://127.0.0.1:1/'),
    says: /Cannot use Redis at redis:\/\/127\.0\.0\.1:1\//,
    ends: 'failed',
  },
  {
    what: 'a key that the provider does not know',
    manifest: (on) => withStore(on, 'redis://127.0.0.1:1/').replace('url:', 'uri:'),
    says: /it has no key "uri"; did you mean "URL"\?/,
    ends: 'failed',
  },
  {
    what: 'a configuration that somebody else has to put',
    manifest: (on) =>
      hello(on).replace('      traits:', '        config: [{ name: elsewhere }]\n      traits:'),
    says: /Specified configuration elsewhere does not exist/,
    ends: 'failed',
  },
  {
    what: 'a configuration that is too large',
    manifest: (on) =>
      hello(on).replace(
        '      traits:',
        `        config: [{ name: big, properties: { a: "${'x'.repeat(1_100_000)}" } }]\n      traits:`,
      ),
    says: /larger|too large|exceeds|max/i,
    ends: 'refused',
  },
  {
    what: 'a secret whose backend does not answer',
    manifest: (on) =>
      hello(on)
        .replace('      traits:', secret)
        .concat(
          '  policies:\n    - name: p\n      type: policy.secret.wasmcloud.dev/v1alpha1\n      properties: { backend: nobody }\n',
        ),
    says: /secret|nobody/,
    ends: 'failed',
  },
  {
    what: 'a spread that no host meets',
    manifest: (on) =>
      hello(on).replace(
        'instances: 2',
        'instances: 2\n            spread: [{ name: mars, requirements: { zone: mars } }]',
      ),
    says: /Could not satisfy spread mars .*zone=mars/,
    ends: 'failed',
  },
  {
    what: 'no host',
    manifest: hello,
    says: /Lattice contains no hosts/,
    ends: 'waiting',
    lattice: 'empty',
  },
]

let bus: EmbeddedBus
let folder: string
let apps: AppKit
let empty: AppKit
let host: Host
let connection: LatticeConnection
let taken: Server

beforeAll(async () => {
  bus = await startEmbeddedBus()
  folder = await mkdtemp(join(tmpdir(), 'washi-troubles-'))
  await copyFile(guestFile('http-hello'), join(folder, 'hello.wasm'))
  await copyFile(guestFile('pong'), join(folder, 'pong.wasm'))
  await copyFile(guestFile('kv-counter'), join(folder, 'kv.wasm'))
  await writeFile(join(folder, 'trap.wasm'), trapAtStart(readGuest('http-hello')))
  await writeFile(join(folder, 'module.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  host = await startRealHost()
  apps = await startAppKit({ url: bus.url, latticeName: 'default' })
  empty = await startAppKit({ url: bus.url, latticeName: 'empty' })
  taken = await listen()
})

afterAll(async () => {
  await apps[Symbol.asyncDispose]()
  await empty[Symbol.asyncDispose]()
  await host.stop()
  await connection.close()
  await bus[Symbol.asyncDispose]()
  await new Promise((resolve) => taken.close(resolve))
  await rm(folder, { recursive: true })
})

describe('a deployment with', () => {
  it.each(troubles.map((trouble) => [trouble.what, trouble] as const))(
    '%s says so, and never success',
    async (_what, { manifest, says, ends, lattice, before }) => {
      const kit = lattice === 'empty' ? empty : apps
      const on = {
        folder,
        port: await freePort(),
        takenPort: (taken.address() as AddressInfo).port,
        apps: kit,
      }
      await before?.(on)
      const error = await refusalOf(
        deployApplication({
          client: kit.client,
          source: { kind: 'text', text: manifest(on), label: 'wadm.yaml', folder },
          waitMs: ends === 'waiting' ? 500 : 20_000,
        }),
      )
      expect(error.message).toMatch(says)
      expect(error.exitCode).toBeGreaterThan(0)
      const listed = (await kit.client.list()).find(({ name }) => name === 'hello')
      if (ends === 'refused') expect(listed?.deployedVersion).toBeUndefined()
      else {
        const status = await kit.client.status('hello')
        for (const each of [status.status, listed?.status.status]) {
          expect(each?.type).toBe(ends)
          expect(each?.message).toMatch(says)
          expect(each?.message).not.toContain('\n')
        }
      }
      await deleteApplication({ client: kit.client, name: 'hello' })
    },
  )

  it('every trouble is in the guide', async () => {
    const guide = await readFile(new URL('../../docs/guides/applications.md', import.meta.url), 'utf8')
    const rows = [...guide.matchAll(/^\| ([^|]+?) +\| (refused|failed|waiting) /gm)].map((match) => [
      match[1],
      match[2],
    ])
    expect(rows).toEqual(troubles.map(({ what, ends }) => [what, ends]))
  })
})

function hello({ port }: Pick<Surroundings, 'port'>, image = 'file://./hello.wasm'): string {
  return helloYaml({ image, address: `127.0.0.1:${port}` })
}

const secret = `        secrets: [{ name: token, properties: { policy: p, key: k } }]
      traits:`

/** kv-counter with a store in Redis. */
function withStore(on: Surroundings, url: string): string {
  const link = `      traits:
        - type: link
          properties:
            target:
              name: store
              config: [{ name: store, properties: { url: "${url}" } }]
            namespace: wasi
            package: keyvalue
            interfaces: [store, atomics, batch]`
  const provider = `    - name: store
      type: capability
      properties:
        image: ghcr.io/wasmcloud/keyvalue-redis:0.30.0
`
  return hello(on, 'file://./kv.wasm').replace('      traits:', link).concat(provider)
}

async function startRealHost(): Promise<Host> {
  const lattice = parseLatticeName('default')
  connection = await connectLattice({ url: bus.url, lattice, name: 'host' })
  const crashing = new FakeProvider('crashing', { calls: ['wasi:http/incoming-handler'] })
  crashing.startFailure = new Error('it does not want to')
  const ailing = new FakeProvider('ailing', { calls: ['wasi:http/incoming-handler'] })
  ailing.healthy = false
  return await startHost({
    connection,
    version: '1.9.2',
    log: silentLogger,
    providers: [httpServer, keyValueRedis, crashing.definition, ailing.definition],
  })
}

async function refusalOf(promise: Promise<unknown>): Promise<AppError> {
  const thrown = await promise.then(
    (deployment) => new Error(`deployed: ${JSON.stringify(deployment)}`),
    (error: unknown) => error,
  )
  if (thrown instanceof AppError) return thrown
  throw thrown
}

async function listen(): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function freePort(): Promise<number> {
  const server = await listen()
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
