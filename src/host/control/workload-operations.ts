import {
  scaleComponentRequestSchema,
  startProviderRequestSchema,
  stopProviderRequestSchema,
  updateComponentRequestSchema,
} from '../../lattice/control/schemas.js'
import type { LatticeMessage } from '../../lattice/message.js'
import { done, refuse } from './answer.js'
import type { Answer } from './answer.js'
import { readRequest } from './request.js'
import type { ControlSurroundings } from './surroundings.js'

/** `component.scale`: accepted at once; an event tells the outcome. */
export function scaleComponent({ components }: ControlSurroundings, message: LatticeMessage): Answer {
  const refusal = 'failed to deserialize component scale command'
  const request = readRequest(message, scaleComponentRequestSchema, refusal)
  const running = components.get(request.component_id)
  components.scale(request)
  if (!running || running.imageRef === request.component_ref) return done()
  const change = `${running.imageRef} != ${request.component_ref}`
  const update = request.allow_update
    ? 'The component will be scaled, and the image reference will be updated afterwards.'
    : 'The component will be scaled but the image reference will not be updated. ' +
      'If you meant to update this component to a new image ref, use the update command.'
  return done(`Requested to scale existing component to a different image reference: ${change}. ${update}`)
}

/** `component.update`: accepted at once; an event tells the outcome. */
export function updateComponent({ components }: ControlSurroundings, message: LatticeMessage): Answer {
  const refusal = 'failed to deserialize component update command'
  const { component_id: id, new_component_ref: wanted } = readRequest(
    message,
    updateComponentRequestSchema,
    refusal,
  )
  const running = components.get(id)
  if (!running) return refuse(`component ${id} not found`)
  if (running.imageRef === wanted) return done(`component ${id} already updated to ${wanted}`)
  const accepted = `component ${id} updating from ${running.imageRef} to ${wanted}`
  components.update(id, wanted)
  return done(accepted)
}

/** `provider.start`: accepted at once; an event tells the outcome. */
export function startProvider({ providers }: ControlSurroundings, message: LatticeMessage): Answer {
  const refusal = 'failed to deserialize provider start command'
  const request = readRequest(message, startProviderRequestSchema, refusal)
  if (providers.has(request.provider_id)) return refuse('provider with that ID is already running')
  providers.start(request)
  return done('successfully started provider')
}

/** `provider.stop`: answered once it has stopped. */
export async function stopProvider(
  { providers }: ControlSurroundings,
  message: LatticeMessage,
): Promise<Answer> {
  const refusal = 'failed to deserialize provider stop command'
  const { provider_id } = readRequest(message, stopProviderRequestSchema, refusal)
  const stopped = await providers.stop(provider_id)
  return stopped ? done('successfully stopped provider') : refuse('provider with that ID is not running')
}
