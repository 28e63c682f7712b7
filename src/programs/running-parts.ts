import { ApplicationsClient } from '../apps/api/applications-client.js'
import { silentLogger } from '../core/log.js'
import type { LatticeConnection } from '../lattice/connection.js'
import { connectLattice } from '../lattice/connection.js'
import { ControlClient } from '../lattice/control/client.js'
import type { ControlledLattice } from '../lattice/operations/controlled-lattice.js'
import { WrpcClient } from '../lattice/wrpc/client.js'
import { startSession, type Session } from '../session/start-session.js'
import type { StopStack } from '../session/stop-stack.js'
import type { PreparedSession } from './host-options.js'

/** What a running host works with. */
export interface RunningParts {
  readonly session: Session
  readonly connection: LatticeConnection
  readonly lattice: ControlledLattice
  readonly applications: ApplicationsClient
  readonly client: WrpcClient
  readonly waitMs: number
}

/** Starts the parts; each adds to `stops` what takes it down again, also where a later one fails. */
export async function startParts(
  { options, removeStore }: PreparedSession,
  { stops, waitMs }: { readonly stops: StopStack; readonly waitMs: number },
): Promise<RunningParts> {
  stops.add(removeStore)
  const session = await startSession(options)
  stops.add(() => session.stop())
  const { bus, lattice, signal } = options
  const connection = await connectLattice({
    url: session.natsUrl,
    lattice,
    name: 'washi-program',
    jsDomain: bus.jsDomain,
    access: bus.kind === 'external' ? bus.access : undefined,
    signal,
  })
  stops.add(() => connection.close())
  const client = new WrpcClient(connection, silentLogger)
  stops.add(() => client.close())
  return {
    session,
    connection,
    lattice: { connection, control: new ControlClient(connection) },
    applications: new ApplicationsClient(connection),
    client,
    waitMs,
  }
}
