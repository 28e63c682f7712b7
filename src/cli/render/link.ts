import type { EndComparison } from '../../session/links/compare-link.js'
import type { Link, LinkInput, LinkKey } from '../../lattice/control/schemas.js'
import type { PutLinkOutcome } from '../../lattice/operations/put-link.js'

/** As wash says it, and where it is not yet in effect, that. */
export function renderLinkPut({ source_id, target }: LinkInput, { state, replaced }: PutLinkOutcome): string {
  const instead = replaced ? `, in place of the one to ${replaced.target}` : ''
  const published = `Published link (${source_id}) -> (${target}) successfully${instead}`
  return state === 'established' ? `${published}, and its provider took it` : published
}

/** What does not fit, and what could not be looked at; nothing of ends that do not run. */
export function renderComparison(ends: readonly EndComparison[]): readonly string[] {
  return ends.flatMap(({ id, end, compared, missing, has }) => {
    if (compared.startsWith('not compared')) return [`note: "${id}" was ${compared}`]
    if (missing.length === 0) return []
    const verb = end === 'source' ? 'import' : 'export'
    const list = has.length === 0 ? 'nothing' : has.join(', ')
    return [`warning: "${id}" does not ${verb} ${missing.join(', ')}; by ${compared} it ${verb}s ${list}`]
  })
}

/** As wash says it. */
export function renderLinkDeleted({ source_id, wit_namespace, wit_package, name }: LinkKey): string {
  return `Deleted link for ${source_id} on ${wit_namespace}:${wit_package} (${name}) successfully`
}

/** As wash says it, with the links. */
export function renderLinksDeleted(links: readonly Link[]): string {
  return [`Deleted all links (${links.length}) successfully`, ...links.map(renderLinkDeleted)].join('\n')
}
