/** Which keys the configurations of a first-party provider may have: its own, and those of its links. */
export interface ProviderKeys {
  readonly own: readonly string[]
  /** Of links at which it is the source. */
  readonly source: readonly string[]
  /** Of links at which it is the target. */
  readonly target: readonly string[]
  readonly ignoresCase: boolean
}

const redis = [
  'URL',
  'BACKEND_RECONNECT_NUM_RETRIES',
  'BACKEND_RECONNECT_MAX_DELAY_MS',
  'BACKEND_CONNECTION_TIMEOUT_MS',
  'BACKEND_RESPONSE_TIMEOUT_MS',
]
const http = [
  ...['address', 'port', 'cache_control', 'readonly_mode', 'timeout_ms', 'host', 'path'],
  ...['tls_cert_file', 'tls_priv_key_file', 'config_json', 'config_b64'],
  ...['cors_allowed_origins', 'cors_allowed_headers', 'cors_allowed_methods', 'cors_exposed_headers'],
  'cors_max_age_secs',
]
const nats = ['client_jwt', 'client_seed', 'tls_ca', 'tls_ca_file']
const natsStore = ['bucket', 'cluster_uri', 'js_domain', 'enable_bucket_auto_create', ...nats]
const natsMessaging = ['subscriptions', 'cluster_uris', 'custom_inbox_prefix', 'consumers', ...nats]

/** By the name of the provider, as the wasmCloud documentation of 1.9 and the providers themselves have them. */
const keysByProvider: Readonly<Record<string, ProviderKeys>> = {
  'http-server': {
    own: ['default_address', 'routing_mode', ...http],
    source: http,
    target: [],
    ignoresCase: true,
  },
  'http-client': {
    own: ['load_native_certs', 'load_webpki_certs', 'ssl_certs_file'],
    source: [],
    target: ['allowed_hosts', 'allow_link_local'],
    ignoresCase: true,
  },
  'keyvalue-redis': {
    own: [...redis, 'DISABLE_DEFAULT_CONNECTION', 'SHARE_CONNECTIONS_BY_URL'],
    source: [],
    target: redis,
    ignoresCase: true,
  },
  'keyvalue-nats': { own: natsStore, source: [], target: natsStore, ignoresCase: false },
  'messaging-nats': { own: natsMessaging, source: natsMessaging, target: natsMessaging, ignoresCase: false },
  'blobstore-fs': { own: [], source: [], target: ['ROOT'], ignoresCase: true },
}

/** The keys of a first-party provider; undefined where its keys are not known. */
export function keysOfProvider(name: string): ProviderKeys | undefined {
  return Object.hasOwn(keysByProvider, name) ? keysByProvider[name] : undefined
}
