import type { HostId } from '../../lattice/ids.js'
import type { Spread } from '../manifest/manifest.js'
import type { DesiredComponent, DesiredProvider } from './desired.js'
import type { ObservedHost } from './observed.js'
import { defaultSpread, divideOverSpreads, meetsRequirements } from './spread.js'

/** How much is to run on a host, and for which spread. */
export interface Place {
  readonly count: number
  readonly spread: string
}

/** A placement, with a sentence for each spread that no host (or too few) can take. */
export interface Placement {
  readonly places: ReadonlyMap<HostId, Place>
  readonly problems: readonly string[]
}

/** The spread for which something of this scaler runs on a host; undefined where nothing does. */
export type RunningOn = (host: ObservedHost) => string | undefined

/** What placing needs to know. */
export interface PlaceOptions {
  readonly scaler: DesiredComponent | DesiredProvider
  readonly hosts: readonly ObservedHost[]
  readonly runningOn: RunningOn
}

/**
 * Places the instances of a component: each spread's share on one host, for a component runs once a host with so many
 * instances. Hosts where it runs already come first, then hosts that got nothing yet, then by id, so the same lattice
 * always gives the same placement and a finished one stays.
 */
export function placeComponent(options: PlaceOptions): Placement {
  if (options.scaler.everywhere) return placeEverywhere(options, options.scaler.instances)
  const places = new Map<HostId, Place>()
  const problems: string[] = []
  for (const { spread, count } of divideOverSpreads(options.scaler.instances, options.scaler.spreads)) {
    if (count === 0) continue
    const [host] = rankHosts(options, spread, places)
    if (!host) {
      problems.push(unsatisfied(options.scaler, spread, '0/1 eligible hosts found.'))
      continue
    }
    const before = places.get(host.id)
    places.set(host.id, { count: (before?.count ?? 0) + count, spread: before?.spread ?? spread.name })
  }
  return { places, problems }
}

/** Places a provider: once a host, each spread's share on as many hosts. */
export function placeProvider(options: PlaceOptions): Placement {
  if (options.scaler.everywhere) return placeEverywhere(options, Math.min(1, options.scaler.instances))
  const places = new Map<HostId, Place>()
  const problems: string[] = []
  for (const { spread, count } of divideOverSpreads(options.scaler.instances, options.scaler.spreads)) {
    const free = rankHosts(options, spread, places).filter(({ id }) => !places.has(id))
    const chosen = free.slice(0, count)
    for (const { id } of chosen) places.set(id, { count: 1, spread: spread.name })
    if (chosen.length < count) {
      problems.push(unsatisfied(options.scaler, spread, `${chosen.length}/${count} eligible hosts found.`))
    }
  }
  return { places, problems }
}

function placeEverywhere({ scaler, hosts }: PlaceOptions, count: number): Placement {
  const places = new Map<HostId, Place>()
  const problems: string[] = []
  for (const spread of scaler.spreads.length === 0 ? [defaultSpread] : scaler.spreads) {
    const eligible = hosts.filter(({ labels }) => meetsRequirements(labels, spread.requirements))
    if (eligible.length === 0) problems.push(unsatisfied(scaler, spread, '0 eligible hosts found.'))
    if (count === 0) continue
    for (const { id } of eligible) if (!places.has(id)) places.set(id, { count, spread: spread.name })
  }
  return { places, problems }
}

function rankHosts(
  { hosts, runningOn }: PlaceOptions,
  spread: Spread,
  taken: ReadonlyMap<HostId, Place>,
): readonly ObservedHost[] {
  const rank = (host: ObservedHost): number => {
    const running = runningOn(host)
    if (running === spread.name && !taken.has(host.id)) return 0
    return (taken.has(host.id) ? 4 : 0) + (running === undefined ? 2 : 1)
  }
  return hosts
    .filter(({ labels }) => meetsRequirements(labels, spread.requirements))
    .toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
}

function unsatisfied(scaler: DesiredComponent | DesiredProvider, spread: Spread, found: string): string {
  const what = scaler.everywhere ? 'daemonscaler' : 'spread'
  const needs = Object.entries(spread.requirements).map(([key, value]) => `${key}=${value}`)
  const wanted = needs.length === 0 ? '' : ` It needs a host with ${needs.join(' and ')}`
  return `Could not satisfy ${what} ${spread.name} for ${scaler.image}, ${found}${wanted}`
}
