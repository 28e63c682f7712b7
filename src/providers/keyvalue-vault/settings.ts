import type { SecretValues } from '../../host/provider.js'
import { readConfig, type ConfigKeys, type ConfigValues } from '../support/config-keys.js'

/** How to reach a Vault server, and what of it to use. */
export interface VaultSettings {
  readonly addr: URL
  /** Undefined where nothing says it: the link cannot be made then. */
  readonly token: string | undefined
  /** Of a KV engine of version 2. */
  readonly mount: string
  /** A file with authorities to trust. */
  readonly certs: string | undefined
  /** For how long the token is renewed, such as `1h`. */
  readonly tokenTtl: string | undefined
  /** Between two renewals; undefined for none. */
  readonly refreshMs: number | undefined
}

const keys = ['token', 'addr', 'mount', 'certs', 'token_increment_ttl', 'token_refresh_interval'] as const

/** Throws where the configuration cannot be used. */
export function parseVaultSettings(
  { config, secrets }: { readonly config: Readonly<Record<string, string>>; readonly secrets: SecretValues },
  { owner, code }: Pick<ConfigKeys, 'owner' | 'code'>,
): VaultSettings {
  const given = { provider: 'keyvalue-vault', owner, keys, ignoresCase: true, secrets, code }
  const values = readConfig(config, given)
  const refresh = values.text('token_refresh_interval')
  return {
    addr: parseUrl(values),
    token: values.text('token'),
    mount: (values.text('mount') ?? 'secret').replace(/^\/+|\/+$/g, ''),
    certs: values.text('certs'),
    tokenTtl: values.text('token_increment_ttl'),
    refreshMs: refresh === undefined ? undefined : parseSeconds(values, refresh) * 1000,
  }
}

function parseUrl(values: ConfigValues): URL {
  const text = values.text('addr') ?? 'http://127.0.0.1:8200'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  throw values.invalid('addr is no URL of the form http(s)://HOST:PORT')
}

/** Seconds, or a number with a unit. */
function parseSeconds(values: ConfigValues, text: string): number {
  const [, number, unit = 's'] = /^(\d{1,7})(s|m|h)?$/.exec(text) ?? []
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1)
  if (seconds > 0 && seconds <= 2_000_000) return seconds
  throw values.invalid('token_refresh_interval is no time such as 60 or 5m')
}
