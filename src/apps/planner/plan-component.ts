import { keyed } from './action.js'
import type { Action } from './action.js'
import type { DesiredComponent } from './desired.js'
import { annotation, applicationOf, describeHost, managedAnnotations } from './observed.js'
import type { ObservedComponent, ObservedHost } from './observed.js'
import type { PartContext, PartPlan } from './part-plan.js'
import { describeTargets, settle } from './part-plan.js'
import { placeComponent } from './place-instances.js'
import type { Place } from './place-instances.js'

/** What is to be done on the hosts for a component: so many instances where they were placed, none of ours elsewhere. */
export function planComponent({ application, observed }: PartContext, scaler: DesiredComponent): PartPlan {
  const { places, problems } = placeComponent({
    scaler,
    hosts: observed.hosts,
    runningOn: (host) => runningFor(host, scaler)?.annotations[annotation.spread],
  })
  const decisions = observed.hosts.map((host) =>
    decide({ application: application.name, scaler, host, place: places.get(host.id) }),
  )
  const wanted = decisions.flatMap(({ action }) => action ?? [])
  const isRemovalOnly = wanted.length > 0 && wanted.every(({ hostId }) => !places.has(hostId))
  return settle({
    wanted,
    attempts: observed.attempts,
    problems: [...problems, ...decisions.flatMap(({ problem }) => problem ?? [])],
    doing: isRemovalOnly
      ? 'Found components running on ineligible hosts, removing them.'
      : `Scaling component on ${wanted.length} host(s): ${describeTargets(wanted, observed.hosts)}`,
  })
}

type Scale = Extract<Action, { readonly kind: 'scale-component' }>

interface Decision {
  readonly action?: Scale
  readonly problem?: string
}

interface DecideOptions {
  readonly application: string
  readonly scaler: DesiredComponent
  readonly host: ObservedHost
  readonly place: Place | undefined
}

function decide({ application, scaler, host, place }: DecideOptions): Decision {
  const running = host.components.find(({ id }) => id === scaler.componentId)
  const count = place?.count ?? 0
  const scaleTo = (to: number): Decision => ({
    action: keyed({
      kind: 'scale-component',
      application,
      hostId: host.id,
      componentId: scaler.componentId,
      image: to === 0 ? (running?.image ?? scaler.image) : scaler.image,
      count: to,
      annotations: {
        ...managedAnnotations(application, scaler.id, place?.spread ?? 'default'),
        ...scaler.annotations,
      },
      config: scaler.configs.map(({ name }) => name),
    }),
  })
  if (!running) return count === 0 ? {} : scaleTo(count)
  if (applicationOf(running.annotations) === application) {
    // Another image or other configs: a host keeps image and annotations of what runs, so it has to stop first.
    if (isOutdated(running, scaler)) return scaleTo(0)
    return running.instances === count ? {} : scaleTo(count)
  }
  if (count === 0) return {}
  if (running.image !== scaler.image) return { problem: foreign(scaler, host, running) }
  return running.instances === count ? {} : scaleTo(count)
}

function isOutdated(running: ObservedComponent, scaler: DesiredComponent): boolean {
  if (running.annotations[annotation.scaler] !== scaler.id) return true
  return Object.entries(scaler.annotations).some(([key, value]) => running.annotations[key] !== value)
}

function runningFor(host: ObservedHost, scaler: DesiredComponent): ObservedComponent | undefined {
  return host.components.find(
    ({ id, annotations }) => id === scaler.componentId && annotations[annotation.scaler] === scaler.id,
  )
}

function foreign(
  { componentId, image }: DesiredComponent,
  host: ObservedHost,
  running: ObservedComponent,
): string {
  return `Component ${componentId} already runs ${running.image} on host ${describeHost(host)}, not ${image}: stop it first`
}
