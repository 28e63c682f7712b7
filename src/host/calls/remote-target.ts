import type { WrpcClient } from '../../lattice/wrpc/client.js'
import { wrpcPrefix } from '../../lattice/wrpc/subjects.js'
import type { RpcRequest, RpcTarget } from '../rpc-exchange.js'

/** As whom the command line calls. */
const commandLine = 'wash'

/** Who is called. */
export interface RemoteParty {
  readonly lattice: string
  readonly id: string
  /** Longest wait for the whole answer. Default: the greatest execution time. */
  readonly timeoutMs?: number | undefined
}

/** Whoever answers to an id on the lattice, over wRPC. */
export function createRemoteTarget(client: WrpcClient, { lattice, id, timeoutMs }: RemoteParty): RpcTarget {
  const prefix = wrpcPrefix(lattice, id)
  return {
    invoke: (request, sink) =>
      client.invoke(
        request,
        { prefix, acceptMs: timeoutMs, deadlineMs: timeoutMs },
        {
          onResult: (results) => sink.onResult(results),
          onData: (path, bytes) => sink.onData(path, bytes),
          onDataEnd: (path) => sink.onDataEnd(path),
          onEnd: () => sink.onEnd(),
          onDrain: (path) => sink.onDrain(path),
          onFailure: ({ kind, message }) => {
            const hint = kind === 'unavailable' ? whereToLook(request) : ''
            sink.onFailure({ kind, message: `${message}${hint}` })
          },
        },
      ),
  }
}

/** Who has called, which the reader of a log would have to guess, and the command that shows what runs. */
function whereToLook({ sourceId, linkName }: RpcRequest): string {
  const caller = sourceId === commandLine ? '' : ` (called by "${sourceId}" over link "${linkName}")`
  return `${caller}; run "washi get inventory" to see what runs`
}
