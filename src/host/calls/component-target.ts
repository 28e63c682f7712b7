import { incomingHandler } from '../../wit/wire/http.js'
import type { GuestPool } from '../engine/guest-pool.js'
import type { HttpTarget } from '../http-exchange.js'
import type { RpcTarget } from '../rpc-exchange.js'
import { createRpcOverHttp } from './rpc-over-http.js'

/** A component that runs here as others call it: what has another form on the wire is brought to that of the guest. */
export function createComponentTarget(pool: GuestPool): RpcTarget & HttpTarget {
  const http = createRpcOverHttp(pool)
  return {
    handleHttp: (head, hasBody, sink) => pool.handleHttp(head, hasBody, sink),
    invoke: (request, sink) =>
      (request.instance === incomingHandler.name ? http : pool).invoke(request, sink),
  }
}
