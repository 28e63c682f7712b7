import type { HttpCall, HttpTarget } from './http-exchange.js'

/** Finds the pool that answers for a component now; undefined where it does not run on this host. */
export type FindTarget = (componentId: string) => HttpTarget | undefined

/**
 * A target that looks for its component at each call, so that a link may exist before the component, and outlive it.
 * Calls while nothing answers fail as `unavailable`.
 */
export function createHttpTarget(componentId: string, find: FindTarget): HttpTarget {
  return {
    handleHttp(head, hasBody, sink) {
      const target = find(componentId)
      if (target) return target.handleHttp(head, hasBody, sink)
      let cancelled = false
      // After the return, so that the caller holds the call when it hears of its end.
      queueMicrotask(() => {
        if (cancelled) return
        sink.onFailure({
          kind: 'unavailable',
          message: `component "${componentId}" does not run on this host`,
        })
      })
      return { ...deadCall, cancel: () => void (cancelled = true) }
    },
  }
}

const deadCall: HttpCall = {
  write: () => true,
  end: () => undefined,
  resume: () => undefined,
  cancel: () => undefined,
}
