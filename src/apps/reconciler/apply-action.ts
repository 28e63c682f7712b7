import type { ControlClient } from '../../lattice/control/client.js'
import type { Action } from '../planner/action.js'

/**
 * Sends an action to the lattice; resolves once it was accepted. Throws the AppError of the refusal. Whether it has had
 * its effect is told by events.
 */
export async function applyAction(control: ControlClient, action: Action): Promise<void> {
  switch (action.kind) {
    case 'put-config':
      await control.putConfig(action.name, action.values)
      return
    case 'delete-config':
      await control.deleteConfig(action.name)
      return
    case 'scale-component':
      await control.scaleComponent(action.hostId, {
        component_ref: action.image,
        component_id: action.componentId,
        annotations: action.annotations,
        count: action.count,
        config: [...action.config],
      })
      return
    case 'start-provider':
      await control.startProvider(action.hostId, {
        provider_id: action.providerId,
        provider_ref: action.image,
        config: [...action.config],
        annotations: action.annotations,
      })
      return
    case 'stop-provider':
      await control.stopProvider(action.hostId, action.providerId)
      return
    case 'put-link':
      await control.putLink(action.link)
      return
    case 'retry-link':
      await deleteLink(control, action.link)
      await control.putLink(action.link)
      return
    case 'delete-link':
      await deleteLink(control, action.link)
      return
    default:
      action satisfies never
  }
}

async function deleteLink(
  control: ControlClient,
  link: Extract<Action, { kind: 'put-link' }>['link'],
): Promise<void> {
  const { source_id, name, wit_namespace, wit_package } = link
  await control.deleteLink({ source_id, name, wit_namespace, wit_package })
}

/** Whether the answer alone says that an action has happened; for others an event does. */
export function isDoneWhenAccepted({ kind }: Action): boolean {
  return (
    kind === 'put-config' ||
    kind === 'delete-config' ||
    kind === 'put-link' ||
    kind === 'delete-link' ||
    kind === 'stop-provider'
  )
}
