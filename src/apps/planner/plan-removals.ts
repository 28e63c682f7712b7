import { keyed } from './action.js'
import type { Action } from './action.js'
import type { DesiredApplication } from './desired.js'
import { annotation, applicationOf } from './observed.js'
import type { Observed, ObservedHost } from './observed.js'
import { isSameLink, linksOfApplication, ownConfigsOf } from './owned.js'

/**
 * What has to go: components and providers that carry a manager's annotations but no deployed application wants, links
 * and configs that were put for one and are wanted no more. Configs go last: what uses them has to be gone first.
 */
export function planRemovals(
  desired: readonly DesiredApplication[],
  observed: Observed,
): ReadonlyMap<string, readonly Action[]> {
  const byName = new Map(desired.map((application) => [application.name, application]))
  const removals = new Map<string, Action[]>()
  const add = (action: Action): void => {
    removals.set(action.application, [...(removals.get(action.application) ?? []), action])
  }
  for (const action of observed.hosts.flatMap((host) => removalsOnHost(host, byName))) add(action)
  for (const action of linkRemovals(byName, observed)) add(action)
  for (const action of configRemovals(byName, observed)) if (!removals.has(action.application)) add(action)
  return removals
}

function removalsOnHost(host: ObservedHost, byName: ReadonlyMap<string, DesiredApplication>): Action[] {
  const isWanted = (kind: 'component' | 'provider', application: string, id: string): boolean =>
    byName.get(application)?.scalers.some((scaler) => scaler.kind === kind && scaler.name === id) ?? false
  const components = host.components.flatMap(({ id, image, annotations }) => {
    const application = applicationOf(annotations)
    if (application === undefined || isWanted('component', application, id)) return []
    return keyed({
      kind: 'scale-component',
      application,
      hostId: host.id,
      componentId: id,
      image,
      count: 0,
      annotations: pickManaged(annotations),
      config: [],
    })
  })
  const providers = host.providers.flatMap(({ id, annotations }) => {
    const application = applicationOf(annotations)
    if (application === undefined || isWanted('provider', application, id)) return []
    return keyed({ kind: 'stop-provider', application, hostId: host.id, providerId: id })
  })
  return [...components, ...providers]
}

function linkRemovals(byName: ReadonlyMap<string, DesiredApplication>, { owned, links }: Observed): Action[] {
  const wanted = [...byName.values()].flatMap(linksOfApplication)
  return Object.entries(owned).flatMap(([application, own]) =>
    own.links
      .filter(
        (link) =>
          links.some((each) => isSameLink(each, link)) && !wanted.some((each) => isSameLink(each, link)),
      )
      .map((link) => keyed({ kind: 'delete-link', application, link })),
  )
}

function configRemovals(
  byName: ReadonlyMap<string, DesiredApplication>,
  { owned, configs }: Observed,
): Action[] {
  const wanted = new Set([...byName.values()].flatMap(ownConfigsOf))
  return Object.entries(owned).flatMap(([application, own]) =>
    own.configs
      .filter((name) => configs.has(name) && !wanted.has(name))
      .map((name) => keyed({ kind: 'delete-config', application, name })),
  )
}

function pickManaged(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const keys: readonly string[] = Object.values(annotation)
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => keys.includes(key)))
}
