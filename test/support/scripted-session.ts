import { AppError } from '#washi/core/errors.js'
import type { ControlClient } from '#washi/lattice/control/client.js'
import type { HostId } from '#washi/lattice/ids.js'
import { guestFile } from './washi-lattice.js'

/** A request of a session; once it is acknowledged, `key` has `value`, or nothing where that is undefined. */
export interface ScriptStep {
  readonly key: string
  readonly value: string | undefined
  readonly run: (client: ControlClient, host: HostId) => Promise<unknown>
}

/** Configs, labels and links that are put, changed and deleted, and a counter over HTTP that needs some of them. */
export function writeScript(httpPort: number): readonly ScriptStep[] {
  const address = `127.0.0.1:${httpPort}`
  return [
    putConfig('web', { address }),
    putConfig('bucket', { bucket: 'counts' }),
    ...['one', 'two', 'three'].map((value) => putConfig('changing', { value })),
    ...['a', 'b'].flatMap((name) => [putConfig(name, { value: 'first' }), putLabel(name, 'first')]),
    putLink('http', 'counter', { wit: 'http', interfaces: ['incoming-handler'], source_config: ['web'] }),
    putLink('counter', 'kv', { ...store, target_config: ['bucket'] }),
    { key: 'component counter', value: undefined, run: startCounter },
    ...['s1', 's2', 's3'].map((source) => putLink(source, 'kv', { ...store, target_config: ['bucket'] })),
    startProvider('http', 'http-server'),
    deleteConfig('a'),
    deleteLink('s2'),
    startProvider('kv', 'keyvalue-nats'),
    putConfig('b', { value: 'second' }),
    putLabel('b', 'second'),
    deleteLabel('a'),
    putLink('s4', 'elsewhere', { ...store, source_config: ['b'] }),
    deleteLink('s4'),
    putLink('s4', 'elsewhere', { ...store, source_config: ['changing'] }),
  ]
}

/** What the lattice has of those keys. */
export async function readState(
  client: ControlClient,
  host: HostId,
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const state = new Map<string, string>()
  for (const link of await client.getLinks()) state.set(`link ${link.source_id}`, JSON.stringify(link))
  const { labels } = await client.getInventory(host)
  for (const [name, value] of Object.entries(labels)) state.set(`label ${name}`, value)
  for (const key of keys) {
    if (!key.startsWith('config ')) continue
    const values = await client.getConfig(key.slice('config '.length))
    if (values) state.set(key, JSON.stringify(values))
  }
  return state
}

const store = { wit: 'keyvalue', interfaces: ['store', 'atomics', 'batch'] }

interface LinkParts {
  readonly wit: string
  readonly interfaces: string[]
  readonly source_config?: string[]
  readonly target_config?: string[]
}

function putConfig(name: string, values: Readonly<Record<string, string>>): ScriptStep {
  const run: ScriptStep['run'] = (client) => client.putConfig(name, values)
  return { key: `config ${name}`, value: JSON.stringify(values), run }
}

function deleteConfig(name: string): ScriptStep {
  return { key: `config ${name}`, value: undefined, run: (client) => client.deleteConfig(name) }
}

function putLabel(name: string, value: string): ScriptStep {
  return { key: `label ${name}`, value, run: (client, host) => client.putLabel(host, name, value) }
}

function deleteLabel(name: string): ScriptStep {
  return { key: `label ${name}`, value: undefined, run: (client, host) => client.deleteLabel(host, name) }
}

function putLink(source: string, target: string, parts: LinkParts): ScriptStep {
  const { wit, interfaces, source_config = [], target_config = [] } = parts
  const link = {
    ...{ source_id: source, target, name: 'default', wit_namespace: 'wasi', wit_package: wit },
    ...{ interfaces, source_config, target_config },
  }
  return { key: `link ${source}`, value: JSON.stringify(link), run: (client) => client.putLink(link) }
}

function deleteLink(source: string): ScriptStep {
  const key = { source_id: source, name: 'default', wit_namespace: 'wasi', wit_package: 'keyvalue' }
  return { key: `link ${source}`, value: undefined, run: (client) => client.deleteLink(key) }
}

function startCounter(client: ControlClient, host: HostId): Promise<unknown> {
  const component_ref = `file://${guestFile('kv-counter')}`
  return client.scaleComponent(host, { component_id: 'counter', component_ref, count: 1 })
}

function startProvider(id: string, name: string): ScriptStep {
  const request = { provider_id: id, provider_ref: `ghcr.io/wasmcloud/${name}:1.0.0` }
  const run: ScriptStep['run'] = async (client, host) => {
    try {
      await client.startProvider(host, request)
    } catch (failure) {
      // It runs from before: not every kill takes the host with it.
      if (!(failure instanceof AppError) || !failure.message.includes('already running')) throw failure
    }
  }
  return { key: `provider ${id}`, value: undefined, run }
}
