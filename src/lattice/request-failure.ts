import { RequestError, TimeoutError } from '@nats-io/transport-node'
import { AppError, messageOf } from '../core/errors.js'

/** The AppError for a request that failed, by what the client library threw. */
export function requestFailure({
  subject,
  url,
  timeoutMs,
  cause,
}: {
  readonly subject: string
  readonly url: string
  readonly timeoutMs: number
  readonly cause: unknown
}): AppError {
  if (cause instanceof RequestError && cause.isNoResponders()) {
    return new AppError('LATTICE_NO_RESPONDERS', `Nobody answers to "${subject}" at ${url}`, {
      hint: 'Run: washi get hosts',
      cause,
    })
  }
  if (
    cause instanceof TimeoutError ||
    (cause instanceof RequestError && cause.cause instanceof TimeoutError)
  ) {
    return new AppError('LATTICE_TIMEOUT', `No answer to "${subject}" at ${url} within ${timeoutMs} ms`, {
      hint: 'Run: washi get hosts',
      cause,
    })
  }
  return new AppError(
    'LATTICE_UNREACHABLE',
    `Cannot send "${subject}" to the lattice at ${url}: ${messageOf(cause)}`,
    {
      hint: 'washi up -d',
      cause,
    },
  )
}
