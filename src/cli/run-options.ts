import { readFileSync } from 'node:fs'
import { env, stderr } from 'node:process'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { createLogger, formatLogRecord, toLogLine } from '../core/log.js'
import type { Logger } from '../core/log.js'
import { parseLatticeName } from '../lattice/ids.js'
import type { SessionFiles } from '../session/session-files.js'
import type { HostSettings, SessionOptions } from '../session/session-options.js'
import type { HostFlags } from './flags/host-flags.js'
import type { UpFlags } from './flags/up-flags.js'
import { parseKeyValues } from './key-values.js'
import { readUpBuses } from './up-buses.js'

/** What the flags of `up` mean. Throws USAGE_INVALID, ID_INVALID, CREDENTIALS_INVALID. */
export async function toSessionOptions(
  flags: UpFlags,
  files: SessionFiles,
  signal: AbortSignal,
): Promise<SessionOptions> {
  return {
    ...(await readUpBuses(flags, files)),
    ctlPrefix: flags['ctl-topic-prefix'],
    lattice: parseLatticeName(flags.lattice),
    hosts: flags.hosts,
    version: packageVersion(),
    labels: { ...labelsOf(env), ...parseLabels(flags.label) },
    hostSeed: flags['host-seed'],
    secrets: { topic: flags['secrets-topic'], keyFile: files.secretKeys },
    instancePolicy: flags['instance-policy'],
    colocation: flags.colocation,
    engine: flags.engine === 'jco' ? { kind: 'jco', folder: process.cwd() } : { kind: 'washi' },
    providerFolders: files.providers,
    settings: toHostSettings(flags),
    log: toLogger(flags),
    clock: systemClock,
    signal,
  }
}

/** Labels of a host; those of the host itself cannot be set. */
export function parseLabels(pairs: readonly string[]): Record<string, string> {
  const labels = parseKeyValues(pairs)
  const reserved = Object.keys(labels).find((key) => key.toLowerCase().startsWith('hostcore.'))
  if (reserved === undefined) return labels
  throw new AppError('USAGE_INVALID', `Cannot set the label "${reserved}": hostcore.* is the host's own`, {
    hint: 'Choose another label',
  })
}

/** The version of this package. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Labels that the environment sets, as WASMCLOUD_LABEL_<key>; the real host takes hostcore.* from there as well. */
function labelsOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const prefix = 'WASMCLOUD_LABEL_'
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      name.startsWith(prefix) && name.length > prefix.length
        ? [[name.slice(prefix.length), value ?? '']]
        : [],
    ),
  )
}

function toHostSettings(flags: HostFlags): HostSettings {
  const { 'policy-topic': topic, 'provider-delay': shutdownMs } = flags
  return {
    limits: {
      deadlineMs: flags['max-execution-time-ms'],
      maxMemoryBytes: flags['max-linear-memory-bytes'],
      maxComponentBytes: flags['max-component-size-bytes'],
      maxComponents: flags['max-components'],
    },
    heartbeatMs: flags['heartbeat-interval-seconds'] * 1_000,
    auctions: {
      components: flags['enable-component-auction'],
      providers: flags['enable-provider-auction'],
    },
    providerTimings: shutdownMs === undefined ? undefined : { shutdownMs },
    isFileLoadAllowed: flags['allow-file-load'] === 'true',
    hasConfigService: flags['config-service-enabled'] ?? false,
    policy:
      topic === undefined
        ? undefined
        : { topic, changesTopic: flags['policy-changes-topic'], timeoutMs: flags['policy-timeout-ms'] },
  }
}

function toLogger(flags: HostFlags): Logger {
  const toLine = flags['enable-structured-logging'] ? toLogLine : formatLogRecord
  return createLogger({
    level: flags['log-level'],
    now: () => systemClock.now(),
    write: (record) => void stderr.write(`${toLine(record)}\n`),
  })
}
