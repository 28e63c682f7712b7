import { AppError } from '#washi/core/errors.js'
import { connectLattice } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { subscribeEvents } from '#washi/lattice/events/subscribe-events.js'
import { parseHostId, parseLatticeName } from '#washi/lattice/ids.js'
import { SeenEvents } from './control-party.js'
import type { ControlOutcome, ControlPartyKind, ControlRequest } from './control-party.js'

/** Our own client. */
export const washiParty: ControlPartyKind = {
  name: 'our client',
  async start(url, latticeName) {
    const lattice = parseLatticeName(latticeName)
    const connection = await connectLattice({ url, lattice, name: 'party' })
    const client = new ControlClient(connection, { timeoutMs: 20_000 })
    const events = new SeenEvents()
    const done = new AbortController()
    const reading = (async () => {
      for await (const { kind, source, data } of subscribeEvents(connection, { signal: done.signal })) {
        events.add({ type: kind, source, data: data as Readonly<Record<string, unknown>> })
      }
    })()
    await connection.flush()
    return {
      ask: (request) => outcomeOf(() => ask(client, request)),
      event: (type, wanted) => events.find(type, wanted),
      async [Symbol.asyncDispose]() {
        done.abort()
        await reading
        await connection.close()
      },
    }
  },
}

interface Answered {
  readonly message?: string
  readonly response?: unknown
}

async function outcomeOf(asked: () => Promise<Answered>): Promise<ControlOutcome> {
  try {
    return { kind: 'done', message: '', ...(await asked()) }
  } catch (failure) {
    if (!(failure instanceof AppError)) throw failure
    if (failure.code !== 'CONTROL_REFUSED') return { kind: 'failed', error: failure.message }
    return { kind: 'refused', message: failure.message.replace('The host refused: ', '') }
  }
}

async function ask(client: ControlClient, request: ControlRequest): Promise<Answered> {
  switch (request.operation) {
    case 'get-hosts':
      return { response: await client.pingHosts(gathering) }
    case 'get-inventory':
      return { response: await client.getInventory(parseHostId(request.host)) }
    case 'stop-host':
      return {
        message: await client.stopHost(parseHostId(request.host), {
          ...(request.timeout_ms === undefined ? {} : { timeoutMs: request.timeout_ms }),
        }),
      }
    case 'auction-component': {
      const { component: component_id, reference: component_ref, constraints } = request
      return {
        response: await client.auctionComponent({ component_id, component_ref, constraints }, gathering),
      }
    }
    case 'auction-provider': {
      const { provider: provider_id, reference: provider_ref, constraints } = request
      return { response: await client.auctionProvider({ provider_id, provider_ref, constraints }, gathering) }
    }
    case 'get-links':
      return { response: await client.getLinks() }
    case 'get-claims':
      return { response: await client.getClaims() }
    case 'get-config':
      return { response: await client.getConfig(request.name) }
    case 'put-registries':
      await client.putRegistries(request.registries)
      return {}
    default:
      return { message: await command(client, request) }
  }
}

type Query =
  | 'get-hosts'
  | 'get-inventory'
  | 'stop-host'
  | 'auction-component'
  | 'auction-provider'
  | 'get-links'
  | 'get-claims'
  | 'get-config'
  | 'put-registries'
type Command = Exclude<ControlRequest, { readonly operation: Query }>

async function command(client: ControlClient, request: Command): Promise<string> {
  switch (request.operation) {
    case 'scale-component': {
      const { component: component_id, reference: component_ref, count, annotations, config = [] } = request
      const scale = { component_id, component_ref, count, annotations, config: [...config] }
      return await client.scaleComponent(parseHostId(request.host), scale)
    }
    case 'update-component': {
      const update = { component_id: request.component, new_component_ref: request.reference }
      return await client.updateComponent(parseHostId(request.host), update)
    }
    case 'start-provider': {
      const { provider: provider_id, reference: provider_ref, annotations, config = [] } = request
      const start = { provider_id, provider_ref, annotations, config: [...config] }
      return await client.startProvider(parseHostId(request.host), start)
    }
    case 'stop-provider':
      return await client.stopProvider(parseHostId(request.host), request.provider)
    case 'put-label':
      return await client.putLabel(parseHostId(request.host), request.key, request.value)
    case 'delete-label':
      return await client.deleteLabel(parseHostId(request.host), request.key)
    case 'put-link':
      return await client.putLink(request.link)
    case 'delete-link': {
      const { source: source_id, name, namespace: wit_namespace, package: wit_package } = request
      return await client.deleteLink({ source_id, name, wit_namespace, wit_package })
    }
    case 'put-config':
      return await client.putConfig(request.name, request.values)
    case 'delete-config':
      return await client.deleteConfig(request.name)
    default:
      return request satisfies never
  }
}

/** As long as the other party waits. */
const gathering = { timeoutMs: 400 }
