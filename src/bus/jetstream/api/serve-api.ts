import { messageOf } from '../../../core/errors.js'
import type { InternalMessage, InternalSubscription } from '../../broker/broker-port.js'
import { ApiError, refusals } from '../api-error.js'
import { accountOperations } from './account-operations.js'
import type { ApiAnswer, ApiOperation, ApiState } from './api-request.js'
import { consumerOperations } from './consumer-operations.js'
import { streamOperations } from './stream-operations.js'

const prefix = '$JS.API.'
const operations = [...accountOperations, ...streamOperations, ...consumerOperations]

/** Answers API requests. Subjects that are no operation stay without a subscriber, as clients expect. */
export function serveApi(state: ApiState): InternalSubscription[] {
  return operations.map((operation) =>
    state.context.broker.subscribe(`${prefix}${operation.pattern}`, (message) =>
      answer(state, operation, message),
    ),
  )
}

function answer(state: ApiState, operation: ApiOperation, message: InternalMessage): void {
  const { broker } = state.context
  state.usage.total++
  const { fields, after } = runOperation(state, operation, message)
  if (message.reply !== undefined) {
    const document = { type: `io.nats.jetstream.api.v1.${operation.kind}_response`, ...fields }
    broker.publish({ subject: message.reply, payload: Buffer.from(JSON.stringify(document)) })
  }
  after?.()
}

function runOperation(
  state: ApiState,
  operation: ApiOperation,
  { subject, payload }: InternalMessage,
): ApiAnswer {
  try {
    return operation.run(state, { tokens: subject.slice(prefix.length).split('.'), body: payload })
  } catch (thrown) {
    state.usage.errors++
    const error = thrown instanceof ApiError ? thrown : unexpected(state, operation, thrown)
    return { fields: { error, ...operation.fixed } }
  }
}

function unexpected({ context }: ApiState, { pattern }: ApiOperation, thrown: unknown): ApiError {
  const reason = messageOf(thrown)
  context.log.error('A JetStream request failed', { operation: pattern, reason })
  return refusals.internal(reason)
}
