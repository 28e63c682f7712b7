import type { HttpTarget } from '../http-exchange.js'
import type { Colocation, GuestLogLine, LinkedCalls } from '../engine/guest-pool.js'
import type { LinkTable } from '../links/link-table.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { describeNoLink } from './describe-no-link.js'
import { createHttpOverRpc } from './http-over-rpc.js'
import { refuseCall } from './refused-call.js'

/** What a router works with. Targets are looked for at each call: links, code and places change at run time. */
export interface RouterOptions {
  readonly links: LinkTable
  /** The component of that id on this host, as a target of calls. */
  readonly findComponent: (id: string) => (RpcTarget & HttpTarget) | undefined
  /** The embedded provider of that id on this host, where it serves something. */
  readonly findProvider: (id: string) => RpcTarget | undefined
  /** The component of that id for the threads of others, where it may run there. */
  readonly findColocation: (id: string) => Colocation | undefined
  /** Writes down what a component said. */
  readonly logAs: (id: string, line: GuestLogLine) => void
  /** Whoever answers to that id elsewhere on the lattice. */
  readonly remote: (id: string) => RpcTarget
}

/** Finds out where calls go. */
export interface Router {
  /** How the imports of a component reach what is linked to them. */
  linkedCalls(componentId: string): LinkedCalls
  /** Whoever answers to that id: on this host, else elsewhere on the lattice. */
  target(id: string): RpcTarget
  /** The same for requests, as `sourceId`. */
  httpTarget(id: string, sourceId: string): HttpTarget
}

/** Creates the router of one host. */
export function createRouter(options: RouterOptions): Router {
  const { links, findComponent, findProvider, findColocation, logAs, remote } = options
  const find = (id: string): RpcTarget => findComponent(id) ?? findProvider(id) ?? remote(id)
  const target = (id: string): RpcTarget => ({ invoke: (request, sink) => find(id).invoke(request, sink) })
  return {
    target,
    linkedCalls: (componentId) => ({
      invoke({ key, ...request }, sink) {
        const routes = links.routesOf(componentId)
        const targetId = routes.find(key, request.linkName)
        if (targetId !== undefined) return find(targetId).invoke({ ...request, sourceId: componentId }, sink)
        const unlinked = { sourceId: componentId, key, linkName: request.linkName }
        return refuseCall(sink, { kind: 'no-link', message: describeNoLink(unlinked, routes) })
      },
      linkNames: (key) => ({ names: links.routesOf(componentId).namesFor(key) }),
      colocate(key, linkName) {
        const targetId = links.routesOf(componentId).find(key, linkName)
        return targetId === undefined ? undefined : findColocation(targetId)
      },
      logAs,
    }),
    httpTarget(id, sourceId) {
      const elsewhere = createHttpOverRpc(target(id), { sourceId, linkName: 'default' })
      return {
        handleHttp: (head, hasBody, sink) =>
          (findComponent(id) ?? elsewhere).handleHttp(head, hasBody, sink, sourceId),
      }
    },
  }
}
