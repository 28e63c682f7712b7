import type { WrpcClient } from '../../lattice/wrpc/client.js'
import { wrpcPrefix } from '../../lattice/wrpc/subjects.js'
import type { RpcTarget } from '../rpc-exchange.js'

/** Whoever answers to an id on the lattice, over wRPC. */
export function createRemoteTarget(
  client: WrpcClient,
  { lattice, id }: { readonly lattice: string; readonly id: string },
): RpcTarget {
  const prefix = wrpcPrefix(lattice, id)
  return {
    invoke: (request, sink) =>
      client.invoke(
        request,
        { prefix },
        {
          onResult: (results) => sink.onResult(results),
          onData: (path, bytes) => sink.onData(path, bytes),
          onDataEnd: (path) => sink.onDataEnd(path),
          onEnd: () => sink.onEnd(),
          onDrain: (path) => sink.onDrain(path),
          onFailure: ({ kind, message }) => {
            const hint = kind === 'unavailable' ? '; run "washi get inventory" to see what runs' : ''
            sink.onFailure({ kind, message: `${message}${hint}` })
          },
        },
      ),
  }
}
