import { AppError } from '../../core/errors.js'
import type { LinkInput, StringMap } from '../control/schemas.js'
import { putCommand } from './link-values.js'

/** A link as wasmCloud 0.x had it: `link put <component> <provider> <contract id> key=value…`. */
export interface OlderLink {
  readonly component: string
  readonly provider: string
  /** `wasmcloud:keyvalue` */
  readonly contract: string
  readonly values: StringMap
  readonly name: string
}

/** The same as a link of today, with the named configuration that holds its values. */
export interface ModernLink {
  readonly link: LinkInput
  readonly config: { readonly name: string; readonly values: StringMap } | undefined
}

/** Contracts with one meaning today: the interfaces, and which end the provider is. */
const contracts: Readonly<Record<string, Contract>> = {
  'wasmcloud:httpserver': {
    ...{ providerIs: 'source', namespace: 'wasi', package: 'http', interfaces: ['incoming-handler'] },
  },
  'wasmcloud:httpclient': {
    ...{ providerIs: 'target', namespace: 'wasi', package: 'http', interfaces: ['outgoing-handler'] },
  },
  'wasmcloud:keyvalue': {
    ...{ providerIs: 'target', namespace: 'wasi', package: 'keyvalue', interfaces: ['store', 'atomics'] },
  },
  'wasmcloud:blobstore': {
    ...{ providerIs: 'target', namespace: 'wasi', package: 'blobstore', interfaces: ['blobstore'] },
  },
}

interface Contract {
  readonly providerIs: 'source' | 'target'
  readonly namespace: string
  readonly package: string
  readonly interfaces: readonly string[]
}

/** Whether a third argument of `link put` is a contract id, which no namespace is. */
export function isContractId(text: string): boolean {
  return text.includes(':')
}

/** Says a 0.x link in today's terms. Throws USAGE_INVALID, with today's form spelled out, where it has no one meaning. */
export function toModernLink(older: OlderLink): ModernLink {
  const contract = Object.hasOwn(contracts, older.contract) ? contracts[older.contract] : undefined
  if (contract === undefined) throw noOneMeaning(older)
  const { component, provider, name } = older
  const values = toModernValues(older)
  const config =
    Object.keys(values).length === 0
      ? undefined
      : { name: `${component}-${provider}-${contract.package}-${name}`, values }
  const configs = config === undefined ? [] : [config.name]
  const isSource = contract.providerIs === 'source'
  const link: LinkInput = {
    source_id: isSource ? provider : component,
    target: isSource ? component : provider,
    name,
    wit_namespace: contract.namespace,
    wit_package: contract.package,
    interfaces: [...contract.interfaces],
    source_config: isSource ? configs : [],
    target_config: isSource ? [] : configs,
  }
  return { link, config }
}

/** A port alone meant every address of the machine then; today an address is said, and loopback is the safe one. */
function toModernValues({ contract, values }: OlderLink): StringMap {
  const port = contract === 'wasmcloud:httpserver' ? (values['port'] ?? values['PORT']) : undefined
  if (port === undefined || values['address'] !== undefined) return values
  const { port: _port, PORT: _PORT, ...rest } = values
  return { ...rest, address: `127.0.0.1:${port}` }
}

function noOneMeaning({ component, provider, contract }: OlderLink): AppError {
  const messaging = [
    putCommand(linkOf(component, provider, 'messaging', 'consumer')),
    putCommand(linkOf(provider, component, 'messaging', 'handler')),
  ]
  const general = `washi link put ${component} ${provider} <namespace> <package> --interface <interface>`
  const forms = contract === 'wasmcloud:messaging' ? messaging.join(', and for what arrives: ') : general
  const message = `The contract "${contract}" of wasmCloud 0.x has no one meaning today`
  return new AppError('USAGE_INVALID', message, { hint: `Say which interfaces: ${forms}` })
}

function linkOf(source: string, target: string, wit_package: string, name: string): LinkInput {
  return { source_id: source, target, wit_namespace: 'wasmcloud', wit_package, interfaces: [name] }
}
