import type { Clock } from '../../core/clock.js'
import { within } from '../../core/within.js'
import type { Provider } from '../provider.js'
import type { ProviderTimings } from './provider-timings.js'

/** What timedProvider() needs. */
export interface TimedProviderOptions {
  readonly clock: Clock
  readonly timings: ProviderTimings
}

/** The same provider, each of whose methods ends in time, and fails with a rejection only. Calls are not bounded here. */
export function timedProvider(provider: Provider, { clock, timings }: TimedProviderOptions): Provider {
  const timed = <T>(ms: number, otherwise: string, action: () => Promise<T>): Promise<T> =>
    // In a function of its own: what throws at once rejects, too.
    within((async () => await action())(), { clock, ms, otherwise })
  const { startMs, linkMs, healthMs, stopMs } = timings
  return {
    ended: provider.ended,
    stopsWithLinks: provider.stopsWithLinks,
    start: () => timed(startMs, 'it did not start', () => provider.start()),
    linkAsSource: (link) => timed(linkMs, 'it did not take the link', () => provider.linkAsSource(link)),
    linkAsTarget: (link) => timed(linkMs, 'it did not take the link', () => provider.linkAsTarget(link)),
    unlink: (link) => timed(linkMs, 'it did not let go of the link', () => provider.unlink(link)),
    health: () => timed(healthMs, 'it did not answer', () => provider.health()),
    stop: () => timed(stopMs, 'it did not stop', () => provider.stop()),
    ...withOptional(provider, (action) => timed(linkMs, 'it did not take over its configuration', action)),
  }
}

function withOptional(
  provider: Provider,
  timed: (action: () => Promise<void>) => Promise<void>,
): Pick<Provider, 'call' | 'configure'> {
  const { call, configure } = provider
  return {
    ...(call ? { call: async (request) => await call.call(provider, request) } : {}),
    ...(configure
      ? { configure: (values) => timed(async () => await configure.call(provider, values)) }
      : {}),
  }
}
