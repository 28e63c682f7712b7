import type { LinkedCalls, LinkedCallRequest } from '#washi/host/engine/guest-pool.js'
import { describeMissingLink, describeUnknownLink } from '#washi/host/engine/wasi/missing-link.js'
import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { createTarget } from './served-call.js'

/** Targets by what the link lists, then by the link's name. */
export type Links = Readonly<Record<string, Readonly<Record<string, RpcTarget>>>>

/** The links of a component without a lattice; `calls` has every call that was made. */
export interface TestLinks extends LinkedCalls {
  readonly calls: LinkedCallRequest[]
  /** May be changed at any time: the next call follows. */
  links: Links
}

/** Leads the calls of component `guest` to targets in this process. */
export function createTestLinks(links: Links, componentId = 'guest'): TestLinks {
  const made: TestLinks = {
    calls: [],
    links,
    invoke(request, sink) {
      made.calls.push(request)
      const named = made.links[request.key] ?? {}
      const target = named[request.linkName] ?? missing(componentId, request, Object.keys(named).sort())
      return target.invoke({ ...request, sourceId: componentId }, sink)
    },
    linkNames: (key) => ({ names: Object.keys(made.links[key] ?? {}).sort() }),
  }
  return made
}

function missing(
  componentId: string,
  { key, linkName }: LinkedCallRequest,
  names: readonly string[],
): RpcTarget {
  const message =
    names.length === 0
      ? describeMissingLink(componentId, key)
      : describeUnknownLink({ componentId, linkName, interfaceName: key, names })
  return createTarget(async (call) => call.fail({ kind: 'no-link', message }))
}
