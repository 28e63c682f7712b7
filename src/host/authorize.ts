import { AppError } from '../core/errors.js'
import type { StringMap } from '../lattice/control/schemas.js'
import { errorChain } from './error-chain.js'

/** What the signature of an artifact says. */
export interface ClaimsInQuestion {
  readonly publicKey: string
  readonly issuer: string
  /** Seconds since the epoch, as text. */
  readonly issuedAt: string
  readonly expiresAt: string | null
  readonly expired: boolean
}

/** A component as a decision sees it. */
export interface ComponentInQuestion {
  readonly componentId: string
  readonly imageRef: string
  /** 0 in the question of a call, as the policy protocol has it. */
  readonly maxInstances: number
  readonly annotations: StringMap
  /** Absent where it is not signed. */
  readonly claims?: ClaimsInQuestion | undefined
}

/** A provider as a decision sees it. */
export interface ProviderInQuestion {
  readonly providerId: string
  readonly imageRef: string
  readonly annotations: StringMap
  /** Absent where it is not signed. */
  readonly claims?: ClaimsInQuestion | undefined
}

/** A call of a function that a component of this host exports, as the component's host sees it. */
export interface InvocationInQuestion {
  /** The name on the wire: `wrpc:http/incoming-handler@0.1.0`, `acme:greet/hi`; empty for a function of the world. */
  readonly interface: string
  readonly function: string
  /** Id of the component or provider that calls; undefined where the caller did not say. */
  readonly sourceId: string | undefined
  readonly target: ComponentInQuestion
}

/** What a host asks before it does it. */
export type Question =
  | { readonly kind: 'startComponent'; readonly request: ComponentInQuestion }
  | { readonly kind: 'startProvider'; readonly request: ProviderInQuestion }
  | { readonly kind: 'performInvocation'; readonly request: InvocationInQuestion }

/** The answer. `message` says why, and is shown on the lattice. */
export interface Decision {
  readonly permitted: boolean
  readonly message?: string | undefined
}

/**
 * Decides what a host may do; asked for every start of a component or provider (updates of a component and more instances,
 * too; never a stop) and for every call of a component. What throws or rejects is a refusal, with its message as the reason.
 * A decision that is no promise costs a call next to nothing; a promise holds the call up until it settles.
 */
export type Authorize = (question: Question) => Decision | Promise<Decision>

/** Asks whether something may start. Throws START_REFUSED with the reason where it may not. */
export async function requirePermission(
  authorize: Authorize | undefined,
  question: Exclude<Question, { readonly kind: 'performInvocation' }>,
): Promise<void> {
  if (!authorize) return
  const { permitted, message } = await decide(authorize, question)
  if (permitted) return
  const what =
    question.kind === 'startComponent'
      ? `Component "${question.request.componentId}"`
      : `Provider "${question.request.providerId}"`
  const reason = message === undefined || message === '' ? 'the policy refuses it' : message
  throw new AppError('START_REFUSED', `${what} may not start here: ${reason}`)
}

/** Permits what all of them permit, asked in their order; undefined where there is nobody to ask. */
export function permittedByAll(...given: readonly (Authorize | undefined)[]): Authorize | undefined {
  const judges = given.filter((judge) => judge !== undefined)
  const [first, second] = judges
  if (!first || !second) return first
  return async (question) => {
    let decision: Decision = { permitted: true }
    for (const judge of judges) {
      decision = await judge(question)
      if (!decision.permitted) break
    }
    return decision
  }
}

async function decide(authorize: Authorize, question: Question): Promise<Decision> {
  try {
    return await authorize(question)
  } catch (failure) {
    return { permitted: false, message: errorChain(failure) }
  }
}
