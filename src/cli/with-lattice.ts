import { connectLattice } from '../lattice/connection.js'
import type { LatticeConnection } from '../lattice/connection.js'
import { ControlClient } from '../lattice/control/client.js'
import { parseLatticeName } from '../lattice/ids.js'
import { createFileRoll } from '../session/known-hosts.js'
import { resolveLatticeAddress, type LatticeChoice } from '../session/lattice-address.js'
import { contextFolders } from './context-folders.js'
import { ownSessionFiles } from './own-session-files.js'
import type { LatticeFlags } from './flags/lattice-flags.js'

/** A lattice within reach of a command. */
export interface ReachedLattice {
  readonly connection: LatticeConnection
  readonly control: ControlClient
  /** How long the user wants to wait for answers. */
  readonly timeoutMs: number
}

/**
 * Connects as the flags say, hands the lattice over, and closes whatever comes of it. Throws LATTICE_UNREACHABLE, and
 * CREDENTIALS_INVALID or CONTEXT_NOT_FOUND before anything is sent.
 */
export async function withLattice<Result>(
  flags: LatticeFlags,
  use: (lattice: ReachedLattice) => Promise<Result>,
): Promise<Result> {
  const { connection, address, timeoutMs } = await open(flags)
  await using _closed = connection
  const roll = createFileRoll(ownSessionFiles().knownHosts, address)
  return await use({ connection, control: new ControlClient(connection, { timeoutMs, roll }), timeoutMs })
}

/** The connection alone, which the caller closes. Throws as withLattice(). */
export async function connectAsTold(flags: LatticeFlags): Promise<LatticeConnection> {
  return (await open(flags)).connection
}

interface OpenLattice {
  readonly connection: LatticeConnection
  readonly address: { readonly url: string; readonly lattice: string }
  readonly timeoutMs: number
}

async function open(flags: LatticeFlags): Promise<OpenLattice> {
  const sources = { session: ownSessionFiles(), contexts: contextFolders(flags['context-dir']) }
  const { url, lattice, jsDomain, access, timeoutMs } = await resolveLatticeAddress(sources, toChoice(flags))
  const connection = await connectLattice({
    url,
    lattice: parseLatticeName(lattice),
    name: 'washi-cli',
    jsDomain,
    access,
    ctlPrefix: flags['ctl-topic-prefix'],
    timeoutMs,
  })
  return { connection, address: { url, lattice }, timeoutMs }
}

function toChoice(flags: LatticeFlags): LatticeChoice {
  return {
    host: flags['ctl-host'],
    port: flags['ctl-port'],
    lattice: flags.lattice,
    jsDomain: flags['js-domain'],
    timeoutMs: flags['timeout-ms'],
    context: flags.context,
    access: {
      jwt: flags['ctl-jwt'],
      seed: flags['ctl-seed'],
      credsFile: flags['ctl-credsfile'],
      tlsCaFile: flags['ctl-tls-ca-file'],
      isTlsFirst: flags['ctl-tls-first'] === undefined ? undefined : flags['ctl-tls-first'] === 'true',
    },
  }
}
