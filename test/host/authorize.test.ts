import { fileURLToPath } from 'node:url'
import type { Decision, Question } from '#washi/host/authorize.js'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callHttp } from '../support/call-http.js'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit, type HostKit } from '../support/host-kit.js'

const component = (name: string): string =>
  `file://${fileURLToPath(new URL(`../fixtures/components/${name}.wasm`, import.meta.url))}`

let bus: Awaited<ReturnType<typeof startEmbeddedBus>>
beforeAll(async () => void (bus = await startEmbeddedBus()))
afterAll(() => bus[Symbol.asyncDispose]())

let lattice = 0
const startKit = (authorize: (question: Question) => Decision | Promise<Decision>): Promise<HostKit> => {
  lattice += 1
  return startHostKit({ url: bus.url, latticeName: `ask-${lattice}`, runtime: engineRuntime, authorize })
}

const scale = (kit: HostKit, id: string, count = 2): Promise<unknown> =>
  kit.client.scaleComponent(kit.host.id, { component_id: id, component_ref: component(id), count })

const startHttp = (kit: HostKit): Promise<unknown> =>
  kit.client.startProvider(kit.host.id, {
    provider_id: 'http',
    provider_ref: 'wasmcloud+builtin://http-server',
  })

const putPing = (kit: HostKit): Promise<unknown> =>
  kit.client.putLink({
    ...{ source_id: 'ping', target: 'pong', name: 'default' },
    ...{ wit_namespace: 'test', wit_package: 'pingpong', interfaces: ['pingpong'] },
  })

describe('a host that asks whether it may', () => {
  it('starts what is permitted alone, and shows the reason of a refusal', async () => {
    const asked: Question[] = []
    await using kit = await startKit((question) => {
      asked.push(question)
      if (question.kind !== 'startComponent') return { permitted: false, message: 'no providers here' }
      return { permitted: question.request.componentId === 'ping', message: 'only ping' }
    })
    await scale(kit, 'ping')
    await kit.events.next('component_scaled', ({ data }) => data.component_id === 'ping')
    await scale(kit, 'pong')
    const { data } = await kit.events.next('component_scale_failed')
    expect(data.error).toBe('Component "pong" may not start here: only ping')
    await startHttp(kit)
    const failed = await kit.events.next('provider_start_failed')
    expect(failed.data.error).toBe('Provider "http" may not start here: no providers here')
    expect(asked).toEqual([
      {
        kind: 'startComponent',
        request: { componentId: 'ping', imageRef: component('ping'), maxInstances: 2, annotations: {} },
      },
      {
        kind: 'startComponent',
        request: { componentId: 'pong', imageRef: component('pong'), maxInstances: 2, annotations: {} },
      },
      {
        kind: 'startProvider',
        request: { providerId: 'http', imageRef: 'http-server', annotations: {} },
      },
    ])
  })

  it('takes a rejected promise for a refusal, and never asks before a stop', async () => {
    let isRefusing = false
    await using kit = await startKit(() =>
      isRefusing ? Promise.reject(new Error('the service is away')) : Promise.resolve({ permitted: true }),
    )
    await scale(kit, 'ping')
    await kit.events.next('component_scaled')
    isRefusing = true
    await scale(kit, 'ping', 5)
    const { data } = await kit.events.next('component_scale_failed')
    expect(data.error).toContain('the service is away')
    expect(kit.host.inventory().components[0]?.max_instances).toBe(2)
    const from = kit.events.all.length
    await scale(kit, 'ping', 0)
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 0, from)
  })

  it.each([
    ['at once', (decision: Decision) => decision],
    ['by a promise', (decision: Decision) => Promise.resolve(decision)],
  ])('lets calls pass that are permitted, decided %s', async (_how, give) => {
    const calls: string[] = []
    let permitted = true
    await using kit = await startKit((question) => {
      if (question.kind !== 'performInvocation') return { permitted: true }
      const { sourceId, target, interface: name } = question.request
      calls.push(`${sourceId} → ${target.componentId} ${name}.${question.request.function}`)
      return give({ permitted: permitted || target.componentId === 'ping', message: 'pong is closed' })
    })
    await putPing(kit)
    await scale(kit, 'ping')
    await kit.events.next('component_scaled', ({ data }) => data.component_id === 'ping')
    await scale(kit, 'pong')
    await kit.events.next('component_scaled', ({ data }) => data.component_id === 'pong')
    await startHttp(kit)
    await kit.events.next('provider_started')
    const target = kit.provider.context?.httpTarget('ping')
    expect(await callHttp(target)).toBe('ping pong\n')
    expect(calls).toEqual([
      'http → ping wrpc:http/incoming-handler@0.1.0.handle',
      'ping → pong test:pingpong/pingpong@0.1.0.ping',
    ])
    permitted = false
    expect(await callHttp(target)).toContain(
      '"ping" may not call test:pingpong/pingpong@0.1.0.ping of component "pong": pong is closed',
    )
  })

  it('keeps the body of a request until the decision has come', async () => {
    await using kit = await startKit(() => Promise.resolve({ permitted: true }))
    await scale(kit, 'http-hello')
    await kit.events.next('component_scaled')
    await startHttp(kit)
    await kit.events.next('provider_started')
    const body = 'x'.repeat(300_000)
    const target = kit.provider.context?.httpTarget('http-hello')
    expect(await callHttp(target, { method: 'POST', path: '/echo', body })).toBe(body)
  })
})
