import type { Link } from '#washi/lattice/control/schemas.js'
import type { HostId } from '#washi/lattice/ids.js'
import type { Action } from '#washi/apps/planner/action.js'
import type { Attempt } from '#washi/apps/planner/attempt.js'
import type { DesiredApplication } from '#washi/apps/planner/desired.js'
import type { Observed, ObservedComponent, ObservedProvider } from '#washi/apps/planner/observed.js'
import { isSameLink, isSameLinkKey, nextOwned } from '#washi/apps/planner/owned.js'
import type { OwnedByApplication } from '#washi/apps/planner/owned.js'
import { plan } from '#washi/apps/planner/plan.js'
import type { Plan } from '#washi/apps/planner/plan.js'

interface SimulatedHost {
  readonly labels: Readonly<Record<string, string>>
  readonly components: Map<string, ObservedComponent>
  readonly providers: Map<string, Omit<ObservedProvider, 'links'>>
}

/** A lattice in memory in which every action has the effect that it has on a real one, at once. */
export class SimulatedLattice {
  readonly hosts = new Map<HostId, SimulatedHost>()
  readonly configs = new Map<string, Readonly<Record<string, string>>>()
  readonly attempts = new Map<string, Attempt>()
  links: Link[] = []
  owned: OwnedByApplication = {}

  addHost(id: string, labels: Readonly<Record<string, string>>): void {
    this.hosts.set(id as HostId, { labels, components: new Map(), providers: new Map() })
  }

  removeHost(id: string): void {
    this.hosts.delete(id as HostId)
  }

  observe(): Observed {
    return {
      hosts: [...this.hosts.entries()]
        .map(([id, { labels, components, providers }]) => ({
          id,
          labels,
          components: [...components.values()],
          providers: [...providers.values()].map((provider) => ({
            ...provider,
            links: this.#statesOf(provider.id),
          })),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
      links: this.links,
      configs: this.configs,
      owned: this.owned,
      attempts: this.attempts,
    }
  }

  /** Plans and applies until nothing is left to be done; the last plan. Throws where that does not come to an end. */
  converge(
    desired: readonly DesiredApplication[],
    onAction: (action: Action) => void = () => undefined,
  ): Plan {
    for (let round = 0; round < 20; round += 1) {
      this.owned = nextOwned(this.owned, desired, { links: this.links, configs: this.configs })
      const next = plan(desired, this.observe(), 0)
      if (next.actions.length === 0) return next
      for (const action of next.actions) {
        onAction(action)
        this.apply(action)
      }
    }
    throw new Error('the plan does not come to an end')
  }

  apply(action: Action): void {
    switch (action.kind) {
      case 'put-config':
        this.configs.set(action.name, action.values)
        return
      case 'delete-config':
        this.configs.delete(action.name)
        return
      case 'scale-component':
        this.#scale(action)
        return
      case 'start-provider': {
        const { providerId: id, annotations } = action
        const providers = this.hosts.get(action.hostId)?.providers
        if (!providers?.has(id)) providers?.set(id, { id, annotations, health: 'healthy' })
        return
      }
      case 'stop-provider':
        this.hosts.get(action.hostId)?.providers.delete(action.providerId)
        return
      case 'put-link':
      case 'retry-link':
        this.#putLink(action.link)
        return
      case 'delete-link': {
        const index = this.links.findIndex((link) => isSameLinkKey(link, action.link))
        if (index >= 0) this.links = this.links.toSpliced(index, 1)
        return
      }
      default:
        action satisfies never
    }
  }

  /** As on a real host: what runs keeps its image and its annotations until it is stopped. */
  #scale({
    hostId,
    componentId: id,
    image,
    count,
    annotations,
  }: Extract<Action, { kind: 'scale-component' }>): void {
    const components = this.hosts.get(hostId)?.components
    const running = components?.get(id)
    if (count === 0) components?.delete(id)
    else if (running) components?.set(id, { ...running, instances: count })
    else components?.set(id, { id, image, instances: count, annotations })
  }

  #putLink(link: Link): void {
    const isRefused = this.links.some(
      (each) =>
        isSameLinkKey(each, link) &&
        each.target !== link.target &&
        each.interfaces.some((name) => link.interfaces.includes(name)),
    )
    if (isRefused) return
    this.links = [...this.links.filter((each) => !isSameLink(each, link)), link]
  }

  #statesOf(id: string): ObservedProvider['links'] {
    return this.links
      .filter((link) => link.source_id === id || link.target === id)
      .map((link) => ({ ...link, state: 'established' as const }))
  }
}
