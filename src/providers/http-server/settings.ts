import { AppError } from '../../core/errors.js'

/** Where a listener binds. */
export interface ListenAddress {
  /** An IP address or `localhost`, without brackets. */
  readonly host: string
  /** 0 to 65535; 0 lets the system choose. */
  readonly port: number
}

/** What a link's source_config says about its listener. */
export interface HttpLinkSettings {
  readonly address: ListenAddress
  /** Appended to each answer as a Cache-Control header. */
  readonly cacheControl: string | undefined
  /** Only GET and HEAD; 405 for the rest. */
  readonly isReadOnly: boolean
  /** Longest time until an answer begins, in milliseconds; 408 past it. */
  readonly timeoutMs: number | undefined
}

/** Keys of wasmCloud's http-server that change what clients see, and that this version cannot honour yet. */
const unsupportedKeys: readonly string[] = [
  'tls_cert_file',
  'tls_priv_key_file',
  'cors_allowed_origins',
  'cors_allowed_headers',
  'cors_allowed_methods',
  'cors_exposed_headers',
  'cors_max_age_secs',
  'config_json',
  'config_b64',
]

const defaultAddress = '127.0.0.1:8000'

/**
 * The settings in a link's source_config, whose keys are case-insensitive (wasmCloud 1.9, http-server).
 * Unlike the original the default address is on loopback. Throws LINK_CONFIG_INVALID, naming key and value.
 */
export function parseLinkSettings(
  config: Readonly<Record<string, string>>,
  fallbackAddress: string = defaultAddress,
): HttpLinkSettings {
  const values = new Map(Object.entries(config).map(([key, value]) => [key.toLowerCase(), value]))
  const unsupported = unsupportedKeys.filter((key) => values.has(key))
  if (unsupported.length > 0) {
    throw invalid(
      `http-server cannot honour ${unsupported.join(', ')} yet`,
      'Remove the key from the config of the link',
    )
  }
  return {
    address: parseAddress(values.get('address') ?? addressOfPort(values.get('port')) ?? fallbackAddress),
    cacheControl: values.get('cache_control'),
    isReadOnly: parseBoolean('readonly_mode', values.get('readonly_mode')),
    timeoutMs: parseTimeout(values.get('timeout_ms')),
  }
}

/** Reads `127.0.0.1:8000`, `[::1]:8000` or `localhost:8000`. Throws LINK_CONFIG_INVALID. */
export function parseAddress(text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+|localhost)):(\d{1,5})$/.exec(text.trim())
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port > 65535) {
    throw invalid(`The address "${text}" is not of the form IP:PORT`, 'Use an address such as 127.0.0.1:8000')
  }
  return { host, port }
}

/** `127.0.0.1:8000`, with brackets around IPv6 addresses. */
export function formatAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The old spelling: a bare port, on loopback. */
function addressOfPort(port: string | undefined): string | undefined {
  return port === undefined ? undefined : `127.0.0.1:${port}`
}

function parseBoolean(key: string, value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false
  if (value === 'true') return true
  throw invalid(`${key} is "${value}", neither true nor false`, `Set ${key} to true or false`)
}

function parseTimeout(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value) || Number(value) === 0) {
    throw invalid(
      `timeout_ms is "${value}", not a number of milliseconds`,
      'Set timeout_ms to a whole number above 0',
    )
  }
  return Number(value)
}

function invalid(message: string, hint: string): AppError {
  return new AppError('LINK_CONFIG_INVALID', message, { hint })
}
