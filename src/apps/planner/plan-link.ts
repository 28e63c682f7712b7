import type { ProviderLinkState } from '../../lattice/control/inventory-schemas.js'
import type { Link } from '../../lattice/control/schemas.js'
import { keyed } from './action.js'
import type { DesiredLink, SharedEnd } from './desired.js'
import type { Observed } from './observed.js'
import { isSameLink, isSameLinkKey } from './owned.js'
import type { PartContext, PartPlan } from './part-plan.js'
import { settle } from './part-plan.js'

/**
 * What is to be done for a link. It counts as deployed once it is stored and every provider at its ends that tells so
 * has established it; a link that a provider refused is deleted and put again, later and later.
 */
export function planLink({ application, observed }: PartContext, { link, shared }: DesiredLink): PartPlan {
  const { attempts } = observed
  const doing = `Putting link definition between ${link.source_id} and ${link.target}`
  const refusal = statesOf({ application, observed }, link).states.find(({ state }) => state === 'failed')
  const reason = refusal?.error ?? `The provider refused the link from ${link.source_id} to ${link.target}`
  const retry = keyed({ kind: 'retry-link', application: application.name, link, reason })
  const retrying = attempts.get(retry.key)
  if (retrying?.state === 'in-flight') return settle({ wanted: [retry], attempts, doing })
  if (!observed.links.some((each) => isEqualLink(each, link))) {
    if (isBlocked(observed, application.name, link)) {
      return settle({ wanted: [], attempts, doing, waitingFor: `Replacing the link from ${link.source_id}` })
    }
    const put = keyed({ kind: 'put-link', application: application.name, link })
    return settle({ wanted: [put], attempts, doing })
  }
  const { states, hasAll } = statesOf({ application, observed }, link)
  const refused = states.find(({ state }) => state === 'failed')
  if (refused) {
    const reason =
      refused.error ?? `The provider refused the link between ${link.source_id} and ${link.target}`
    return settle({ wanted: [retry], attempts, doing, problems: retrying?.failures ? [] : [reason] })
  }
  const absent = shared.find((end) => !isRunning(observed, end))
  if (absent) {
    const what = `the ${absent.kind} ${absent.id}, which the application "${absent.application}" shares`
    return settle({ wanted: [], attempts, doing, waitingFor: `Waiting for ${what}` })
  }
  const isEstablished = hasAll && states.every(({ state }) => state === 'established')
  if (isEstablished) return settle({ wanted: [], attempts, doing })
  const waitingFor = `Waiting for the provider to establish the link between ${link.source_id} and ${link.target}`
  // A try that has failed is remembered until the link stands, so that the status does not flap.
  return settle({ wanted: retrying?.failures ? [retry] : [], attempts, doing, waitingFor })
}

/** Whether two links are equal in every field. */
export function isEqualLink(a: Link, b: Link): boolean {
  return (
    isSameLink(a, b) &&
    isSameList(a.interfaces, b.interfaces) &&
    isSameList(a.source_config, b.source_config) &&
    isSameList(a.target_config, b.target_config)
  )
}

/** Whether an old link of this application is still in the way of a new one, which would be refused. */
function isBlocked({ links, owned }: Observed, application: string, link: Link): boolean {
  return links.some(
    (each) =>
      isSameLinkKey(each, link) &&
      each.target !== link.target &&
      (owned[application]?.links ?? []).some((own) => isSameLink(own, each)),
  )
}

function isRunning({ hosts }: Observed, { id, kind }: SharedEnd): boolean {
  return hosts.some(({ components, providers }) =>
    (kind === 'component' ? components : providers).some((each) => each.id === id),
  )
}

interface LinkStates {
  readonly states: readonly ProviderLinkState[]
  /** Whether every provider at the ends runs and has said something, as far as it tells. */
  readonly hasAll: boolean
}

function statesOf({ application, observed }: PartContext, link: Link): LinkStates {
  const ends = [link.source_id, link.target]
  const providers = observed.hosts.flatMap(({ providers }) => providers.filter(({ id }) => ends.includes(id)))
  const told = providers.map(({ links }) => ({
    isTelling: links !== undefined,
    state: links?.find((each) => isSameTriple(each, link)),
  }))
  const awaited = application.scalers.flatMap((scaler) =>
    scaler.kind === 'provider' && ends.includes(scaler.providerId) && scaler.instances > 0
      ? [scaler.providerId]
      : [],
  )
  const areRunning = awaited.every((id) => providers.some((provider) => provider.id === id))
  return {
    states: told.flatMap(({ state }) => state ?? []),
    hasAll: areRunning && told.every(({ isTelling, state }) => !isTelling || state !== undefined),
  }
}

function isSameTriple(state: ProviderLinkState, link: Link): boolean {
  return (
    state.source_id === link.source_id &&
    state.target === link.target &&
    state.name === link.name &&
    state.wit_namespace === link.wit_namespace &&
    state.wit_package === link.wit_package
  )
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
