import { AppError } from '../../core/errors.js'
import type { ControlClient } from '../control/client.js'
import { hostIdSchema } from '../ids.js'
import type { HostId } from '../ids.js'

/**
 * The host that a full id, the beginning of an id (in any case) or a part of a friendly name means. Throws
 * HOST_NOT_FOUND, or HOST_AMBIGUOUS with the candidates.
 */
export async function findHost(control: ControlClient, text: string): Promise<HostId> {
  const full = hostIdSchema.safeParse(text)
  if (full.success) return full.data
  const hosts = await control.listHosts()
  const found = hosts.filter(
    ({ id, friendly_name }) => id.startsWith(text.toUpperCase()) || friendly_name.includes(text),
  )
  const [only, ...others] = found
  if (only === undefined) {
    throw new AppError('HOST_NOT_FOUND', `No host matches "${text}"`, { hint: 'Run: washi get hosts' })
  }
  if (others.length === 0) return only.id
  const names = found.map(({ id, friendly_name }) => `${id} (${friendly_name})`).join(', ')
  throw new AppError('HOST_AMBIGUOUS', `Several hosts match "${text}": ${names}`, {
    hint: 'Use a full host id',
  })
}
