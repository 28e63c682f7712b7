import type { ProviderContext, ProviderLink } from '../../host/provider.js'
import { readConfig, type ConfigKeys, type ConfigValues } from '../support/config-keys.js'

/** How to reach a Redis server. */
export interface RedisSettings {
  readonly url: string
  /** The URL as messages may show it. */
  readonly shownUrl: string
  /** Attempts to connect again before a lost connection is given up; the next call tries anew. */
  readonly maxReconnects: number
  /** Longest pause between two of them. */
  readonly maxReconnectDelayMs: number
  readonly connectTimeoutMs: number
  readonly responseTimeoutMs: number
}

/** The provider's own configuration. */
export interface RedisProviderSettings {
  /** For links without a URL. */
  readonly fallback: RedisSettings
  /** Links without a URL are refused. */
  readonly isDefaultDisabled: boolean
  /** Links of one URL have one connection. */
  readonly isShared: boolean
}

const connectionKeys = [
  'URL',
  'BACKEND_RECONNECT_NUM_RETRIES',
  'BACKEND_RECONNECT_MAX_DELAY_MS',
  'BACKEND_CONNECTION_TIMEOUT_MS',
  'BACKEND_RESPONSE_TIMEOUT_MS',
] as const

const switches = ['DISABLE_DEFAULT_CONNECTION', 'SHARE_CONNECTIONS_BY_URL'] as const

const builtIn: RedisSettings = {
  url: 'redis://127.0.0.1:6379/',
  shownUrl: 'redis://127.0.0.1:6379/',
  maxReconnects: 3,
  maxReconnectDelayMs: 300,
  connectTimeoutMs: 3_000,
  responseTimeoutMs: 1_000,
}

/** Throws PROVIDER_CONFIG_INVALID. A switch is on by being there, whatever its value. */
export function parseProviderSettings({
  config,
  secrets,
  providerId,
}: Pick<ProviderContext, 'config' | 'secrets' | 'providerId'>): RedisProviderSettings {
  const owner = `the provider "${providerId}"`
  const values = readConfig(config, {
    ...keysOf(owner, [...connectionKeys, ...switches]),
    ...{ secrets, code: 'PROVIDER_CONFIG_INVALID' },
  })
  return {
    fallback: readSettings(values, builtIn),
    isDefaultDisabled: values.has('DISABLE_DEFAULT_CONNECTION'),
    isShared: values.has('SHARE_CONNECTIONS_BY_URL'),
  }
}

/** The settings of a link, or undefined where it has none of its own. Throws LINK_CONFIG_INVALID. */
export function parseLinkSettings(
  {
    sourceId,
    targetConfig,
    targetSecrets,
  }: Pick<ProviderLink, 'sourceId' | 'targetConfig' | 'targetSecrets'>,
  fallback: RedisSettings,
): RedisSettings | undefined {
  const keys = keysOf(`the link from "${sourceId}"`, connectionKeys)
  const values = readConfig(targetConfig, { ...keys, secrets: targetSecrets })
  return values.isEmpty ? undefined : readSettings(values, fallback)
}

function keysOf(owner: string, keys: readonly string[]): ConfigKeys {
  return { provider: 'keyvalue-redis', owner, keys, ignoresCase: true }
}

function readSettings(values: ConfigValues, fallback: RedisSettings): RedisSettings {
  return {
    ...(values.has('URL') ? parseUrl(values) : { url: fallback.url, shownUrl: fallback.shownUrl }),
    maxReconnects: values.number('BACKEND_RECONNECT_NUM_RETRIES', fallback.maxReconnects),
    maxReconnectDelayMs: values.number('BACKEND_RECONNECT_MAX_DELAY_MS', fallback.maxReconnectDelayMs, 1),
    connectTimeoutMs: values.number('BACKEND_CONNECTION_TIMEOUT_MS', fallback.connectTimeoutMs, 1),
    responseTimeoutMs: values.number('BACKEND_RESPONSE_TIMEOUT_MS', fallback.responseTimeoutMs, 1),
  }
}

function parseUrl(values: ConfigValues): Pick<RedisSettings, 'url' | 'shownUrl'> {
  const url = values.text('URL') ?? ''
  // Not shown: it may hold a password.
  const invalid = values.invalid('URL is none of the form redis://[user:password@]host[:port][/database]')
  try {
    const { protocol, hostname } = new URL(url)
    if (hostname !== '' && (protocol === 'redis:' || protocol === 'rediss:'))
      return { url, shownUrl: values.isSecret('URL') ? 'the URL of a secret' : toShownUrl(url) }
  } catch {
    throw invalid
  }
  throw invalid
}

/** The URL without its password, for messages. */
function toShownUrl(url: string): string {
  const shown = new URL(url)
  if (shown.password !== '') shown.password = '***'
  return shown.href
}
