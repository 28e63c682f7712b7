import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { LatticeMessage } from '../../lattice/message.js'
import { answerForFailure, refuse } from './answers.js'
import type { ApiAnswer } from './answers.js'
import type { ApiSurroundings } from './api-surroundings.js'
import { namedOperations, unnamedOperations } from './operations.js'
import { apiSubjects, managerQueue, parseSubject } from './subjects.js'

/** What serveApi() needs beside the surroundings of the operations. */
export interface ServeApiOptions {
  readonly connection: LatticeConnection
  readonly log: Logger
  /** Ends it. */
  readonly signal: AbortSignal
}

/**
 * Answers requests on `wadm.api.{lattice}.>`, one after another as wadm does, until the signal. Resolves then. Subscribed
 * when it returns its promise.
 */
export async function serveApi(
  api: ApiSurroundings,
  { connection, log, signal }: ServeApiOptions,
): Promise<void> {
  const requests = connection.subscribe(apiSubjects(connection.lattice), { queue: managerQueue, signal })
  for await (const request of requests) {
    const answer = await handle(api, request).catch((thrown: unknown) => {
      log.error('cannot serve an application request', { subject: request.subject, reason: String(thrown) })
      return answerForFailure(thrown)
    })
    request.respond(JSON.stringify(answer))
  }
}

async function handle(api: ApiSurroundings, request: LatticeMessage): Promise<ApiAnswer> {
  const parsed = parseSubject(request.subject)
  if (parsed.kind === 'invalid') return refuse(parsed.reason)
  const { operation, name } = parsed
  const unnamed = name === undefined ? own(unnamedOperations, operation) : undefined
  if (unnamed) return await unnamed(api, request)
  const named = name === undefined ? undefined : own(namedOperations, operation)
  if (named && name !== undefined) return await named(api, name, request)
  return refuse(`Unsupported subject: ${request.subject}`)
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}
