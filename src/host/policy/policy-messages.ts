import { z } from 'zod'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { ClaimsInQuestion, ComponentInQuestion, Question } from '../authorize.js'

/** The host that asks, as it was when it started. */
export interface AskingHost {
  readonly publicKey: string
  readonly lattice: string
  readonly labels: StringMap
}

/** What a policy service answers, and what it publishes to take an earlier answer back. */
export const policyDecisionSchema = z.object({
  requestId: z.string(),
  permitted: z.boolean(),
  message: z.string().nullish(),
})

/** The request to a policy service, in the words of wasmCloud 1.9; of a call it tells no source, as the real host. */
export function encodePolicyRequest(question: Question, requestId: string, host: AskingHost): string {
  return JSON.stringify({ requestId, kind: question.kind, version: 'v1', request: requestOf(question), host })
}

/** Questions that one decision answers: what starts from where, and what is called. Not how many, or how annotated. */
export function decisionKey(question: Question): string {
  switch (question.kind) {
    case 'startComponent':
      return JSON.stringify([question.kind, question.request.componentId, question.request.imageRef])
    case 'startProvider':
      return JSON.stringify([question.kind, question.request.providerId, question.request.imageRef])
    case 'performInvocation': {
      const { target, interface: instance, function: name } = question.request
      return JSON.stringify([question.kind, target.componentId, target.imageRef, instance, name])
    }
    default:
      return question satisfies never
  }
}

function requestOf(question: Question): unknown {
  switch (question.kind) {
    case 'startComponent':
      return componentOf(question.request)
    case 'startProvider': {
      const { providerId, imageRef, annotations, claims } = question.request
      return { providerId, imageRef, annotations, claims: claimsOf(claims) }
    }
    case 'performInvocation': {
      const { interface: instance, function: name, target } = question.request
      return { interface: instance, function: name, target: componentOf(target) }
    }
    default:
      return question satisfies never
  }
}

function componentOf({ componentId, imageRef, maxInstances, annotations, claims }: ComponentInQuestion) {
  return { componentId, imageRef, maxInstances, annotations, claims: claimsOf(claims) }
}

function claimsOf(claims: ClaimsInQuestion | undefined): ClaimsInQuestion | null {
  return claims ?? null
}
