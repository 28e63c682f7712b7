import { fileURLToPath } from 'node:url'
import { silentLogger } from '#washi/core/log.js'
import { callWithValues } from '#washi/host/calls/call-with-values.js'
import { createRemoteTarget } from '#washi/host/calls/remote-target.js'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import type { ProviderContext, ProviderDefinition } from '#washi/host/provider.js'
import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { WrpcClient } from '#washi/lattice/wrpc/client.js'
import type { WireInterface } from '#washi/wit/wire/wire-interface.js'
import { startEmbeddedBus } from './embedded-bus.js'
import { startHostKit, type HostKit } from './host-kit.js'
import { writeEmbeddedProviderFile } from './provider-file.js'

/** Whom values are called as: a party with links of its own. */
export const callerId = 'caller'

/** A function call as tests make it. */
export interface TestCall {
  readonly of: WireInterface
  readonly function: string
  readonly args: readonly unknown[]
  readonly linkName?: string
  readonly sourceId?: string
}

/** A provider that runs on a host of its own bus, and callers here and elsewhere. */
export interface ProviderKit extends AsyncDisposable {
  readonly kit: HostKit
  readonly url: string
  /** Calls the provider as a party on its host, and as one elsewhere on the lattice. */
  readonly callers: Readonly<Record<'local' | 'remote', (call: TestCall) => Promise<unknown>>>
  /** What answers calls elsewhere on the lattice, for calls with streams. */
  readonly remote: RpcTarget
  /** Links a source to the provider with values, and resolves with the reason where the provider refuses. */
  link(options?: LinkOptions): Promise<string | undefined>
  unlink(options?: Pick<LinkOptions, 'source' | 'name'>): Promise<void>
  /** Starts a component of the fixtures, and resolves with what answers its requests. */
  startComponent(name: string, id?: string): Promise<HttpTarget>
}

export interface LinkOptions {
  readonly source?: string
  readonly name?: string
  readonly config?: Readonly<Record<string, string>>
  /** With interfaces that the provider calls, it is the link's source, and `source` its target. */
  readonly calls?: { readonly wit: string; readonly interfaces: readonly string[] }
}

/** Where the interfaces of a definition belong. */
export interface ProviderKitOptions {
  readonly definition: ProviderDefinition
  /** Whether the provider runs within the host, or as a process of its own. Default within. */
  readonly form?: ProviderForm
  /** `wasi:keyvalue` */
  readonly wit: string
  readonly interfaces: readonly string[]
  readonly config?: Readonly<Record<string, string>>
}

/** The ways in which a provider of washi can run. */
export const providerForms = ['embedded', 'external'] as const
export type ProviderForm = (typeof providerForms)[number]

const providerId = 'under-test'

/** Starts a bus, a host, the provider and a party that calls it. */
export async function startProviderKit(options: ProviderKitOptions): Promise<ProviderKit> {
  const bus = await startEmbeddedBus()
  const caller = createCaller()
  const kit = await startHostKit({
    url: bus.url,
    runtime: engineRuntime,
    providers: [options.definition, caller.definition],
  })
  const client = new WrpcClient(kit.connection, silentLogger)
  const remote = createRemoteTarget(client, { lattice: 'default', id: providerId })
  const start = async (id: string, reference: string, config: readonly string[]): Promise<void> => {
    await kit.client.startProvider(kit.host.id, {
      ...{ provider_id: id, provider_ref: reference, config: [...config] },
    })
    await startOf(kit, id)
  }
  const { definition, form = 'embedded' } = options
  const file = form === 'external' ? await writeEmbeddedProviderFile(definition.name) : undefined
  if (options.config) await kit.client.putConfig('provider-config', options.config)
  await start(callerId, `wasmcloud+builtin://${caller.definition.name}`, [])
  const reference = file ? `file://${file.path}` : `wasmcloud+builtin://${definition.name}`
  await start(providerId, reference, options.config ? ['provider-config'] : [])
  return {
    kit,
    url: bus.url,
    remote,
    callers: {
      local: (call) => caller.context().call({ targetId: providerId, linkName: 'default', ...call }),
      remote: (call) =>
        callWithValues(remote, call.sourceId ?? callerId, {
          ...{ targetId: providerId, linkName: 'default' },
          ...call,
        }),
    },
    ...linkMethods(kit, options),
    startComponent: async (name, id = name) => {
      const file = fileURLToPath(new URL(`../fixtures/components/${name}.wasm`, import.meta.url))
      const request = { component_id: id, component_ref: `file://${file}`, count: 4 }
      await kit.client.scaleComponent(kit.host.id, request)
      await kit.events.next('component_scaled', ({ data }) => data.component_id === id)
      return caller.context().httpTarget(id)
    },
    [Symbol.asyncDispose]: async () => {
      await client.close()
      await kit[Symbol.asyncDispose]()
      await bus[Symbol.asyncDispose]()
      await file?.[Symbol.asyncDispose]()
    },
  }
}

/** Resolves once the provider has started. Throws why it has not. */
async function startOf(kit: HostKit, id: string): Promise<void> {
  const failed = kit.events.next('provider_start_failed', ({ data }) => data.provider_id === id)
  const started = kit.events.next('provider_started', ({ data }) => data.provider_id === id)
  const outcome = await Promise.race([failed, started])
  if (outcome.kind === 'provider_start_failed') throw new Error(outcome.data.error)
}

function linkMethods(
  kit: HostKit,
  { wit, interfaces }: ProviderKitOptions,
): Pick<ProviderKit, 'link' | 'unlink'> {
  let configs = 0
  return {
    async link({ source = callerId, name = 'default', config, calls } = {}) {
      configs += 1
      if (config) await kit.client.putConfig(`config-${configs}`, config)
      const names = config ? [`config-${configs}`] : []
      const [namespace = '', witPackage = ''] = (calls?.wit ?? wit).split(':')
      const from = kit.events.all.length
      await kit.client.putLink({
        ...(calls ? { source_id: providerId, target: source } : { source_id: source, target: providerId }),
        ...{ name, wit_namespace: namespace, wit_package: witPackage },
        interfaces: [...(calls?.interfaces ?? interfaces)],
        ...(calls ? { source_config: names } : { target_config: names }),
      })
      return await Promise.race([
        kit.events
          .next('linkdef_established', ({ data }) => isOf(data, { source, name }), from)
          .then(() => undefined),
        kit.events
          .next('linkdef_set_failed', ({ data }) => isOf(data, { source, name }), from)
          .then(({ data }) => data.error),
      ])
    },
    async unlink({ source = callerId, name = 'default' } = {}) {
      const [namespace = '', witPackage = ''] = wit.split(':')
      await kit.client.deleteLink({
        ...{ source_id: source, name, wit_namespace: namespace, wit_package: witPackage },
      })
    },
  }
}

/** Established by the provider under test, not by the other end. */
function isOf(data: object, { source, name }: { readonly source: string; readonly name: string }): boolean {
  const link = data as {
    source_id: string
    target: string
    name: string
    provider_id?: string
    error?: string
  }
  const isEnd = link.source_id === source || link.target === source
  const isHere = link.provider_id === providerId || link.error !== undefined
  return isEnd && isHere && link.name === name
}

/** A provider that calls what it is linked to, at a test's word. */
function createCaller(): {
  readonly definition: ProviderDefinition
  readonly context: () => ProviderContext
} {
  let given: ProviderContext | undefined
  const nothing = async (): Promise<void> => undefined
  return {
    context: () => {
      if (!given) throw new Error('the caller has not started')
      return given
    },
    definition: {
      name: 'caller',
      calls: [
        ...['wasi:keyvalue/store', 'wasi:blobstore/blobstore', 'wasi:http/outgoing-handler'],
        ...['wasmcloud:messaging/consumer', 'wasmcloud:postgres/query'],
      ],
      serves: [],
      create: (context) => {
        given = context
        return {
          ...{ start: nothing, linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing, stop: nothing },
          health: async () => ({ healthy: true }),
        }
      },
    },
  }
}
