import { readConfig } from '../support/config-keys.js'

/** Which bucket a link means, and where it is. */
export interface NatsBucketSettings {
  readonly bucket: string
  /** Default: the bus of the lattice. */
  readonly clusterUri: string | undefined
  readonly jsDomain: string | undefined
  readonly isCreated: boolean
}

const keys = [
  ...['bucket', 'cluster_uri', 'js_domain', 'enable_bucket_auto_create'],
  ...['client_jwt', 'client_seed', 'tls_ca', 'tls_ca_file'],
] as const

/** Keys of the original that cannot be honoured yet. */
const unsupported = ['client_jwt', 'client_seed', 'tls_ca', 'tls_ca_file'] as const

/** A configuration, and whose it is. */
export interface NatsBucketConfig {
  readonly config: Readonly<Record<string, string>>
  readonly owner: string
  readonly code?: 'PROVIDER_CONFIG_INVALID' | undefined
}

/** Throws where the configuration cannot be used; the bucket is undefined where it names none. */
export function parseNatsBucket({
  config,
  owner,
  code,
}: NatsBucketConfig): Omit<NatsBucketSettings, 'bucket'> & { readonly bucket: string | undefined } {
  const values = readConfig(config, { provider: 'keyvalue-nats', owner, keys, ignoresCase: false, code })
  const missing = unsupported.filter((key) => values.has(key))
  if (missing.length > 0) throw values.invalid(`${missing.join(', ')} cannot be honoured yet`)
  const bucket = values.text('bucket')
  if (bucket !== undefined && !/^[A-Za-z0-9_-]+$/.test(bucket)) {
    throw values.invalid(`the bucket "${bucket}" may have letters, digits, "_" and "-" only`)
  }
  return {
    bucket,
    clusterUri: values.text('cluster_uri'),
    jsDomain: values.text('js_domain'),
    isCreated: values.flag('enable_bucket_auto_create', true),
  }
}
