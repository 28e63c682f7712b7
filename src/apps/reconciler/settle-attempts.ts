import type { LatticeEvent } from '../../lattice/events/schemas.js'
import type { Action } from '../planner/action.js'
import { isSameLink } from '../planner/owned.js'

/** What an event says of an action: that it has happened, or why it has not. */
export type Verdict = { readonly kind: 'confirmed' } | { readonly kind: 'refuted'; readonly error: string }

const confirmed: Verdict = { kind: 'confirmed' }

/** The verdict of an event on an action; undefined where it is about something else. */
export function verdictOf(event: LatticeEvent, action: Action): Verdict | undefined {
  switch (action.kind) {
    case 'scale-component':
      return verdictOnScale(event, action)
    case 'start-provider':
      return verdictOnStart(event, action)
    case 'stop-provider':
      return event.kind === 'provider_stopped' && isOf(event, action) ? confirmed : undefined
    case 'put-link':
    case 'retry-link':
      return verdictOnLink(event, action)
    case 'delete-link':
    case 'put-config':
    case 'delete-config':
      // Their answer says it already, and the watched buckets show it.
      return undefined
    default:
      return action satisfies never
  }
}

type ActionOf<K extends Action['kind']> = Extract<Action, { readonly kind: K }>

function verdictOnScale(event: LatticeEvent, action: ActionOf<'scale-component'>): Verdict | undefined {
  if (event.kind !== 'component_scaled' && event.kind !== 'component_scale_failed') return undefined
  const { component_id, max_instances } = event.data
  if (event.source !== action.hostId || component_id !== action.componentId) return undefined
  if (max_instances !== action.count) return undefined
  return event.kind === 'component_scaled' ? confirmed : { kind: 'refuted', error: event.data.error }
}

function verdictOnStart(event: LatticeEvent, action: ActionOf<'start-provider'>): Verdict | undefined {
  if (event.kind === 'provider_started') return isOf(event, action) ? confirmed : undefined
  if (event.kind !== 'provider_start_failed' || !isOf(event, action)) return undefined
  return { kind: 'refuted', error: event.data.error }
}

function isOf(
  event: { readonly source: string; readonly data: { readonly provider_id: string } },
  action: { readonly hostId: string; readonly providerId: string },
): boolean {
  return event.source === action.hostId && event.data.provider_id === action.providerId
}

function verdictOnLink(
  event: LatticeEvent,
  { link }: ActionOf<'put-link'> | ActionOf<'retry-link'>,
): Verdict | undefined {
  if (event.kind === 'linkdef_established') return isSameLink(event.data, link) ? confirmed : undefined
  if (event.kind !== 'linkdef_set_failed' || !isSameLink(event.data, link)) return undefined
  return { kind: 'refuted', error: event.data.error }
}
