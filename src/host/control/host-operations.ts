import {
  componentAuctionRequestSchema,
  deleteLabelRequestSchema,
  providerAuctionRequestSchema,
  putLabelRequestSchema,
  putRegistriesRequestSchema,
  stopHostRequestSchema,
} from '../../lattice/control/schemas.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { LatticeMessage } from '../../lattice/message.js'
import { fitInventory } from '../fit-inventory.js'
import { summarizeHost } from '../host-state.js'
import { isReservedLabel } from '../identity/host-labels.js'
import { answer, done, refuse } from './answer.js'
import type { Answer } from './answer.js'
import { readRequest } from './request.js'
import type { ControlSurroundings } from './surroundings.js'

const defaultStopDeadlineMs = 10_000
const roomForEnvelope = 1_024

/** `host.ping` */
export function pingHost(host: ControlSurroundings): Answer {
  return answer(summarizeHost(host.state, host, host.now()))
}

/** `host.get` */
export function getInventory({ inventory, connection }: ControlSurroundings): Answer {
  return answer(fitInventory(inventory(), connection.maxPayload - roomForEnvelope))
}

/** `host.stop`: an empty body, or one that names this host. */
export function stopHost({ state, requestStop }: ControlSurroundings, message: LatticeMessage): Answer {
  const isEmpty = message.payload.length === 0
  const { host_id, timeout } = isEmpty
    ? { host_id: '', timeout: undefined }
    : readRequest(message, stopHostRequestSchema, 'failed to deserialize stop command')
  if (host_id !== '' && host_id !== state.hostId) return refuse(`invalid host_id [${host_id}]`)
  requestStop(timeout ?? defaultStopDeadlineMs)
  return done('successfully handled stop host')
}

/** `component.auction`: no answer where this host would not take it. */
export function bidForComponent(host: ControlSurroundings, message: LatticeMessage): Answer | undefined {
  const refusal = 'failed to deserialize component auction command'
  const request = readRequest(message, componentAuctionRequestSchema, refusal)
  const { component_ref, component_id, constraints } = request
  if (!satisfies(host.state.labels, constraints) || host.components.get(component_id)) return undefined
  return answer({ component_ref, component_id, host_id: host.state.hostId, constraints })
}

/** `provider.auction`: no answer where this host would not take it. */
export function bidForProvider(host: ControlSurroundings, message: LatticeMessage): Answer | undefined {
  const refusal = 'failed to deserialize provider auction command'
  const { provider_ref, provider_id, constraints } = readRequest(
    message,
    providerAuctionRequestSchema,
    refusal,
  )
  if (!satisfies(host.state.labels, constraints) || host.providers.has(provider_id)) return undefined
  return answer({ host_id: host.state.hostId, provider_ref, provider_id, constraints })
}

/** `label.put`: answered once the label lasts. */
export async function putLabel(host: ControlSurroundings, message: LatticeMessage): Promise<Answer> {
  const { key, value } = readRequest(
    message,
    putLabelRequestSchema,
    'failed to deserialize put label request',
  )
  if (isReservedLabel(key)) return refuse('hostcore.* labels cannot be set dynamically')
  await host.labels.keep(key, value)
  changeLabels(host, { ...host.state.labels, [key]: value })
  return done('successfully put label')
}

/** `label.del` */
export async function deleteLabel(host: ControlSurroundings, message: LatticeMessage): Promise<Answer> {
  const { key } = readRequest(message, deleteLabelRequestSchema, 'failed to deserialize delete label request')
  if (!Object.hasOwn(host.state.labels, key)) return done('successfully deleted label (no such label)')
  await host.labels.keep(key, undefined)
  const { [key]: _removed, ...labels } = host.state.labels
  changeLabels(host, labels)
  return done('successfully deleted label')
}

/** `registry.put` */
export function putRegistries(host: ControlSurroundings, message: LatticeMessage): Answer {
  const refusal = 'failed to deserialize registries put command'
  const useless = host.registries.put(readRequest(message, putRegistriesRequestSchema, refusal))
  if (useless.length > 0) {
    host.log.warn('registry credentials without user and password are not used', {
      registries: useless.join(', '),
    })
  }
  return done('successfully put registries')
}

function changeLabels({ state, publish }: ControlSurroundings, labels: StringMap): void {
  state.labels = labels
  publish('labels_changed', { host_id: state.hostId, labels })
}

function satisfies(labels: StringMap, constraints: StringMap): boolean {
  return Object.entries(constraints).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  )
}
