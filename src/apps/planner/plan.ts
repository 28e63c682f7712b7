import type { Action } from './action.js'
import type { DesiredApplication, DesiredScaler } from './desired.js'
import type { Observed } from './observed.js'
import { settle, toScalerStatus } from './part-plan.js'
import type { PartContext, PartPlan } from './part-plan.js'
import { planComponent } from './plan-component.js'
import { planConfigs } from './plan-configs.js'
import { planLink } from './plan-link.js'
import { planProvider } from './plan-provider.js'
import { planRemovals } from './plan-removals.js'
import { summarizeStatus } from './status.js'
import type { ApplicationStatus } from './status.js'

/** What to do now, and how every application stands. */
export interface Plan {
  /** Removals first; without those in flight or waiting for their next try. */
  readonly actions: readonly Action[]
  /** Keys of all actions that are wanted, in flight or not: attempts under other keys are history. */
  readonly wanted: ReadonlySet<string>
  /** By application: all deployed ones, and those of which something is still to be removed. */
  readonly statuses: ReadonlyMap<string, ApplicationStatus>
  /** When to plan again if no event comes before; undefined if time alone changes nothing. */
  readonly wakeAt: number | undefined
}

/**
 * Compares what applications want with what the lattice has. Pure and deterministic: the same input gives the same
 * plan, and when its actions have had their effect, the next plan has none.
 */
export function plan(desired: readonly DesiredApplication[], observed: Observed, now: number): Plan {
  const removals = planRemovals(desired, observed)
  const statuses = new Map<string, ApplicationStatus>()
  const wanted: Action[] = [...removals.values()].flat()
  for (const application of desired.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const parts = application.scalers.map((scaler) => ({
      scaler,
      part: planScaler({ application, observed }, scaler),
    }))
    wanted.push(...parts.flatMap(({ part }) => part.wanted))
    const scalers = parts.map(({ scaler, part }) => toScalerStatus(scaler, part.info))
    statuses.set(application.name, summarizeStatus(scalers, application.revision))
  }
  for (const [name, actions] of removals) {
    statuses.set(name, withRemovals(statuses.get(name), actions, observed))
  }
  return { ...selectActions(wanted, observed, now), statuses }
}

function planScaler(context: PartContext, scaler: DesiredScaler): PartPlan {
  const { refusal } = context.application
  if (refusal !== undefined) return { wanted: [], info: { type: 'failed', message: refusal } }
  if (context.observed.hosts.length === 0) {
    return { wanted: [], info: { type: 'waiting', message: noHostsMessage } }
  }
  const configs = planConfigs(context, scaler)
  if (configs) return configs
  switch (scaler.kind) {
    case 'component':
      return planComponent(context, scaler)
    case 'provider':
      return planProvider(context, scaler)
    case 'link':
      return planLink(context, scaler)
    default:
      return scaler satisfies never
  }
}

const noHostsMessage = 'Lattice contains no hosts, deployment not started.'

function withRemovals(
  status: ApplicationStatus | undefined,
  actions: readonly Action[],
  { attempts }: Observed,
): ApplicationStatus {
  const { info } = settle({
    wanted: actions,
    attempts,
    doing: `Removing ${actions.length} part(s) that are not wanted`,
  })
  if (!status) return { status: info, scalers: [] }
  if (status.status.type === 'failed') return status
  const messages = [status.status.message, info.message].filter((message) => message !== '')
  return { ...status, status: { type: info.type, message: messages.join(', ') } }
}

function selectActions(
  wanted: readonly Action[],
  { attempts }: Observed,
  now: number,
): Pick<Plan, 'actions' | 'wanted' | 'wakeAt'> {
  const byKey = new Map(wanted.map((action) => [action.key, action]))
  const held = [...byKey.keys()].flatMap((key) => {
    const attempt = attempts.get(key)
    return attempt && attempt.until > now ? [{ key, until: attempt.until }] : []
  })
  const heldKeys = new Set(held.map(({ key }) => key))
  return {
    actions: [...byKey.values()].filter(({ key }) => !heldKeys.has(key)),
    wanted: new Set(byKey.keys()),
    wakeAt: held.length === 0 ? undefined : Math.min(...held.map(({ until }) => until)),
  }
}
