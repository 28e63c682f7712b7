import { keyed } from './action.js'
import type { Action } from './action.js'
import type { DesiredProvider } from './desired.js'
import { annotation, applicationOf, managedAnnotations } from './observed.js'
import type { ObservedHost, ObservedProvider } from './observed.js'
import type { PartContext, PartPlan } from './part-plan.js'
import { describeTargets, settle } from './part-plan.js'
import { placeProvider } from './place-instances.js'
import type { Place } from './place-instances.js'

/** What is to be done on the hosts for a provider; one of the same id that somebody else started counts as running. */
export function planProvider({ application, observed }: PartContext, scaler: DesiredProvider): PartPlan {
  const { places, problems } = placeProvider({
    scaler,
    hosts: observed.hosts,
    runningOn: (host) => findProvider(host, scaler.providerId)?.annotations[annotation.spread],
  })
  const wanted = observed.hosts.flatMap((host) =>
    decide({ application: application.name, scaler, host, place: places.get(host.id) }),
  )
  const running = observed.hosts.flatMap((host) =>
    places.has(host.id) ? (findProvider(host, scaler.providerId) ?? []) : [],
  )
  const health = running.map(healthOf)
  const unhealthy = health.filter((each) => each === 'failed').length
  const pending = health.filter((each) => each === 'pending').length
  const troubles = running.flatMap(({ trouble }) => trouble ?? [])
  const isRemovalOnly = wanted.length > 0 && wanted.every(({ kind }) => kind === 'stop-provider')
  return settle({
    wanted,
    attempts: observed.attempts,
    problems: [
      ...problems,
      ...troubles,
      ...(unhealthy > troubles.length ? [`Unhealthy provider on ${unhealthy} host(s)`] : []),
    ],
    doing: isRemovalOnly
      ? 'Found providers running on ineligible hosts, removing them.'
      : `Scaling provider on ${wanted.length} host(s): ${describeTargets(wanted, observed.hosts)}`,
    waitingFor: pending > 0 ? `Waiting for the provider to be healthy on ${pending} host(s)` : '',
  })
}

interface DecideOptions {
  readonly application: string
  readonly scaler: DesiredProvider
  readonly host: ObservedHost
  readonly place: Place | undefined
}

function decide({ application, scaler, host, place }: DecideOptions): Action[] {
  const running = findProvider(host, scaler.providerId)
  const { providerId } = scaler
  const isOurs = running !== undefined && applicationOf(running.annotations) === application
  if (running && isOurs && (!place || running.annotations[annotation.scaler] !== scaler.id)) {
    return [keyed({ kind: 'stop-provider', application, hostId: host.id, providerId })]
  }
  if (running || !place) return []
  return [
    keyed({
      kind: 'start-provider',
      application,
      hostId: host.id,
      providerId,
      image: scaler.image,
      annotations: managedAnnotations(application, scaler.id, place.spread),
      config: scaler.configs.map(({ name }) => name),
    }),
  ]
}

function findProvider(host: ObservedHost, providerId: string): ObservedProvider | undefined {
  return host.providers.find(({ id }) => id === providerId)
}

function healthOf({ health, links = [] }: ObservedProvider): ObservedProvider['health'] {
  // Whoever has taken a link is up, even if its first health check is still to come.
  return health === 'pending' && links.some(({ state }) => state === 'established') ? 'healthy' : health
}
