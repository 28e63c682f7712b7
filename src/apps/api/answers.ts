import { messageOf } from '../../core/errors.js'
import { jsonOf } from '../../lattice/message.js'
import type { LatticeMessage } from '../../lattice/message.js'

/** A JSON object, with its fields in the order of wadm. */
export type ApiAnswer = object

/** The refusal that every client can read, whatever it asked for. */
export function refuse(message: string): ApiAnswer {
  return { result: 'error', message, versions: [], models: [] }
}

/** The answer for an application that is not stored. */
export function notFound(name: string): { readonly result: 'notfound'; readonly message: string } {
  return { result: 'notfound', message: `Application with the name ${name} not found` }
}

/** The version in the body; an empty body, `{}` and null mean none. Throws for a body that is no JSON object. */
export function requestedVersion(message: LatticeMessage): string | undefined {
  if (message.payload.length === 0) return undefined
  const body = jsonOf(message)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new RequestFault('Unable to parse request: expected a JSON object')
  }
  const version: unknown = (body as Readonly<Record<string, unknown>>)['version'] ?? undefined
  if (version === undefined || typeof version === 'string') return version
  throw new RequestFault('Unable to parse request: version is no string')
}

/** A request that cannot be read; its message is the answer. */
export class RequestFault extends Error {
  override readonly name = 'RequestFault'
}

/** The answer for anything thrown by a handler. */
export function answerForFailure(thrown: unknown): ApiAnswer {
  return refuse(
    thrown instanceof RequestFault ? thrown.message : `Internal storage error: ${messageOf(thrown)}`,
  )
}
