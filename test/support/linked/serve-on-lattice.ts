import { silentLogger } from '#washi/core/log.js'
import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { WrpcServer } from '#washi/lattice/wrpc/server.js'
import { wrpcPrefix } from '#washi/lattice/wrpc/subjects.js'
import { createCompletionScanner } from '#washi/wit/codec/completion-scanner.js'
import { createTupleCodec } from '#washi/wit/codec/create-tuple-codec.js'
import type { WireInterface } from '#washi/wit/wire/wire-interface.js'

/** Answers calls of the lattice to `id`, as a provider outside of any host does. */
export function serveOnLattice(
  connection: LatticeConnection,
  id: string,
  interfaces: readonly WireInterface[],
  target: RpcTarget,
): WrpcServer {
  const functions = interfaces.flatMap(({ name: instance, functions: all }) =>
    all.map(({ name, params, result }) => {
      const types = params.map((param) => param.type)
      return {
        instance,
        function: name,
        asyncParams: createTupleCodec(types).asyncPaths,
        asyncResults: createTupleCodec(result === undefined ? [] : [result]).asyncPaths,
        createScanner: () => createCompletionScanner(types),
      }
    }),
  )
  return new WrpcServer(connection, {
    prefix: wrpcPrefix(connection.lattice, id),
    functions,
    target,
    log: silentLogger,
  })
}
