import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { LinkInput } from '../control/schemas.js'
import { subscribeEvents } from '../events/subscribe-events.js'
import type { ControlledLattice } from './controlled-lattice.js'

/** What became of a link that the lattice has stored. */
export interface PutLinkOutcome {
  /** `stored` where no provider of washi's is there yet to take it, or to say so. */
  readonly state: 'established' | 'stored'
}

/** A provider answers for its end of a link within this time, or not at all. */
const answerMs = 1_500

/**
 * Puts a link and, where a running provider is one end of it, waits for what that makes of it. Throws LINK_FAILED with
 * the provider's reason where it refuses.
 */
export async function putLink(
  { connection, control }: ControlledLattice,
  link: LinkInput,
): Promise<PutLinkOutcome> {
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
  const hosts = await control.pingHosts({ quietMs: 200 })
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
