import type { Logger } from '../../core/log.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { ServedFunction } from '../../lattice/wrpc/served-function.js'
import { WrpcServer } from '../../lattice/wrpc/server.js'
import { wrpcPrefix } from '../../lattice/wrpc/subjects.js'
import { asyncPathsOf } from '../../wit/codec/async-paths.js'
import { createCompletionScanner } from '../../wit/codec/completion-scanner.js'
import type { WireInterface } from '../../wit/wire/wire-interface.js'
import type { RpcTarget } from '../rpc-exchange.js'
import type { ComponentServing } from './component-server.js'

/** Serves what a provider serves, on the subjects of its id. */
export type ServeProvider = (provider: {
  readonly id: string
  readonly wire: readonly WireInterface[]
  readonly target: RpcTarget
}) => ComponentServing

/** Serves the providers of one host. */
export function createProviderServer(connection: LatticeConnection, log: Logger): ServeProvider {
  return ({ id, wire, target }) =>
    new WrpcServer(connection, {
      prefix: wrpcPrefix(connection.lattice, id),
      functions: wire.flatMap(servedFunctions),
      target,
      log: log.child({ provider: id }),
    })
}

function servedFunctions({ name: instance, functions }: WireInterface): readonly ServedFunction[] {
  return functions.map(({ name, params, result }): ServedFunction => {
    const types = params.map(({ type }) => type)
    return {
      instance,
      function: name,
      asyncParams: types.flatMap((type, index) => asyncPathsOf(type, String(index))),
      asyncResults: result ? asyncPathsOf(result, '0') : [],
      createScanner: () => createCompletionScanner(types),
    }
  })
}
