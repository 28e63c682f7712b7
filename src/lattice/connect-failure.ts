import { AppError, messageOf } from '../core/errors.js'

/** The AppError for a connection that could not be made: what was tried, the reason in plain words, what to run. */
export function connectFailure(url: string, cause: unknown): AppError {
  return new AppError(
    'LATTICE_UNREACHABLE',
    `Cannot reach the lattice at ${withoutCredentials(url)}: ${reasonOf(cause)}`,
    {
      hint: 'washi up -d',
      cause,
    },
  )
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED|connection refused/i, 'connection refused'],
  [/ENOTFOUND|EAI_AGAIN/, 'no such host name'],
  [/EHOSTUNREACH|ENETUNREACH/, 'network unreachable'],
  [/ECONNRESET|EPIPE/, 'connection reset: is it a NATS server?'],
  [/timeout|timed out/i, 'timed out'],
  [/authorization violation/i, 'the server wants credentials, or others'],
]

function reasonOf(cause: unknown): string {
  const text = chainOf(cause).map(messageOf).join(': ')
  return reasons.find(([pattern]) => pattern.test(text))?.[1] ?? text
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
