import type { Clock } from '../../../core/clock.js'
import type { Logger } from '../../../core/log.js'
import type { LatticeConnection } from '../../../lattice/connection.js'
import type { Xkey } from '../../../lattice/secrets/xkey.js'
import { createXkey } from '../../../lattice/secrets/xkey.js'
import type { ResolvedHostOptions } from '../../host-options.js'
import { machineTarget } from '../../identity/host-labels.js'
import { createProcessRecords } from './process-records.js'
import type { ProcessRecords } from './process-records.js'

/** What the external providers of one host share. */
export interface ExternalSurroundings {
  readonly hostId: string
  /** The one that calls go over. */
  readonly connection: LatticeConnection
  readonly clock: Clock
  readonly log: Logger
  /** With which secrets of links are sealed. */
  readonly key: Xkey
  readonly records: ProcessRecords
  /** The whole environment of each. */
  readonly env: Readonly<Record<string, string>>
  /** Where programs of archives are unpacked. */
  readonly programFolder: string
  /** This machine, as archives name it. */
  readonly target: string
  /** How long a provider may take to answer its shutdown, and again to end after it. */
  readonly shutdownMs: number
  readonly otel: Readonly<Record<string, unknown>>
}

/** What the external providers of a host share, from its options. */
export function createExternalSurroundings(
  settings: Pick<
    ResolvedHostOptions,
    'rpc' | 'clock' | 'log' | 'providerFolders' | 'providerTimings' | 'machine'
  >,
  hostId: string,
): ExternalSurroundings {
  const { rpc, clock, log, providerFolders, providerTimings, machine } = settings
  return {
    ...{ hostId, connection: rpc, clock, log },
    key: createXkey(),
    records: createProcessRecords(providerFolders.processes),
    env: environmentOf(process.env),
    programFolder: providerFolders.programs,
    target: machineTarget(machine),
    shutdownMs: providerTimings.shutdownMs,
    otel: { enable_observability: false, protocol: 'Http', additional_ca_paths: [], trace_level: 'info' },
  }
}

/** As on real hosts little of the host's own; and where programs are, for those that begin with `#!/usr/bin/env`. */
function environmentOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const isPassed = (name: string): boolean =>
    ['PATH', 'RUST_LOG', 'SYSTEMROOT'].includes(name.toUpperCase()) || name.startsWith('OTEL_')
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && isPassed(name) ? [[name, value]] : [],
    ),
  )
}
