import type { Logger } from '../core/log.js'
import { AppError } from '../core/errors.js'
import { callWithValues } from '../host/calls/call-with-values.js'
import { createHttpOverRpc } from '../host/calls/http-over-rpc.js'
import { createProviderServer } from '../host/calls/provider-server.js'
import { createProviderTarget } from '../host/calls/provider-target.js'
import { createRemoteTarget } from '../host/calls/remote-target.js'
import type { ComponentServing } from '../host/calls/component-server.js'
import { errorChain } from '../host/error-chain.js'
import type {
  Provider,
  ProviderCall,
  ProviderContext,
  ProviderDefinition,
  ProviderHealth,
  ProviderLink,
} from '../host/provider.js'
import { requireFittingLink } from '../host/providers/link-fit.js'
import { sameProviderLink } from '../host/providers/provider-link.js'
import type { SealedWith } from '../host/providers/external/link-values.js'
import { fromLinkMessage, fromWireSecrets } from '../host/providers/external/link-values.js'
import { createSerialQueue } from '../host/serial-queue.js'
import type { LatticeConnection } from '../lattice/connection.js'
import type { HostData } from '../lattice/provider-protocol/host-data.js'
import type { LinkMessage } from '../lattice/provider-protocol/link-message.js'
import { WrpcClient } from '../lattice/wrpc/client.js'

/** What a ServedProvider works with. */
export interface ServedProviderOptions {
  readonly definition: ProviderDefinition
  readonly data: HostData
  readonly connection: LatticeConnection
  readonly log: Logger
  /** Its own key and that of the host, for secrets. */
  readonly sealed: SealedWith
}

/** How long calls may take once the provider stops. */
const callGraceMs = 2_000

interface KnownLink {
  readonly link: ProviderLink
  /** Why the provider does not have it. */
  readonly error?: string
}

/** A provider that serves the lattice from this process. Calls of its methods go through one queue. */
export class ServedProvider {
  readonly #options: ServedProviderOptions
  readonly #queue = createSerialQueue()
  readonly #links = new Map<string, KnownLink>()
  readonly #client: WrpcClient
  #provider: Provider | undefined
  #serving: ComponentServing | undefined

  constructor(options: ServedProviderOptions) {
    this.#options = options
    this.#client = new WrpcClient(options.connection, options.log)
  }

  /** Resolves with the provider once it runs and has the links that the host named. Throws what its start threw. */
  async start(): Promise<Provider> {
    const { definition, data, connection, log } = this.#options
    const provider = definition.create(this.#createContext(data.config))
    await provider.start()
    this.#provider = provider
    for (const message of data.link_definitions) await this.putLink(message)
    const { wire = [] } = definition
    if (wire.length > 0) {
      const target = createProviderTarget(wire, (call) => this.#answer(call))
      this.#serving = createProviderServer(connection, log)({ id: data.provider_key, wire, target })
    }
    await connection.flush()
    return provider
  }

  /** Resolves with why the provider refuses the link, or undefined where it has it now. */
  putLink(message: LinkMessage): Promise<string | undefined> {
    return this.#queue.run(async () => {
      const link = fromLinkMessage(message, this.#options.sealed)
      const known = this.#links.get(keyOf(link))
      if (known && known.error === undefined && sameProviderLink(known.link, link)) return undefined
      if (known && known.error === undefined) await this.#takeAway(known.link)
      return await this.#give(link)
    })
  }

  deleteLink(message: LinkMessage): Promise<void> {
    return this.#queue.run(async () => {
      const link = fromLinkMessage(
        { ...message, source_secrets: null, target_secrets: null },
        this.#options.sealed,
      )
      const known = this.#links.get(keyOf(link))
      this.#links.delete(keyOf(link))
      if (known && known.error === undefined) await this.#takeAway(known.link)
    })
  }

  /** Its health; links that it has refused are tried again. */
  health(): Promise<ProviderHealth> {
    return this.#queue.run(async () => {
      for (const { link, error } of [...this.#links.values()]) if (error !== undefined) await this.#give(link)
      return (await this.#provider?.health()) ?? { healthy: false, message: 'it stops' }
    })
  }

  configure(config: Readonly<Record<string, string>>): Promise<void> {
    return this.#queue.run(async () => {
      const { data, log } = this.#options
      if (sameConfig(config, data.config) && !this.#provider?.configure) return
      if (!this.#provider?.configure) {
        return log.warn('the configuration has changed: stop and start the provider to apply it')
      }
      await this.#provider.configure(this.#createContext(config))
    })
  }

  /** Idempotent; tries everything, then throws what went wrong. */
  stop(): Promise<void> {
    return this.#queue.run(async () => {
      const provider = this.#provider
      this.#provider = undefined
      await this.#serving?.close(callGraceMs)
      await this.#client.close()
      if (!provider) return
      for (const { link, error } of [...this.#links.values()].reverse()) {
        if (error === undefined && !provider.stopsWithLinks) await this.#takeAway(link, provider)
      }
      this.#links.clear()
      await provider.stop()
    })
  }

  #createContext(config: Readonly<Record<string, string>>): ProviderContext {
    const { data, connection, log, sealed } = this.#options
    const id = data.provider_key
    const target = (targetId: string) => {
      const remote = createRemoteTarget(this.#client, { lattice: connection.lattice, id: targetId })
      return {
        invoke: (...[request, sink]: Parameters<typeof remote.invoke>) =>
          remote.invoke({ ...request, targetId }, sink),
      }
    }
    return {
      providerId: id,
      config,
      secrets: fromWireSecrets(data.secrets),
      log,
      links: async () => data.link_definitions.map((message) => fromLinkMessage(message, sealed)),
      httpTarget: (targetId) => createHttpOverRpc(target(targetId), { sourceId: id, linkName: 'default' }),
      call: (request) => callWithValues(target(request.targetId), id, request),
      bus: { url: connection.url, jsDomain: connection.jsDomain },
    }
  }

  async #answer(call: ProviderCall): Promise<unknown> {
    // A call may overtake the link that it followed.
    if (this.#queue.pending > 0) await this.#queue.run(async () => undefined)
    const provider = this.#provider
    if (provider?.call) return await provider.call(call)
    throw new AppError('PROVIDER_STOPPED', `The provider "${this.#options.data.provider_key}" stops`)
  }

  async #give(link: ProviderLink): Promise<string | undefined> {
    try {
      await this.#hand(link)
      this.#links.set(keyOf(link), { link })
      return undefined
    } catch (failure) {
      const error = errorChain(failure)
      if (this.#links.get(keyOf(link))?.error !== error) {
        const { sourceId: source, target } = link
        this.#options.log.error('the provider refuses a link', { source, target, reason: error })
      }
      this.#links.set(keyOf(link), { link, error })
      return error
    }
  }

  async #hand(link: ProviderLink): Promise<void> {
    const { definition, data } = this.#options
    requireFittingLink(definition, linkOf(link), data.provider_key)
    if (link.sourceId === data.provider_key) await this.#provider?.linkAsSource(link)
    if (link.target === data.provider_key) await this.#provider?.linkAsTarget(link)
  }

  async #takeAway(link: ProviderLink, provider = this.#provider): Promise<void> {
    try {
      await provider?.unlink(link)
    } catch (failure) {
      this.#options.log.warn('cannot take a link away', { reason: errorChain(failure) })
    }
  }
}

function keyOf({ sourceId, target, name, witNamespace, witPackage }: ProviderLink): string {
  return JSON.stringify([sourceId, target, name, witNamespace, witPackage])
}

function linkOf(link: ProviderLink) {
  const { sourceId: source_id, target, name, witNamespace, witPackage, interfaces } = link
  return {
    ...{ source_id, target, name, wit_namespace: witNamespace, wit_package: witPackage },
    ...{ interfaces: [...interfaces], source_config: [], target_config: [] },
  }
}

function sameConfig(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
