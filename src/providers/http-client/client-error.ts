import { messageOf } from '../../core/errors.js'

/** `error-code` of wasi:http as it is encoded. */
export interface WireErrorCode {
  readonly tag: string
  readonly val?: unknown
}

/** A failure whose error-code is known. */
export class ClientError extends Error {
  override readonly name = 'ClientError'
  readonly wire: WireErrorCode

  constructor(wire: WireErrorCode, message: string = wire.tag) {
    super(message)
    this.wire = wire
  }
}

/** What a request failed with, as an error-code. */
export function toErrorCode(thrown: unknown): WireErrorCode {
  if (thrown instanceof ClientError) return thrown.wire
  const code = codeOf(thrown)
  const exact = byCode[code]
  if (exact) return { tag: exact }
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) {
    return { tag: 'DNS-error', val: { rcode: code, infoCode: undefined } }
  }
  if (code === 'HPE_HEADER_OVERFLOW') return { tag: 'HTTP-response-header-section-size' }
  const family = families.find(({ pattern }) => pattern.test(code))
  if (family) return { tag: family.tag }
  return { tag: 'internal-error', val: messageOf(thrown) }
}

const byCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-terminated',
  EPIPE: 'connection-terminated',
  ETIMEDOUT: 'connection-timeout',
  EHOSTUNREACH: 'destination-IP-unroutable',
  ENETUNREACH: 'destination-IP-unroutable',
  EADDRNOTAVAIL: 'destination-IP-unroutable',
  EPROTO: 'TLS-protocol-error',
  ERR_UNESCAPED_CHARACTERS: 'HTTP-request-URI-invalid',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'HTTP-request-body-size',
}

/** Names of Node's and OpenSSL's errors. */
const families = [
  {
    pattern: /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECODE)|HOSTNAME_MISMATCH|INVALID_CA/,
    tag: 'TLS-certificate-error',
  },
  { pattern: /^ERR_(SSL|TLS)/, tag: 'TLS-protocol-error' },
  { pattern: /^HPE_/, tag: 'HTTP-protocol-error' },
] as const

function codeOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0])
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
