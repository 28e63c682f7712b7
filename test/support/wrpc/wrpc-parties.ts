import { silentLogger } from '#washi/core/log.js'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { WrpcClient } from '#washi/lattice/wrpc/client.js'
import type { WrpcRequest } from '#washi/lattice/wrpc/exchange.js'
import type { WrpcLimits } from '#washi/lattice/wrpc/limits.js'
import type { ServedFunction, WrpcTarget } from '#washi/lattice/wrpc/served-function.js'
import { WrpcServer } from '#washi/lattice/wrpc/server.js'
import { recordedPrefix } from './recorded-calls.js'

/** A client or a server with a connection of its own. */
export interface WrpcParty<T> extends AsyncDisposable {
  readonly connection: LatticeConnection
  readonly party: T
}

/** Starts a client. */
export async function startClient(url: string, limits?: Partial<WrpcLimits>): Promise<WrpcParty<WrpcClient>> {
  const connection = await connect(url, 'caller')
  const party = new WrpcClient(connection, silentLogger, limits)
  return { connection, party, [Symbol.asyncDispose]: () => closeBoth(party, connection) }
}

/** Starts a server of the prefix of the recorded calls; the bus knows of it. */
export async function startServer(
  url: string,
  options: {
    readonly functions: readonly ServedFunction[]
    readonly target: WrpcTarget
    readonly limits?: Partial<WrpcLimits>
  },
): Promise<WrpcParty<WrpcServer>> {
  const connection = await connect(url, 'server')
  const party = new WrpcServer(connection, { ...options, prefix: recordedPrefix, log: silentLogger })
  await connection.flush()
  return {
    connection,
    party,
    [Symbol.asyncDispose]: () => closeBoth({ close: () => party.close(0) }, connection),
  }
}

/** A call of a function that only has values. */
export function requestOf(name: string, params: Uint8Array, more: Partial<WrpcRequest> = {}): WrpcRequest {
  return {
    ...{ sourceId: '', linkName: '', instance: 'test:demo/api@0.1.0', function: name, params },
    ...{ asyncParams: [], asyncResults: [], ...more },
  }
}

function connect(url: string, name: string): Promise<LatticeConnection> {
  return connectLattice({ url, lattice: parseLatticeName('default'), name })
}

async function closeBoth(party: { close(): Promise<void> }, connection: LatticeConnection): Promise<void> {
  await party.close()
  await connection.close()
}
