import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { Link, LinkInput } from '../control/schemas.js'
import { subscribeEvents } from '../events/subscribe-events.js'
import type { ControlledLattice } from './controlled-lattice.js'
import { hasSameValues, isSameKey, keyOf, linkExists } from './link-values.js'

/** What became of a link that the lattice has stored. */
export interface PutLinkOutcome {
  /** `stored` where no provider of washi's is there yet to take it, or to say so. */
  readonly state: 'established' | 'stored'
  /** The link that was there under the same key with other values, and was deleted first. */
  readonly replaced: Link | undefined
}

/** How to put a link. */
export interface PutLinkOptions {
  /** Deletes a link of the same key with other values first; without it, such a link is a refusal. */
  readonly isReplacing: boolean
}

/** A provider answers for its end of a link within this time, or not at all. */
const answerMs = 1_500

/**
 * Puts a link and, where a running provider is one end of it, waits for what that makes of it. A link's values change
 * by delete and put only. Throws LINK_EXISTS where the lattice has it with other values, LINK_FAILED with the provider's
 * reason where that refuses.
 */
export async function putLink(
  { connection, control }: ControlledLattice,
  link: LinkInput,
  { isReplacing }: PutLinkOptions,
): Promise<PutLinkOutcome> {
  const before = (await control.getLinks()).find((other) => isSameKey(other, link))
  const replaced = before && !hasSameValues(before, link) ? before : undefined
  if (replaced && !isReplacing) throw linkExists(replaced, link)
  if (replaced) await control.deleteLink(keyOf(replaced))
  return { ...(await putAndWatch({ connection, control }, link)), replaced }
}

async function putAndWatch(
  { connection, control }: ControlledLattice,
  link: LinkInput,
): Promise<Pick<PutLinkOutcome, 'state'>> {
  const abort = new AbortController()
  const until = AbortSignal.any([abort.signal, AbortSignal.timeout(answerMs)])
  const events = subscribeEvents(connection, { signal: until })
  try {
    await control.putLink(link)
    if (!(await hasProviderEnd(control, link))) return { state: 'stored' }
    for await (const event of events) {
      if (event.kind === 'linkdef_established' && isAbout(event.data, link)) return { state: 'established' }
      if (event.kind === 'linkdef_set_failed' && isAbout(event.data, link))
        throw refused(link, event.data.error)
    }
    return { state: 'stored' }
  } finally {
    abort.abort()
  }
}

async function hasProviderEnd(control: ControlClient, { source_id, target }: LinkInput): Promise<boolean> {
  const hosts = await control.listHosts()
  const inventories = await Promise.all(hosts.map(({ id }) => control.getInventory(id)))
  return inventories.some(({ providers }) => providers.some(({ id }) => id === source_id || id === target))
}

function isAbout(
  event: Pick<LinkInput, 'source_id' | 'target' | 'wit_namespace' | 'wit_package' | 'name'>,
  link: LinkInput,
): boolean {
  return (
    event.source_id === link.source_id &&
    event.target === link.target &&
    event.wit_namespace === link.wit_namespace &&
    event.wit_package === link.wit_package &&
    event.name === (link.name ?? 'default')
  )
}

function refused(link: LinkInput, reason: string): AppError {
  return new AppError('LINK_FAILED', `Cannot link ${link.source_id} to ${link.target}: ${reason}`, {
    hint: `The link is stored; mend its configuration and put it again, or remove it: washi link del ${link.source_id} ${link.wit_namespace} ${link.wit_package} --link-name ${link.name ?? 'default'}`,
  })
}
