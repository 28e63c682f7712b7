import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callHttp } from '../support/call-http.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'

const component = (name: string): string =>
  `file://${fileURLToPath(new URL(`../fixtures/components/${name}.wasm`, import.meta.url))}`

describe('a host with real guests', () => {
  let bus: EmbeddedBus
  let kit: HostKit
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'washi-host-'))
    bus = await startEmbeddedBus()
    kit = await startHostKit({ url: bus.url, runtime: engineRuntime })
    await kit.client.startProvider(kit.host.id, {
      provider_id: 'p',
      provider_ref: 'wasmcloud+builtin://http-server',
    })
    await kit.events.next('provider_started')
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  const scale = (id: string, ref: string, count = 1): Promise<string> =>
    kit.client.scaleComponent(kit.host.id, { component_id: id, component_ref: ref, count })

  it('runs a component, and hands it the requests of a provider', async () => {
    await scale('hello', component('http-hello'), 4)
    await kit.events.next('component_scaled', ({ data }) => data.component_id === 'hello')
    expect(await callHttp(kit.provider.context?.httpTarget('hello'))).toBe('Hello from washi!\n')
  })

  it('tells why a file that is no component does not run', async () => {
    const file = join(folder, 'not.wasm')
    await writeFile(file, 'hello, I am text')
    await scale('text', `file://${file}`)
    const { data } = await kit.events.next(
      'component_scale_failed',
      (event) => event.data.component_id === 'text',
    )
    expect(data.error).toContain(`Cannot start component "text" from "file://${file}": `)
    expect(data.error).toContain('text file')
    expect(data.error).toContain('offset 0')
    expect(kit.host.inventory().components.map(({ id }) => id)).not.toContain('text')
  })

  it('tells that a file is not there', async () => {
    await scale('absent', `file://${join(folder, 'absent.wasm')}`)
    const { data } = await kit.events.next(
      'component_scale_failed',
      (event) => event.data.component_id === 'absent',
    )
    expect(data.error).toBe(`Cannot read component "${join(folder, 'absent.wasm')}": no such file`)
  })

  it('tells that registries are not supported yet', async () => {
    await scale('image', 'ghcr.io/acme/hello:1')
    const { data } = await kit.events.next(
      'component_scale_failed',
      (event) => event.data.component_id === 'image',
    )
    expect(data.error).toContain('components are not loaded from registries yet')
  })

  it('keeps the old code of a component that is updated to a broken one', async () => {
    const file = join(folder, 'broken.wasm')
    await writeFile(file, new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 99]))
    await kit.client.updateComponent(kit.host.id, {
      component_id: 'hello',
      new_component_ref: `file://${file}`,
    })
    await kit.events.next('component_scale_failed', (event) => event.data.component_id === 'hello')
    expect(await callHttp(kit.provider.context?.httpTarget('hello'))).toBe('Hello from washi!\n')
  })
})
