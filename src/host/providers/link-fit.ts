import { AppError } from '../../core/errors.js'
import type { Link } from '../../lattice/control/schemas.js'
import type { ProviderDefinition } from '../provider.js'

/**
 * Throws LINK_REFUSED for a link of which the provider has no use: none of its interfaces is among those that the
 * provider calls (as the link's source) or serves (as its target).
 */
export function requireFittingLink(definition: ProviderDefinition, link: Link, providerId: string): void {
  if (link.source_id === providerId) requireOneOf(definition.calls, link, `${definition.name} does not call`)
  if (link.target === providerId) requireOneOf(definition.serves, link, `${definition.name} does not serve`)
}

function requireOneOf(known: readonly string[] | undefined, link: Link, refusal: string): void {
  if (!known) return
  const prefix = `${link.wit_namespace}:${link.wit_package}/`
  const wanted = link.interfaces.map((name) => `${prefix}${name}`)
  if (wanted.some((name) => known.includes(name))) return
  const list = known.length === 0 ? 'no interface at all' : known.join(', ')
  throw new AppError('LINK_REFUSED', `${refusal} ${wanted.join(', ') || `${prefix}*`}, but ${list}`)
}
