import { AppError, messageOf } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { Link, LinkKey } from '../control/schemas.js'
import { getLinks } from './get-links.js'
import { deleteCommand, keyOf } from './link-values.js'

/** Which link to delete; without a name, the only one that fits. */
export type LinkChoice = Omit<LinkKey, 'name'> & { readonly name: string | undefined }

/** Deletes a link and returns its full key. Throws LINK_NOT_FOUND, or LINK_AMBIGUOUS where a name is needed. */
export async function deleteLink(control: ControlClient, choice: LinkChoice): Promise<LinkKey> {
  const name = await nameOfLink(control, choice)
  const key = { ...choice, name }
  await control.deleteLink(key)
  return key
}

/** Which links to delete together. */
export interface LinksChoice {
  /** Only those of this source. */
  readonly source?: string | undefined
  /** Only those to this target. */
  readonly target?: string | undefined
}

/** The links that a choice means; every link of the lattice where it says nothing. */
export async function findLinks(control: ControlClient, choice: LinksChoice): Promise<readonly Link[]> {
  const links = await getLinks(control)
  return links.filter(
    ({ source_id, target }) =>
      (choice.source === undefined || choice.source === source_id) &&
      (choice.target === undefined || choice.target === target),
  )
}

/**
 * Deletes links one after the other. Throws LINK_NOT_FOUND where there is none, LINKS_LEFT with the reason and what is
 * left where one could not be deleted.
 */
export async function deleteLinks(control: ControlClient, links: readonly Link[]): Promise<void> {
  if (links.length === 0) {
    throw new AppError('LINK_NOT_FOUND', 'There is no such link', { hint: 'Run: washi link query' })
  }
  for (const [index, link] of links.entries()) {
    try {
      await control.deleteLink(keyOf(link))
    } catch (cause) {
      const left = links.slice(index)
      const message = `Deleted ${index} links of ${links.length}; ${left.length} are left: ${messageOf(cause)}`
      throw new AppError('LINKS_LEFT', message, { cause, hint: `Run: ${deleteCommand(link)}` })
    }
  }
}

async function nameOfLink(control: ControlClient, choice: LinkChoice): Promise<string> {
  const { source_id, wit_namespace, wit_package } = choice
  const names = (await control.getLinks())
    .filter(
      (link) =>
        link.source_id === source_id &&
        link.wit_namespace === wit_namespace &&
        link.wit_package === wit_package,
    )
    .map((link) => link.name)
  const wanted = choice.name ?? (names.length > 1 ? undefined : names[0])
  if (wanted !== undefined && names.includes(wanted)) return wanted
  const what = `${source_id} on ${wit_namespace}:${wit_package}`
  if (names.length > 1 && choice.name === undefined) {
    throw new AppError(
      'LINK_AMBIGUOUS',
      `There are ${names.length} links of ${what}: ${names.sort().join(', ')}`,
      {
        hint: 'Say which: --link-name NAME',
      },
    )
  }
  const named = choice.name === undefined ? '' : ` named "${choice.name}"`
  throw new AppError('LINK_NOT_FOUND', `There is no link of ${what}${named}`, {
    hint: 'Run: washi link query',
  })
}
