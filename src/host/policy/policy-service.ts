import { randomUUID } from 'node:crypto'
import { AppError } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { jsonOf } from '../../lattice/message.js'
import type { LatticeMessage } from '../../lattice/message.js'
import type { Authorize, Decision, Question } from '../authorize.js'
import { decisionKey, encodePolicyRequest, policyDecisionSchema } from './policy-messages.js'
import type { AskingHost } from './policy-messages.js'

/** Where the policy service of a lattice is. */
export interface PolicyOptions {
  /** Subject on which it answers. */
  readonly topic: string
  /** Subject on which it takes decisions back. */
  readonly changesTopic?: string | undefined
  /** Longest wait for a decision. Default 1000. */
  readonly timeoutMs?: number | undefined
}

/** What startPolicyService() works with. */
export interface PolicySurroundings {
  readonly connection: LatticeConnection
  readonly host: AskingHost
  readonly log: Logger
  /** Ends the watch on changes. */
  readonly signal: AbortSignal
}

/**
 * Asks the policy service of wasmCloud 1.9 over the lattice. A decision is kept until the service takes it back; a failure
 * (no service, no answer in time, an answer that cannot be read) refuses this once, and the next question asks again.
 */
export function startPolicyService(options: PolicyOptions, surroundings: PolicySurroundings): Authorize {
  const decisions = new DecisionCache()
  if (options.changesTopic !== undefined) void followChanges(options.changesTopic, decisions, surroundings)
  return (question) => {
    const key = decisionKey(question)
    const known = decisions.get(key)
    if (known) return known
    const requestId = randomUUID()
    const asked = ask(question, requestId, options, surroundings)
    return decisions.keep(key, requestId, asked)
  }
}

async function ask(
  question: Question,
  requestId: string,
  { topic, timeoutMs = 1_000 }: PolicyOptions,
  { connection, host }: PolicySurroundings,
): Promise<Decision> {
  let answer: LatticeMessage
  try {
    answer = await connection.request(topic, encodePolicyRequest(question, requestId, host), { timeoutMs })
  } catch (cause) {
    throw new AppError('POLICY_UNAVAILABLE', `Cannot ask the policy service at "${topic}"`, { cause })
  }
  const parsed = policyDecisionSchema.safeParse(jsonOf(answer))
  if (parsed.success) return toDecision(parsed.data)
  throw new AppError('POLICY_UNAVAILABLE', `Cannot read the answer of the policy service at "${topic}"`)
}

function toDecision({
  permitted,
  message,
}: {
  readonly permitted: boolean
  readonly message?: string | null | undefined
}): Decision {
  return { permitted, message: message ?? undefined }
}

async function followChanges(
  topic: string,
  decisions: DecisionCache,
  { connection, log, signal }: PolicySurroundings,
): Promise<void> {
  for await (const message of connection.subscribe(topic, { signal })) {
    const parsed = policyDecisionSchema.safeParse(jsonOf(message))
    if (parsed.success) decisions.override(parsed.data.requestId, toDecision(parsed.data))
    else log.warn('a change of a policy decision cannot be read', { subject: topic })
  }
}

/** Decisions by what was asked; those on their way are shared. */
class DecisionCache {
  readonly #decisions = new Map<string, Decision | Promise<Decision>>()
  readonly #keys = new Map<string, string>()

  get(key: string): Decision | Promise<Decision> | undefined {
    return this.#decisions.get(key)
  }

  keep(key: string, requestId: string, asked: Promise<Decision>): Promise<Decision> {
    this.#keys.set(requestId, key)
    const kept = asked.then(
      (decision) => {
        // A change that overtook the answer is the later word.
        if (this.#decisions.get(key) === kept) this.#decisions.set(key, decision)
        return decision
      },
      (failure: unknown) => {
        this.#keys.delete(requestId)
        if (this.#decisions.get(key) === kept) this.#decisions.delete(key)
        throw failure
      },
    )
    this.#decisions.set(key, kept)
    return kept
  }

  override(requestId: string, decision: Decision): void {
    const key = this.#keys.get(requestId)
    if (key !== undefined) this.#decisions.set(key, decision)
  }
}
