import { readConfig, type ConfigKeys, type ConfigValues } from '../support/config-keys.js'
import { parseAddress, type ListenAddress } from './address.js'
import type { CorsSettings } from './cors.js'
import { expandSettings } from './expand-settings.js'

/** How a listener serves. */
export interface ListenerSettings {
  readonly address: ListenAddress
  /** Appended to each answer as a Cache-Control header. */
  readonly cacheControl: string | undefined
  /** Only GET and HEAD; 405 for the rest. */
  readonly isReadOnly: boolean
  /** Longest time until an answer begins, in milliseconds; 408 past it. */
  readonly timeoutMs: number | undefined
  /** Undefined where nothing is said of it: then components answer for themselves. */
  readonly cors: CorsSettings | undefined
  /** Files in PEM. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  /** Of all headers of a request; 431 past it. */
  readonly maxHeaderBytes: number
  /** Whether silent connections are probed (TCP keep-alive). */
  readonly isProbing: boolean
}

const corsKeys = [
  ...['cors_allowed_origins', 'cors_allowed_headers', 'cors_allowed_methods', 'cors_exposed_headers'],
  'cors_max_age_secs',
]

/** The keys of a listener, in any case: those of wasmCloud 1.9, and max_header_bytes. */
export const listenerKeys: readonly string[] = [
  ...['address', 'port', 'cache_control', 'readonly_mode', 'timeout_ms', 'disable_keepalive'],
  ...['tls_cert_file', 'tls_priv_key_file', 'config_json', 'config_b64', 'max_header_bytes'],
  ...corsKeys,
]

const defaultAddress = '127.0.0.1:8000'

/**
 * The settings in a link's source_config, respectively the provider's own. Unlike the original the default address is on
 * loopback. Throws what ConfigKeys.code says, naming key and value.
 */
export function parseListenerSettings(
  config: Readonly<Record<string, string>>,
  {
    fallbackAddress = defaultAddress,
    ...keys
  }: ConfigKeys & { readonly fallbackAddress?: string | undefined },
): ListenerSettings {
  const values = readConfig(expandSettings(config, keys), keys)
  return {
    address: parseAddress(values.text('address') ?? addressOfPort(values) ?? fallbackAddress, values),
    cacheControl: values.text('cache_control'),
    isReadOnly: values.flag('readonly_mode', false),
    timeoutMs: values.has('timeout_ms') ? values.number('timeout_ms', 0, 1) : undefined,
    cors: corsKeys.some((key) => values.has(key)) ? parseCors(values) : undefined,
    tls: parseTls(values),
    maxHeaderBytes: values.number('max_header_bytes', 65_536, 1024),
    isProbing: !values.flag('disable_keepalive', false),
  }
}

/** The old spelling: a bare port, on loopback. */
function addressOfPort(values: ConfigValues): string | undefined {
  return values.has('port') ? `127.0.0.1:${values.text('port')}` : undefined
}

function parseCors(values: ConfigValues): CorsSettings {
  const origins = jsonList(values, 'cors_allowed_origins') ?? []
  const wrong = origins.find((origin) => !/^https?:\/\/[^/?#\s]+\/?$/.test(origin))
  if (wrong !== undefined) {
    throw values.invalid(
      `cors_allowed_origins has "${wrong}", which is not of the form http(s)://HOST[:PORT]`,
    )
  }
  return {
    origins: origins.map((origin) => origin.replace(/\/$/, '')),
    headers: tokens(values, 'cors_allowed_headers') ?? [
      ...['accept', 'accept-language', 'content-type', 'content-language'],
    ],
    methods: tokens(values, 'cors_allowed_methods') ?? ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'],
    exposed: tokens(values, 'cors_exposed_headers') ?? [],
    maxAgeSecs: values.number('cors_max_age_secs', 300),
  }
}

function tokens(values: ConfigValues, key: string): readonly string[] | undefined {
  const list = jsonList(values, key)
  const wrong = list?.find((token) => !/^[!#$%&'*+.^_`|~\w-]+$/.test(token))
  if (wrong !== undefined) throw values.invalid(`${key} has "${wrong}", which is no name`)
  return list
}

function jsonList(values: ConfigValues, key: string): readonly string[] | undefined {
  const text = values.text(key)
  if (text === undefined) return undefined
  const list = parseJson(text)
  if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list
  throw values.invalid(`${key} is no list of texts in JSON`, 'Write, for example, ["https://example.com"]')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The caller says what was expected.
    return undefined
  }
}

function parseTls(values: ConfigValues): ListenerSettings['tls'] {
  const certFile = values.text('tls_cert_file')
  const keyFile = values.text('tls_priv_key_file')
  if (certFile === undefined && keyFile === undefined) return undefined
  if (certFile !== undefined && keyFile !== undefined) return { certFile, keyFile }
  throw values.invalid('tls_cert_file and tls_priv_key_file go together, and one of them is missing')
}
