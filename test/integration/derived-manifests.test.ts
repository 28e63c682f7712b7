import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startRealRedisServer, whyNoRedis } from '../support/real-redis-server.js'
import { createWashiLattice, freePort, guestFile, untilAnswers } from '../support/washi-lattice.js'
import type { WashiLattice } from '../support/washi-lattice.js'

// Each test runs several processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Guests that answer HTTP once their manifest is deployed, and what with. */
const answers: readonly (readonly [guests: readonly string[], path: string, text: string])[] = [
  [['http-hello'], '/', 'Hello from washi!'],
  [['kv-counter'], '/incr/a', '1'],
  [['outgoing'], '/', ''],
  [['ping', 'pong'], '/', 'pong'],
  [['trouble'], '/hello', ''],
]

/** Guests without HTTP: deployed is all that can be seen of them from outside. */
const silent: readonly string[] = ['messaging-echo', 'pong', 'blob', 'echo-types', 'secrets-config']

let lattice: WashiLattice
beforeAll(async () => {
  lattice = await createWashiLattice()
  for (const guest of [...answers.flatMap(([guests]) => guests), ...silent])
    await copyFile(guestFile(guest as 'pong'), join(lattice.home, `${guest}.wasm`))
  await lattice.up()
})
afterAll(() => lattice[Symbol.asyncDispose]())

describe('what wit2wadm derives', () => {
  it.each(answers)('of %j deploys and answers at %s', async (guests, path, text) => {
    const port = await derive(guests)
    await deploys(`${guests.join('-')}.yaml`)
    await untilAnswers(port, text, path)
    expect((await lattice.run('app', 'delete', 'derived')).exitCode).toBe(0)
  })

  it.each(silent)('of %s deploys', async (guest) => {
    await derive([guest])
    await deploys(`${guest}.yaml`)
    expect((await lattice.run('app', 'delete', 'derived')).exitCode).toBe(0)
  })
})

describe('the manifests of the page "Linking at Runtime"', () => {
  it('of two components deploys, and the one calls the other', async () => {
    const port = await freePort()
    const text = await readSeed('two-components.yaml')
    const mine = text
      .replace('./build/http_hello_world_s.wasm', `${lattice.home}/ping.wasm`)
      .replace('../pong/virt.wasm', `${lattice.home}/pong.wasm`)
      // Our guests import the same interface from a package of their own.
      .replace(
        'namespace: example\n            package: pong',
        'namespace: test\n            package: pingpong',
      )
    await lattice.write('seed.yaml', mine.replace('127.0.0.1:8080', `127.0.0.1:${port}`))
    await deploys('seed.yaml')
    await untilAnswers(port, 'pong')
    expect((await lattice.run('app', 'delete', 'http-hello-world')).exitCode).toBe(0)
  })

  it.skipIf(whyNoRedis())('of the quickstart deploys, and counts in Redis', async () => {
    await using redis = await startRealRedisServer()
    const port = await freePort()
    const text = await readSeed('quickstart.yaml')
    const mine = text
      .replace(
        'ghcr.io/wasmcloud/components/http-hello-world-rust:0.1.0',
        `file://${lattice.home}/kv-counter.wasm`,
      )
      .replace('redis://127.0.0.1:6379', redis.url)
    await lattice.write('seed.yaml', mine.replace('127.0.0.1:8080', `127.0.0.1:${port}`))
    await deploys('seed.yaml')
    await untilAnswers(port, '1', '/incr/a')
    expect((await lattice.run('app', 'delete', 'hello-world')).exitCode).toBe(0)
  })
})

/** Derives a manifest with the executable; its only change is the port, which on this machine may be another's. */
async function derive(guests: readonly string[]): Promise<number> {
  const file = `${guests.join('-')}.yaml`
  const derived = await lattice.run(
    'wit2wadm',
    ...guests.map((guest) => `${guest}.wasm`),
    ...['--name', 'derived', '--into', file],
  )
  expect(derived.exitCode, derived.stderr).toBe(0)
  const port = await freePort()
  const text = await readFile(join(lattice.home, file), 'utf8')
  await lattice.write(file, text.replace('127.0.0.1:8000', `127.0.0.1:${port}`))
  return port
}

async function deploys(file: string): Promise<void> {
  const deployed = await lattice.run('app', 'deploy', file)
  expect(deployed.exitCode, deployed.stderr).toBe(0)
}

async function readSeed(name: string): Promise<string> {
  return await readFile(new URL(`../fixtures/apps/linking-at-runtime/${name}`, import.meta.url), 'utf8')
}
