import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import type { LinkKey } from '../control/schemas.js'

/** Which link to delete; without a name, the only one that fits. */
export type LinkChoice = Omit<LinkKey, 'name'> & { readonly name: string | undefined }

/** Deletes a link and returns its full key. Throws LINK_NOT_FOUND, or LINK_AMBIGUOUS where a name is needed. */
export async function deleteLink(control: ControlClient, choice: LinkChoice): Promise<LinkKey> {
  const name = await nameOfLink(control, choice)
  const key = { ...choice, name }
  await control.deleteLink(key)
  return key
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
