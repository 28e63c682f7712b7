import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { Kvm } from '@nats-io/kv'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { trapAtStart } from '../support/trapping-guest.js'
import {
  createWashiLattice,
  freePort,
  guestFile,
  httpManifest,
  untilAnswers,
  type WashiLattice,
} from '../support/washi-lattice.js'

// Each test runs several processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describe('the main job', () => {
  let lattice: WashiLattice
  let port: number

  beforeAll(async () => {
    lattice = await createWashiLattice()
    port = await freePort()
    await lattice.up()
  })

  afterAll(async () => {
    await lattice[Symbol.asyncDispose]()
  })

  it('deploys right after up, and answers once deploy has returned', async () => {
    await lattice.write('wadm.yaml', httpManifest({ component: guestFile('http-hello'), port }))
    const deployed = await lattice.run('app', 'deploy', 'wadm.yaml')
    expect(deployed).toMatchObject({ exitCode: 0 })
    expect(deployed.stdout).toContain(`127.0.0.1:${port}`)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('Hello from washi!')
  })

  it('shows the application, its parts and its link', async () => {
    const inventory = JSON.stringify(await lattice.json('get', 'inventory'))
    expect(inventory).toContain('hello-guest')
    expect(inventory).toContain('hello-httpserver')
    expect(JSON.stringify(await lattice.json('link', 'query'))).toContain('hello-httpserver')
    expect((await lattice.run('app', 'list')).stdout).toMatch(/hello.*deployed/is)
    expect((await lattice.run('app', 'status', 'hello')).stdout).toMatch(/deployed/i)
  })

  it('lets a stock NATS client read the links and hear the events', async () => {
    const client = await connect({ servers: lattice.natsUrl })
    try {
      const bucket = await new Kvm(client).open('LATTICEDATA_default')
      const entry = await bucket.get('COMPONENT_hello-httpserver')
      expect(entry?.json()).toMatchObject({ links: [{ target: 'hello-guest', wit_package: 'http' }] })
      const events = client.subscribe('wasmbus.evt.default.>')
      await client.flush()
      const put = lattice.run('config', 'put', 'a-config', 'key=value')
      for await (const event of events) {
        if (event.subject !== 'wasmbus.evt.default.config_set') continue
        expect(event.json()).toMatchObject({ specversion: '1.0', data: { config_name: 'a-config' } })
        break
      }
      expect(await put).toMatchObject({ exitCode: 0 })
    } finally {
      await client.close()
    }
  })

  it('refuses a second up on the same folder and names the pid of the first', async () => {
    const second = await lattice.run('up', '-d')
    expect(second.exitCode).toBe(1)
    expect(second.stderr + second.stdout).toContain(String(await lattice.pid()))
  })

  it('undeploys: the port is free and the parts are gone', async () => {
    expect(await lattice.run('app', 'undeploy', 'hello')).toMatchObject({ exitCode: 0 })
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
    expect(JSON.stringify(await lattice.json('get', 'inventory'))).not.toContain('hello-guest')
  })
})

describe('a lattice killed with SIGKILL', () => {
  it('comes back with its links, config and manifest, and the application answers without a new deploy', async () => {
    await using lattice = await createWashiLattice()
    const port = await freePort()
    await lattice.up()
    await lattice.write('wadm.yaml', httpManifest({ component: guestFile('http-hello'), port }))
    expect(await lattice.run('config', 'put', 'mine', 'key=value')).toMatchObject({ exitCode: 0 })
    expect(await lattice.run('app', 'deploy', 'wadm.yaml')).toMatchObject({ exitCode: 0 })
    await lattice.kill()
    await lattice.up()
    await untilAnswers(port, 'Hello from washi!')
    expect(JSON.stringify(await lattice.json('config', 'get', 'mine'))).toContain('value')
    expect(JSON.stringify(await lattice.json('link', 'query'))).toContain('hello-httpserver')
  })

  it('forgets nothing that was acknowledged when it dies in the middle of a deploy', async () => {
    await using lattice = await createWashiLattice()
    const port = await freePort()
    await lattice.up()
    await lattice.write('wadm.yaml', httpManifest({ component: guestFile('http-hello'), port }))
    const deploying = lattice.run('app', 'deploy', 'wadm.yaml')
    await untilManifestIsStored(lattice)
    await lattice.kill()
    await deploying
    await lattice.up()
    expect((await lattice.run('app', 'list')).stdout).toContain('hello')
    expect(await lattice.run('app', 'deploy', 'wadm.yaml')).toMatchObject({ exitCode: 0 })
    await untilAnswers(port, 'Hello from washi!')
  })
})

describe('app deploy that cannot work', () => {
  let lattice: WashiLattice

  beforeAll(async () => {
    lattice = await createWashiLattice()
    await lattice.up()
  })

  afterAll(async () => {
    await lattice[Symbol.asyncDispose]()
  })

  it('names line and column of invalid YAML', async () => {
    await lattice.write('bad.yaml', 'apiVersion: core.oam.dev/v1beta1\nkind: [Application\n')
    const result = await lattice.run('app', 'deploy', 'bad.yaml')
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toMatch(/bad\.yaml:\d+:\d+/)
    expect(result.stdout).not.toMatch(/deployed/i)
  })

  it('names path and line of a missing component', async () => {
    await lattice.write('missing.yaml', httpManifest({ component: 'file://./build/none.wasm', port: 1 }))
    const result = await lattice.run('app', 'deploy', 'missing.yaml')
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toContain(join('build', 'none.wasm'))
    expect(result.stderr).toMatch(/missing\.yaml:13/)
  })

  it('says that a port is taken, exits with 1, and status shows failed', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    try {
      await lattice.write(
        'taken.yaml',
        httpManifest({ component: guestFile('http-hello'), port, app: 'taken' }),
      )
      const result = await lattice.run('app', 'deploy', 'taken.yaml')
      expect(result.exitCode).toBe(1)
      expect(result.stderr).toContain(`port ${port} is in use`)
      expect(result.stdout).not.toMatch(/deployed/i)
      expect((await lattice.run('app', 'status', 'taken')).stdout).toMatch(/failed/i)
    } finally {
      server.close()
      await lattice.run('app', 'delete', 'taken')
    }
  })

  it('refuses a component that nothing would scale in one sentence, and starts nothing', async () => {
    const manifest = httpManifest({ component: guestFile('ping'), port: await freePort(), app: 'calls' })
    const link = `        - type: link
          properties:
            target: pong
            namespace: test
            package: pingpong
            interfaces: [pingpong]
    - name: pong
      type: component
      properties:
        image: file://${guestFile('pong')}
    - name: httpserver`
    await lattice.write('calls.yaml', manifest.replace('    - name: httpserver', link))
    const result = await lattice.run('app', 'deploy', 'calls.yaml')
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toContain('"pong" has neither a spreadscaler nor a daemonscaler')
    expect(JSON.stringify(await lattice.json('get', 'inventory'))).not.toContain('calls-')
  })

  it('says that a component traps while it starts, and exits with 1', async () => {
    const file = join(lattice.home, 'traps.wasm')
    await writeFile(file, trapAtStart(await readFile(guestFile('http-hello'))))
    const manifest = httpManifest({ component: file, port: await freePort(), app: 'traps' })
    await lattice.write('traps.yaml', manifest)
    const result = await lattice.run('app', 'deploy', 'traps.yaml')
    expect(result.exitCode).toBe(1)
    expect(result.stderr).toContain('unreachable')
    expect(result.stdout).not.toMatch(/deployed/i)
    expect((await lattice.run('app', 'status', 'traps')).stdout).toMatch(/failed/i)
    await lattice.run('app', 'delete', 'traps')
  })

  it('refuses what is no component and says what it is', async () => {
    const file = await lattice.write('text.wasm', 'this is text')
    await lattice.write('text.yaml', httpManifest({ component: file, port: 1 }))
    const result = await lattice.run('app', 'deploy', 'text.yaml')
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toContain('text.wasm')
  })
})

describe('commands without a lattice', () => {
  it.each([[['app', 'list']], [['get', 'inventory']], [['link', 'query']], [['app', 'status', 'x']]])(
    'washi %j says how to start one and exits with 1',
    async (args) => {
      await using lattice = await createWashiLattice()
      const result = await lattice.run(...args)
      expect(result.exitCode).toBe(1)
      expect(result.stderr).toContain('washi up')
    },
  )
})

async function untilManifestIsStored(lattice: WashiLattice): Promise<void> {
  const client = await connect({ servers: lattice.natsUrl })
  try {
    const kvm = new Kvm(client)
    const deadline = Date.now() + 60_000
    while (Date.now() < deadline) {
      const bucket = await kvm.open('wadm_manifests').catch(() => undefined)
      const keys = bucket === undefined ? [] : await collect(await bucket.keys().catch(() => []))
      if (keys.some((key) => key.includes('hello'))) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error('the manifest was not stored')
  } finally {
    await client.close()
  }
}

async function collect(keys: AsyncIterable<string> | Iterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const key of keys) all.push(key)
  return all
}
