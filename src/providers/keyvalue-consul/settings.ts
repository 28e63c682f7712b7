import type { SecretValues } from '../../host/provider.js'
import { readConfig, type ConfigKeys, type ConfigValues } from '../support/config-keys.js'

/** How to reach a Consul server, and what of it to use. */
export interface ConsulSettings {
  readonly addr: URL
  readonly token: string | undefined
  /** Of all keys, without slashes at its ends; may be empty. */
  readonly prefix: string
  readonly datacenter: string | undefined
  /** A file with authorities to trust. */
  readonly certs: string | undefined
}

const keys = ['addr', 'token', 'prefix', 'datacenter', 'certs'] as const

/** Throws where the configuration cannot be used. */
export function parseConsulSettings(
  { config, secrets }: { readonly config: Readonly<Record<string, string>>; readonly secrets: SecretValues },
  { owner, code }: Pick<ConfigKeys, 'owner' | 'code'>,
): ConsulSettings {
  const given = { provider: 'keyvalue-consul', owner, keys, ignoresCase: true, secrets, code }
  const values = readConfig(config, given)
  return {
    addr: parseUrl(values),
    token: values.text('token'),
    prefix: (values.text('prefix') ?? '').replace(/^\/+|\/+$/g, ''),
    datacenter: values.text('datacenter'),
    certs: values.text('certs'),
  }
}

function parseUrl(values: ConfigValues): URL {
  const text = values.text('addr') ?? 'http://127.0.0.1:8500'
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol)) return url
  throw values.invalid('addr is no URL of the form http(s)://HOST:PORT')
}
