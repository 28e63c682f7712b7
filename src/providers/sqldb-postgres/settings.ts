import type { ProviderLink } from '../../host/provider.js'
import { readConfig } from '../support/config-keys.js'

/** How to reach a database. */
export interface PostgresSettings {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly isTlsRequired: boolean
  /** Most connections. */
  readonly poolSize: number
  /** Links that say the same share their connections. */
  readonly isShared: boolean
}

const required = [
  'POSTGRES_HOST',
  'POSTGRES_PORT',
  'POSTGRES_USERNAME',
  'POSTGRES_PASSWORD',
  'POSTGRES_DATABASE',
]
const keys = [...required, 'POSTGRES_TLS_REQUIRED', 'POSTGRES_POOL_SIZE', 'POSTGRES_SHARE_CONNECTIONS_BY_URL']

/** Throws LINK_CONFIG_INVALID, naming what is missing. */
export function parsePostgresSettings({
  sourceId,
  targetConfig,
  targetSecrets,
}: Pick<ProviderLink, 'sourceId' | 'targetConfig' | 'targetSecrets'>): PostgresSettings {
  const owner = `the link from "${sourceId}"`
  const given = { provider: 'sqldb-postgres', owner, keys, ignoresCase: true, secrets: targetSecrets }
  const values = readConfig(targetConfig, given)
  const missing = required.filter((key) => !values.has(key))
  if (missing.length > 0) {
    throw values.invalid(
      `${missing.join(', ')} is missing`,
      'Set it in the target_config of the link, or as a secret',
    )
  }
  const text = (key: string): string => values.text(key) ?? ''
  return {
    host: text('POSTGRES_HOST'),
    port: values.number('POSTGRES_PORT', 5432, 1),
    user: text('POSTGRES_USERNAME'),
    password: text('POSTGRES_PASSWORD'),
    database: text('POSTGRES_DATABASE'),
    isTlsRequired: /^(?:true|yes)$/i.test(text('POSTGRES_TLS_REQUIRED')),
    poolSize: values.number('POSTGRES_POOL_SIZE', 10, 1),
    isShared: values.has('POSTGRES_SHARE_CONNECTIONS_BY_URL'),
  }
}
