import { readConfig } from '../support/config-keys.js'

/** Which certificates a server may show. */
export interface TlsSettings {
  /** Those of the operating system. */
  readonly usesSystemRoots: boolean
  /** Those that Mozilla trusts. */
  readonly usesMozillaRoots: boolean
  /** A file with more of them, as PEM. */
  readonly certificatesFile: string | undefined
}

/** Where the requests of one link may go. */
export interface HttpClientLinkSettings {
  /** Patterns of hosts; undefined allows all. */
  readonly allowedHosts: readonly HostPattern[] | undefined
  readonly allowsLinkLocal: boolean
}

/** `example.com`, `*.example.com`, either with a port. */
export interface HostPattern {
  /** In lower case; a name that begins with a dot stands for all that end so. */
  readonly host: string
  readonly port: string | undefined
}

/** Throws PROVIDER_CONFIG_INVALID. */
export function parseTlsSettings(config: Readonly<Record<string, string>>, providerId: string): TlsSettings {
  const values = readConfig(config, {
    provider: 'http-client',
    owner: `the provider "${providerId}"`,
    keys: ['load_native_certs', 'load_webpki_certs', 'ssl_certs_file'],
    ignoresCase: false,
    code: 'PROVIDER_CONFIG_INVALID',
  })
  return {
    usesSystemRoots: values.flag('load_native_certs', true),
    usesMozillaRoots: values.flag('load_webpki_certs', true),
    certificatesFile: values.text('ssl_certs_file'),
  }
}

/** Throws LINK_CONFIG_INVALID. */
export function parseLinkSettings(
  config: Readonly<Record<string, string>>,
  sourceId: string,
): HttpClientLinkSettings {
  const values = readConfig(config, {
    provider: 'http-client',
    owner: `the link from "${sourceId}"`,
    keys: ['allowed_hosts', 'allow_link_local'],
    ignoresCase: true,
  })
  const parsed = values.list('allowed_hosts').map((text) => {
    const pattern = parsePattern(text)
    if (pattern) return pattern
    throw values.invalid(
      `allowed_hosts has "${text}", which is no host`,
      'Write hosts such as api.example.com or *.example.com:8443',
    )
  })
  const isOpen = !values.has('allowed_hosts') || parsed.some(({ host, port }) => host === '.' && !port)
  return {
    allowedHosts: isOpen ? undefined : parsed,
    allowsLinkLocal: values.flag('allow_link_local', false),
  }
}

function parsePattern(text: string): HostPattern | undefined {
  const match = /^(\*|\[[0-9a-f:.]+\]|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)(?::(\d{1,5}))?$/.exec(
    text.toLowerCase(),
  )
  const name = match?.[1]
  if (name === undefined) return undefined
  return { host: name === '*' ? '.' : name.replace(/^\*\./, '.'), port: match?.[2] }
}
