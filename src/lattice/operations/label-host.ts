import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { HostId } from '../ids.js'
import { findHost } from './find-host.js'

/** Which labels to put on a host, or to take off it. */
export interface LabelHostOptions {
  /** Its id, the beginning of it, or a part of its friendly name. */
  readonly host: string
  /** Key and value; the value is not looked at where labels are deleted. */
  readonly labels: readonly (readonly [key: string, value: string])[]
  readonly isDelete: boolean
}

/** The host that was labelled. */
export interface LabelledHost {
  readonly id: HostId
  readonly friendlyName: string
}

/**
 * Puts or deletes labels one by one and looks at the host's inventory afterwards. Throws CONTROL_REFUSED with the host's
 * reason, LABEL_FAILED where the inventory does not show the change.
 */
export async function labelHost(control: ControlClient, options: LabelHostOptions): Promise<LabelledHost> {
  const { labels, isDelete } = options
  const id = await findHost(control, options.host)
  for (const [key, value] of labels) {
    if (isDelete) await control.deleteLabel(id, key)
    else await control.putLabel(id, key, value)
  }
  const inventory = await control.getInventory(id)
  const missed = labels.filter(([key, value]) => inventory.labels[key] !== (isDelete ? undefined : value))
  if (missed.length === 0) return { id, friendlyName: inventory.friendly_name }
  const keys = missed.map(([key]) => key).join(', ')
  const message = `Host ${id} accepted the change, but its inventory does not show it for: ${keys}`
  throw new AppError('LABEL_FAILED', message, { hint: `Run: washi get inventory ${id}` })
}
