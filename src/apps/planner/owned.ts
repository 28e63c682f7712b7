import type { Link } from '../../lattice/control/schemas.js'
import type { DesiredApplication } from './desired.js'

/**
 * The links and configs that were put for applications. Nothing on the lattice says whose a link or a config is, so the
 * manager writes it down before it puts one, and takes it off the list once it is gone.
 */
export type OwnedByApplication = Readonly<Record<string, Owned>>

/** What belongs to one application. */
export interface Owned {
  readonly links: readonly Link[]
  readonly configs: readonly string[]
}

/** What is on the lattice, as far as ownership is concerned. */
export interface Present {
  readonly links: readonly Link[]
  readonly configs: ReadonlyMap<string, unknown>
}

/** The list as it has to be before the next actions: with all that is desired, without what is neither desired nor there. */
export function nextOwned(
  owned: OwnedByApplication,
  desired: readonly DesiredApplication[],
  present: Present,
): OwnedByApplication {
  const byName = new Map(desired.map((application) => [application.name, application]))
  const names = [...new Set([...Object.keys(owned), ...byName.keys()])].sort()
  return Object.fromEntries(
    names
      .map((name) => [name, nextOf(owned[name], byName.get(name), present)] as const)
      .filter(([, { links, configs }]) => links.length + configs.length > 0),
  )
}

/** Whether two links are put, replaced and deleted as one: all but interfaces and configs are equal. */
export function isSameLink(a: Link, b: Link): boolean {
  return isSameLinkKey(a, b) && a.target === b.target
}

/** Whether two links differ in target, interfaces and configs at most. */
export function isSameLinkKey(a: Link, b: Link): boolean {
  return (
    a.source_id === b.source_id &&
    a.name === b.name &&
    a.wit_namespace === b.wit_namespace &&
    a.wit_package === b.wit_package
  )
}

/** The configs with values, thus the own ones, of an application. */
export function ownConfigsOf(application: DesiredApplication): readonly string[] {
  const names = application.scalers.flatMap(({ configs }) => configs.filter(({ values }) => values))
  return [...new Set(names.map(({ name }) => name))].sort()
}

/** The links of an application. */
export function linksOfApplication(application: DesiredApplication): readonly Link[] {
  return application.scalers.flatMap((scaler) => (scaler.kind === 'link' ? [scaler.link] : []))
}

function nextOf(before: Owned | undefined, desired: DesiredApplication | undefined, present: Present): Owned {
  const links = desired ? linksOfApplication(desired) : []
  const configs = desired ? ownConfigsOf(desired) : []
  const oldLinks = (before?.links ?? []).filter(
    (link) =>
      !links.some((each) => isSameLink(each, link)) && present.links.some((each) => isSameLink(each, link)),
  )
  const oldConfigs = (before?.configs ?? []).filter(
    (name) => !configs.includes(name) && present.configs.has(name),
  )
  return { links: [...links, ...oldLinks], configs: [...configs, ...oldConfigs].sort() }
}
