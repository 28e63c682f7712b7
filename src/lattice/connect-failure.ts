import { AppError, messageOf } from '../core/errors.js'

/** The AppError for a connection that could not be made: what was tried, the reason in plain words, what to run. */
export function connectFailure(url: string, cause: unknown): AppError {
  const { reason, hint = 'washi up -d' } = explain(cause)
  return new AppError(
    'LATTICE_UNREACHABLE',
    `Cannot reach the lattice at ${withoutCredentials(url)}: ${reason}`,
    { hint, cause },
  )
}

interface Explanation {
  readonly reason: string
  readonly hint?: string | undefined
}

const showAccess =
  'Pass --ctl-credsfile FILE, or --ctl-jwt with --ctl-seed, or name a context: --context NAME'
const showAuthority = 'Name the file of the authority that signed it: --ctl-tls-ca-file FILE'
const otherServer = 'Check --ctl-host and --ctl-port'

const reasons: readonly (readonly [pattern: RegExp, reason: string, hint?: string])[] = [
  [/ECONNREFUSED|connection refused/i, 'connection refused'],
  [/ENOTFOUND|EAI_AGAIN/, 'no such host name', otherServer],
  [/EHOSTUNREACH|ENETUNREACH/, 'network unreachable', otherServer],
  [/does not support 'tls'|wrong version number/i, 'the server has no TLS', 'Leave the TLS flags out'],
  [
    /self.signed|unable to (verify|get)|UNABLE_TO_/i,
    'its certificate is signed by nobody known',
    showAuthority,
  ],
  [/ALTNAME|does not match certificate/i, 'its certificate is for another name', otherServer],
  [
    /certificate (has expired|is not yet valid)|CERT_(HAS_EXPIRED|NOT_YET)/i,
    'its certificate is out of date',
  ],
  [/user authentication expired/i, 'the credentials have expired', showAccess],
  [/authorization violation|permissions violation/i, 'the server wants credentials, or others', showAccess],
  [/ECONNRESET|EPIPE/, 'connection reset: is it a NATS server?', otherServer],
  [/timeout|timed out/i, 'timed out', otherServer],
]

function explain(cause: unknown): Explanation {
  const text = chainOf(cause).map(messageAndCode).join(': ')
  const found = reasons.find(([pattern]) => pattern.test(text))
  return found ? { reason: found[1], hint: found[2] } : { reason: chainOf(cause).map(messageOf).join(': ') }
}

function messageAndCode(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? ` ${String(thrown.code)}` : ''
  return `${messageOf(thrown)}${code}`
}

function chainOf(thrown: unknown): unknown[] {
  const chain: unknown[] = []
  for (let link = thrown; link !== undefined && chain.length < 8; ) {
    chain.push(link)
    link = link instanceof Error ? link.cause : undefined
  }
  return chain
}

function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//')
}
