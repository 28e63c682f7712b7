import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployApplication } from '#washi/apps/deploy/deploy-application.js'
import type { DeployProgress } from '#washi/apps/deploy/deploy-application.js'
import { deleteApplication, undeployApplication } from '#washi/apps/deploy/undeploy-application.js'
import { AppError } from '#washi/core/errors.js'
import { silentLogger } from '#washi/core/log.js'
import { startHost } from '#washi/host/start-host.js'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { helloYaml, startAppKit } from '../support/app-kit.js'
import type { AppKit, HelloOptions } from '../support/app-kit.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { guestFile, readGuest } from '../support/guests.js'
import { trapAtStart } from '../support/trapping-guest.js'

let bus: EmbeddedBus
let folder: string
let apps: AppKit
let stopHost: () => Promise<void>

beforeAll(async () => {
  bus = await startEmbeddedBus()
  folder = await mkdtemp(join(tmpdir(), 'washi-apps-'))
  await copyFile(guestFile('http-hello'), join(folder, 'hello.wasm'))
  await writeFile(join(folder, 'trap.wasm'), trapAtStart(readGuest('http-hello')))
  await writeFile(join(folder, 'module.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
  const connection = await connectLattice({
    url: bus.url,
    lattice: parseLatticeName('default'),
    name: 'host',
  })
  const host = await startHost({ connection, version: '1.9.2', log: silentLogger, providers: [httpServer] })
  stopHost = async () => {
    await host.stop()
    await connection.close()
  }
  apps = await startAppKit({ url: bus.url, latticeName: 'default' })
})

afterAll(async () => {
  await apps[Symbol.asyncDispose]()
  await stopHost()
  await bus[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

describe('deployApplication()', () => {
  it('returns when the application answers, and names the address', async () => {
    const address = await freeAddress()
    const progress: DeployProgress['kind'][] = []
    const { name, version, urls } = await deploy({ name: 'answers', address }, ({ kind }) =>
      progress.push(kind),
    )
    expect({ name, version, urls }).toEqual({
      name: 'answers',
      version: 'v0.0.1',
      urls: [`http://${address}`],
    })
    expect(progress.slice(0, 2)).toEqual(['put', 'acknowledged'])
    expect(await (await fetch(`http://${address}/`)).text()).toBe('Hello from washi!\n')
    await undeployApplication({ client: apps.client, name })
    await expect(fetch(`http://${address}/`)).rejects.toThrow()
    expect((await deleteApplication({ client: apps.client, name })).deleted).toBe(true)
  })

  it('deploys the same manifest again without a complaint, but not another one of the same version', async () => {
    const address = await freeAddress()
    await deploy({ name: 'again', address })
    await deploy({ name: 'again', address })
    const error = await refusal(deploy({ name: 'again', address, instances: 3 }))
    expect(error.message).toContain('Manifest version v0.0.1 already exists')
    await deleteApplication({ client: apps.client, name: 'again' })
  })

  it('does not pretend that a file that has changed since is running, and runs it with --replace', async () => {
    const address = await freeAddress()
    const image = 'file://./changing.wasm'
    await copyFile(guestFile('http-hello'), join(folder, 'changing.wasm'))
    await deploy({ name: 'changing', address, image })
    await copyFile(guestFile('trouble'), join(folder, 'changing.wasm'))
    expect((await refusal(deploy({ name: 'changing', address, image }))).hint).toContain('--replace')
    const path = await writeManifest({ name: 'changing', address, image })
    await deployApplication({ client: apps.client, source: { kind: 'file', path }, replace: true })
    expect((await fetch(`http://${address}/`)).status).toBe(404)
    await deleteApplication({ client: apps.client, name: 'changing' })
  })

  it('says that the port is taken, and recovers once it is free', async () => {
    const blocker = await listen()
    const { port } = blocker.address() as AddressInfo
    const error = await refusal(deploy({ name: 'taken', address: `127.0.0.1:${port}` }))
    expect(error.code).toBe('APP_DEPLOY_FAILED')
    expect(error.message).toContain(String(port))
    expect(error.hint).toBe('Run: washi app status taken')
    expect((await apps.client.status('taken')).status.type).toBe('failed')
    await new Promise((resolve) => blocker.close(resolve))
    await apps.reaches('taken', 'deployed')
    await deleteApplication({ client: apps.client, name: 'taken' })
  })

  it('says that a component traps at start', async () => {
    const address = await freeAddress()
    const error = await refusal(deploy({ name: 'traps', address, image: 'file://./trap.wasm' }))
    expect(error.code).toBe('APP_DEPLOY_FAILED')
    expect(error.message).toMatch(/traps-http_component: .*unreachable/)
    expect((await apps.client.status('traps')).status.type).toBe('failed')
    await deleteApplication({ client: apps.client, name: 'traps' })
  })

  it('refuses a missing file with path and line before anything is sent', async () => {
    const error = await refusal(deploy({ name: 'missing', image: 'file://./none.wasm' }))
    expect(error).toMatchObject({
      code: 'MANIFEST_IMAGE_INVALID',
      place: { line: 12, column: 16 },
      exitCode: 2,
    })
    expect(error.message).toContain(`${join(folder, 'none.wasm')}": no such file`)
    await expect(apps.client.versions('missing')).rejects.toMatchObject({ code: 'APP_NOT_FOUND' })
  })

  it('refuses a core module and says that it is one', async () => {
    const error = await refusal(deploy({ name: 'module', image: 'file://module.wasm' }))
    expect(error.code).toBe('MANIFEST_IMAGE_INVALID')
    expect(error.message).toMatch(/it is a core WebAssembly module, not a component/)
  })

  it('refuses text that is no YAML, with line and column', async () => {
    const text = 'apiVersion: core.oam.dev/v1beta1\nkind: [Application\nmetadata: {}\n'
    const error = await refusal(
      deployApplication({ client: apps.client, source: { kind: 'text', text, label: 'stdin', folder } }),
    )
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID', exitCode: 2, place: { file: 'stdin', line: 3 } })
  })

  it('refuses what can never run, with its line', async () => {
    const path = await writeManifest({ name: 'never' })
    await writeFile(path, (await readFile(path, 'utf8')).replace('spreadscaler', 'fancyscaler'))
    const error = await refusal(deployApplication({ client: apps.client, source: { kind: 'file', path } }))
    expect(error).toMatchObject({ code: 'APP_UNSUPPORTED', place: { line: 9 } })
  })

  it('takes values from the environment where that is asked for, and from a URL', async () => {
    const address = await freeAddress()
    const text = helloYaml({
      name: 'fetched',
      image: `file://${join(folder, 'hello.wasm')}`,
      address: '${ADDRESS}',
    }).replace('instances: 2', 'instances: ${COUNT:-3}')
    await using site = await serve(text)
    const { urls } = await deployApplication({
      client: apps.client,
      source: { kind: 'url', url: site.url },
      variables: { ADDRESS: address },
    })
    expect(urls).toEqual([`http://${address}`])
    const error = await refusal(
      deployApplication({ client: apps.client, source: { kind: 'url', url: site.url }, variables: {} }),
    )
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID', place: { line: 31, column: 28 } })
    expect(error.message).toContain('the variable ADDRESS of "${ADDRESS}" is not set')
    await deleteApplication({ client: apps.client, name: 'fetched' })
  })

  it('says what is pending when the time is up', async () => {
    const latticeName = 'empty'
    await using empty = await startAppKit({ url: bus.url, latticeName })
    const path = await writeManifest({ name: 'waits' })
    const error = await refusal(
      deployApplication({ client: empty.client, source: { kind: 'file', path }, waitMs: 300 }),
    )
    expect(error.code).toBe('APP_DEPLOY_TIMED_OUT')
    expect(error.message).toContain('Lattice contains no hosts')
  })
})

async function deploy(options: HelloOptions, onProgress?: (progress: DeployProgress) => void) {
  const path = await writeManifest(options)
  return await deployApplication({ client: apps.client, source: { kind: 'file', path }, onProgress })
}

async function writeManifest(options: HelloOptions): Promise<string> {
  const path = join(folder, `${options.name ?? 'hello'}.yaml`)
  await writeFile(path, helloYaml({ image: 'file://./hello.wasm', ...options }))
  return path
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof AppError) return thrown
  throw new Error('not refused', { cause: thrown })
}

async function listen(): Promise<Server> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

async function freeAddress(): Promise<string> {
  const server = await listen()
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${port}`
}

/** One text over HTTP. */
async function serve(text: string): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createHttpServer((_request, response) => response.end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/wadm.yaml`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
