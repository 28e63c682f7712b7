import type { LinkInput, LinkKey } from '../../lattice/control/schemas.js'
import type { PutLinkOutcome } from '../../lattice/operations/put-link.js'

/** As wash says it, and where it is not yet in effect, that. */
export function renderLinkPut({ source_id, target }: LinkInput, { state }: PutLinkOutcome): string {
  const published = `Published link (${source_id}) -> (${target}) successfully`
  return state === 'established' ? `${published}, and its provider took it` : published
}

/** As wash says it. */
export function renderLinkDeleted({ source_id, wit_namespace, wit_package, name }: LinkKey): string {
  return `Deleted link for ${source_id} on ${wit_namespace}:${wit_package} (${name}) successfully`
}
