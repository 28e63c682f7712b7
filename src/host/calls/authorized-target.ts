import { incomingHandler } from '../../wit/wire/http.js'
import type { Authorize, ComponentInQuestion, Decision } from '../authorize.js'
import { errorChain } from '../error-chain.js'
import type { CallFailure, HttpTarget } from '../http-exchange.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { holdCall, holdRequest } from './held-calls.js'
import { refuseCall, refuseRequest } from './refused-call.js'

/** A component's target that asks before each call whether it may be. */
export function createAuthorizedTarget(
  target: RpcTarget & HttpTarget,
  authorize: Authorize,
  describe: () => ComponentInQuestion,
): RpcTarget & HttpTarget {
  const ask = (called: Called): Decision | Promise<Decision> => {
    try {
      const request = { ...called, target: describe() }
      const decision = authorize({ kind: 'performInvocation', request })
      return decision instanceof Promise ? decision.catch(refusal) : decision
    } catch (failure) {
      return refusal(failure)
    }
  }
  return {
    invoke(request, sink) {
      const called: Called = {
        interface: request.instance,
        function: request.function,
        sourceId: request.sourceId === '' ? undefined : request.sourceId,
      }
      const begin = (decision: Decision) =>
        decision.permitted
          ? target.invoke(request, sink)
          : refuseCall(sink, refused(called, describe().componentId, decision))
      const decision = ask(called)
      if (!(decision instanceof Promise)) return begin(decision)
      return holdCall(
        decision.then((settled) => () => begin(settled)),
        sink,
      )
    },
    handleHttp(head, hasBody, sink, sourceId) {
      const called: Called = { interface: incomingHandler.name, function: 'handle', sourceId }
      const begin = (decision: Decision) =>
        decision.permitted
          ? target.handleHttp(head, hasBody, sink, sourceId)
          : refuseRequest(sink, refused(called, describe().componentId, decision))
      const decision = ask(called)
      if (!(decision instanceof Promise)) return begin(decision)
      return holdRequest(
        decision.then((settled) => () => begin(settled)),
        sink,
      )
    },
  }
}

interface Called {
  readonly interface: string
  readonly function: string
  readonly sourceId: string | undefined
}

function refusal(failure: unknown): Decision {
  return { permitted: false, message: errorChain(failure) }
}

function refused(called: Called, componentId: string, { message }: Decision): CallFailure {
  const name = called.interface === '' ? called.function : `${called.interface}.${called.function}`
  const caller = called.sourceId === undefined ? 'the caller' : `"${called.sourceId}"`
  const reason = message === undefined || message === '' ? 'the policy refuses it' : message
  return {
    kind: 'refused',
    message: `${caller} may not call ${name} of component "${componentId}": ${reason}`,
  }
}
