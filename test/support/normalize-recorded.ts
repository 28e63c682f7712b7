import type { RecordedMessage } from './recorded-lattice.js'

/** Brings what a host says to a form in which the real host and ours can be compared. */
export interface RecordedNormalizer {
  /** A request with our host in place of the recorded one, and embedded providers in place of its archives. */
  request(message: RecordedMessage): { readonly subject: string; readonly payload: string | undefined }
  /** An answer of the control interface. */
  answer(json: unknown): unknown
  /** An event; undefined for one that is not compared. */
  event(json: unknown, cause: RecordedMessage): unknown
  /** The fields of an event with their types (`labels map`, `components[].id string`), sorted. */
  fields(kind: string, data: unknown): readonly string[]
  /** What was written into buckets or told to providers, as sorted lines; to be asked for step by step. */
  effects(messages: readonly RecordedMessage[]): readonly string[]
}

/**
 * The one normalisation of the recorded session and of its replay. Both sides become:
 * - host ids, friendly names, versions, uptimes and addresses: `*`;
 * - references of providers (`file:///app/http-server.par.gz`, its path, `ghcr.io/wasmcloud/http-server:0.1.0`): their name,
 *   as embedded providers stand in for the recorded archives;
 * - the text of failures that come from files: `*`, as the words are ours;
 * - lists of an inventory, of links and of claims: sorted, as the real host's order is chance;
 * - events that clocks cause (heartbeats, health checks): left out, other tests see to them.
 *
 * Deliberate differences, taken out on both sides:
 * - embedded providers carry no signature: claims of providers, and the fields that come with them (`claims`, `instance_id`,
 *   `public_key`, `link_name` of provider_started), are not compared;
 * - an auction's answer names the component by its id, where the real host repeats the reference;
 * - a failed start names this host in `host_id`, where the real one repeats what the request said;
 * - an update is told by one component_scaled for the new code; the real host adds one with max_instances 0;
 * - a start is told by one component_scaled; the real host says the same twice;
 * - a specification is not written again as it is; the real host does so at every start.
 * Our providers' inventory entries list their links in addition (`links`), which real peers ignore.
 */
export function createNormalizer(hostId: string): RecordedNormalizer {
  const stored = new Map<string, string>()
  const isRepeated = ({ subject, json }: RecordedMessage): boolean => {
    if (!subject.includes('.COMPONENT_')) return false
    const value = JSON.stringify(json)
    const before = stored.get(subject)
    stored.set(subject, value)
    return before === value
  }
  return {
    request: (message) => toOurRequest(message, hostId),
    answer: (json) => hide(withoutDifferences(json)),
    event: (json, cause) => {
      const { type, data } = json as { readonly type: string; readonly data: Record<string, unknown> }
      const kind = type.split('.').at(-1) ?? ''
      if (/^host_heartbeat$|^health_check_/.test(kind)) return undefined
      if (cause.subject.includes('.component.update.') && data['max_instances'] === 0) return undefined
      const error = fromFile.test(String(data['error'])) ? { error: '*' } : {}
      return hide({ kind, data: { ...unsigned(kind, data), ...error } })
    },
    fields: (kind, data) =>
      fieldsOf(unsigned(kind, data as Record<string, unknown>))
        .filter((field) => !field.startsWith('providers[].links'))
        .toSorted(),
    effects: (messages) =>
      messages
        .filter(({ subject, reply }) => effect.test(subject) && !reply?.startsWith('$JS.ACK.'))
        .filter((message) => !isRepeated(message))
        .map(({ subject, json }) => `${subject} ${JSON.stringify(sortedKeys(hide(json)))}`)
        .sort(),
  }
}

/** Writes that are compared: all but claims, and link messages to the recorded host's own provider processes. */
const effect = /^(?:\$KV\.[^.]+\.(?!CLAIMS_)|wasmbus\.rpc\.[^.]+\.[^X][^.]*\.linkdefs\.)/

const fromFile =
  /failed to fetch|failed to extract|Cannot read|Cannot start the provider|Cannot use the reference/

const hiddenFields = new Set([
  ...['friendly_name', 'version', 'uptime_human', 'uptime_seconds', 'rpc_host', 'ctl_host', 'host_id'],
])

function toOurRequest({ subject, json, text }: RecordedMessage, hostId: string) {
  const payload = json === undefined ? text : JSON.stringify(json)
  return {
    subject: subject.replace(/\.N[A-Z2-7]{55}$/, `.${hostId}`),
    payload: payload
      ?.replace(/"host_id":"N[A-Z2-7]{55}"/, `"host_id":"${hostId}"`)
      .replace(/file:\/\/\/app\/(http-server|keyvalue-\w+|messaging-\w+)\.par\.gz/, providerReference('$1')),
  }
}

/** The reference by which the replay starts the embedded provider of that name. */
export function providerReference(name: string): string {
  return `ghcr.io/wasmcloud/${name}:0.1.0`
}

function unsigned(kind: string, data: Record<string, unknown>): Record<string, unknown> {
  if (kind !== 'provider_started') return data
  const { claims: _claims, instance_id: _id, public_key: _key, link_name: _name, ...rest } = data
  return rest
}

function fieldsOf(value: unknown, path = ''): readonly string[] {
  if (/^(?:labels|.*annotations)$/.test(path)) return [`${path} map`]
  if (Array.isArray(value)) return [`${path} list`, ...value.flatMap((item) => fieldsOf(item, `${path}[]`))]
  if (typeof value !== 'object' || value === null)
    return [`${path} ${value === null ? 'null' : typeof value}`]
  const prefix = path === '' ? '' : `${path}.`
  return Object.entries(value).flatMap(([name, item]) => fieldsOf(item, `${prefix}${name}`))
}

function withoutDifferences(json: unknown): unknown {
  const envelope = json as { readonly response?: unknown }
  const { response } = envelope
  if (Array.isArray(response)) {
    return { ...envelope, response: sorted(response.filter((item) => !isProviderClaims(item))) }
  }
  if (typeof response !== 'object' || response === null) return json
  if ('constraints' in response && 'component_id' in response) {
    return { ...envelope, response: { ...response, component_id: '*' } }
  }
  if (!('providers' in response && 'components' in response)) return json
  const { providers, components } = response as Record<'providers' | 'components', Record<string, unknown>[]>
  const withoutLinks = providers.map(({ links: _links, ...provider }) => provider)
  return {
    ...envelope,
    response: { ...response, providers: sorted(withoutLinks), components: sorted(components) },
  }
}

function isProviderClaims(item: unknown): boolean {
  const subject = (item as Record<string, unknown>)['subject']
  return typeof subject === 'string' && subject.startsWith('V')
}

function sorted(items: readonly unknown[]): readonly unknown[] {
  const keyOf = (item: unknown): string => JSON.stringify(sortedKeys(hide(item)))
  return items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function hide(value: unknown, field = ''): unknown {
  if (hiddenFields.has(field)) return '*'
  if (typeof value === 'string') return hideInText(value)
  if (Array.isArray(value)) return value.map((item) => hide(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hide(item, name)]))
}

function hideInText(text: string): string {
  return text
    .replace(/\bN[A-Z2-7]{55}\b/g, '*')
    .replace(/^(?:file:\/\/)?\/app\/([\w-]+)\.par\.gz$|^ghcr\.io\/wasmcloud\/([\w-]+):0\.1\.0$/, '$1$2')
}

function sortedKeys(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sortedKeys)
  if (typeof json !== 'object' || json === null) return json
  const entries = Object.entries(json).map(([name, value]) => [name, sortedKeys(value)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
