import { jsonOf } from '#washi/lattice/message.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callHttp } from '../../support/call-http.js'
import { startEmbeddedBus } from '../../support/embedded-bus.js'
import type { EmbeddedBus } from '../../support/embedded-bus.js'
import { startHostKit } from '../../support/host-kit.js'
import type { HostKit } from '../../support/host-kit.js'

let bus: EmbeddedBus
beforeAll(async () => void (bus = await startEmbeddedBus()))
afterAll(() => bus[Symbol.asyncDispose]())

interface Asked {
  readonly requestId: string
  readonly kind: string
  readonly version: string
  readonly request: Readonly<Record<string, unknown>>
  readonly host: Readonly<Record<string, unknown>>
}

let lattice = 0
const startKit = async (options: object = {}): Promise<HostKit> => {
  lattice += 1
  const policy = { topic: 'acme.policy', changesTopic: 'acme.policy.changes', ...options }
  return await startHostKit({
    ...{ url: bus.url, latticeName: `policy-${lattice}`, policy, labels: { zone: 'a' } },
    machine: { arch: 'x64', platform: 'linux' },
  })
}

/** A policy service that writes down what it is asked, and answers as `decide` says. */
function serve(kit: HostKit, decide: (asked: Asked) => unknown) {
  const asked: Asked[] = []
  const done = new AbortController()
  const messages = kit.connection.subscribe('acme.policy', { signal: done.signal })
  void (async () => {
    for await (const message of messages) {
      const request = jsonOf(message) as Asked
      asked.push(request)
      message.respond(JSON.stringify(decide(request)))
    }
  })()
  return { asked, end: () => done.abort() }
}

const permit = ({ requestId }: Asked) => ({ requestId, permitted: true })

const scale = (kit: HostKit, id: string, count = 2): Promise<unknown> =>
  kit.client.scaleComponent(kit.host.id, { component_id: id, component_ref: `file:///${id}.wasm`, count })

describe('a host with a policy service', () => {
  it('asks it in the words of wasmCloud 1.9 before it starts a component or a provider', async () => {
    await using kit = await startKit()
    const { asked } = serve(kit, permit)
    await scale(kit, 'hello')
    await kit.events.next('component_scaled')
    await kit.client.startProvider(kit.host.id, {
      ...{
        provider_id: 'http',
        provider_ref: 'ghcr.io/wasmcloud/http-server:0.28.0',
        annotations: { a: 'b' },
      },
    })
    await kit.events.next('provider_started')
    const labels = {
      ...{ 'hostcore.arch': 'x86_64', 'hostcore.os': 'linux', 'hostcore.osfamily': 'unix', zone: 'a' },
    }
    const host = { publicKey: kit.host.id, lattice: kit.connection.lattice, labels }
    const requestId = expect.stringMatching(/^[0-9a-f-]{36}$/)
    const imageRef = 'ghcr.io/wasmcloud/http-server:0.28.0'
    expect(asked).toEqual([
      {
        ...{ requestId, kind: 'startComponent', version: 'v1', host },
        request: {
          ...{ componentId: 'hello', imageRef: 'file:///hello.wasm', maxInstances: 2, annotations: {} },
          claims: null,
        },
      },
      {
        ...{ requestId, kind: 'startProvider', version: 'v1', host },
        request: { providerId: 'http', imageRef, annotations: { a: 'b' }, claims: null },
      },
    ])
  })

  it('asks about a call once, and again for none of its kind until the decision is taken back', async () => {
    await using kit = await startKit()
    const { asked } = serve(kit, permit)
    await scale(kit, 'hello')
    await kit.events.next('component_scaled')
    await kit.client.startProvider(kit.host.id, {
      provider_id: 'http',
      provider_ref: 'wasmcloud+builtin://http-server',
    })
    await kit.events.next('provider_started')
    const target = kit.provider.context?.httpTarget('hello')
    expect(await callHttp(target)).toBe('hello')
    expect(await callHttp(target)).toBe('hello')
    const [invocation, ...more] = asked.filter(({ kind }) => kind === 'performInvocation')
    expect(more).toEqual([])
    expect(invocation?.request).toEqual({
      interface: 'wrpc:http/incoming-handler@0.1.0',
      function: 'handle',
      target: {
        ...{ componentId: 'hello', imageRef: 'file:///hello.wasm', maxInstances: 0, annotations: {} },
        claims: null,
      },
    })
    const change = { requestId: invocation?.requestId, permitted: false, message: 'closed for today' }
    kit.connection.publish('acme.policy.changes', 'not a decision')
    kit.connection.publish('acme.policy.changes', JSON.stringify(change))
    await expect.poll(() => callHttp(target)).toContain('closed for today')
  })

  it('refuses with the reason of the service, and keeps that refusal', async () => {
    await using kit = await startKit()
    const { asked } = serve(kit, ({ requestId }) => ({
      requestId,
      permitted: false,
      message: 'not in zone a',
    }))
    await scale(kit, 'hello')
    const { data } = await kit.events.next('component_scale_failed')
    expect(data.error).toBe('Component "hello" may not start here: not in zone a')
    await scale(kit, 'hello', 3)
    await kit.events.next('component_scale_failed', ({ data: { max_instances } }) => max_instances === 3)
    expect(asked).toHaveLength(1)
  })

  it('starts nothing while the service is away or cannot be understood, and asks again later', async () => {
    await using kit = await startKit({ timeoutMs: 200 })
    await scale(kit, 'hello')
    const away = await kit.events.next('component_scale_failed')
    expect(away.data.error).toContain('Cannot ask the policy service at "acme.policy": Nobody answers')
    const confused = serve(kit, () => 'yes')
    await kit.connection.flush()
    await scale(kit, 'hello', 3)
    const unread = await kit.events.next('component_scale_failed', ({ data }) => data.max_instances === 3)
    expect(unread.data.error).toContain('Cannot read the answer of the policy service at "acme.policy"')
    confused.end()
    serve(kit, permit)
    await kit.connection.flush()
    await scale(kit, 'hello', 4)
    await kit.events.next('component_scaled', ({ data }) => data.max_instances === 4)
  })
})
