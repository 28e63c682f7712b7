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
 * Answers requests on `wadm.api.{lattice}.>` until the signal; resolves when all are answered. Reads are answered at once, changes to
 * one application one after another, and what changes the list of applications one after another too. Subscribed when it returns its
 * promise.
 */
export async function serveApi(
  api: ApiSurroundings,
  { connection, log, signal }: ServeApiOptions,
): Promise<void> {
  const requests = connection.subscribe(apiSubjects(connection.lattice), { queue: managerQueue, signal })
  const queues = new Map<string, Promise<void>>()
  const serve = async (request: LatticeMessage): Promise<void> => {
    const answer = await handle(api, request).catch((thrown: unknown) => {
      log.error('cannot serve an application request', { subject: request.subject, reason: String(thrown) })
      return answerForFailure(thrown)
    })
    request.respond(JSON.stringify(answer))
  }
  const running = new Set<Promise<void>>()
  for await (const request of requests) {
    const queue = queueOf(request)
    const before = queue === undefined ? undefined : queues.get(queue)
    const served = before === undefined ? serve(request) : before.then(() => serve(request))
    if (queue !== undefined) queues.set(queue, served)
    running.add(served)
    void served.finally(() => {
      running.delete(served)
      if (queue !== undefined && queues.get(queue) === served) queues.delete(queue)
    })
  }
  await Promise.all(running)
}

/** What a request has to wait behind: undefined for one that changes nothing. */
function queueOf({ subject }: LatticeMessage): string | undefined {
  const parsed = parseSubject(subject)
  if (parsed.kind === 'invalid') return undefined
  if (parsed.operation === 'put' || parsed.operation === 'del') return ''
  return parsed.operation === 'deploy' || parsed.operation === 'undeploy' ? parsed.name : undefined
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
