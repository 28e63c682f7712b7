import { readFileSync } from 'node:fs'
import { systemClock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import { createLogger, formatLogRecord } from '../core/log.js'
import { parseLatticeName } from '../lattice/ids.js'
import type { SessionFiles } from '../session/session-files.js'
import type { SessionOptions } from '../session/start-session.js'
import type { UpFlags } from './flags/up-flags.js'
import { parseKeyValues } from './key-values.js'

/** What the flags of `up` mean. Throws USAGE_INVALID, ID_INVALID. */
export function toSessionOptions(flags: UpFlags, files: SessionFiles, signal: AbortSignal): SessionOptions {
  const { 'nats-host': host, 'nats-port': port, 'nats-js-domain': jsDomain } = flags
  return {
    bus: flags['nats-connect-only']
      ? { kind: 'external', url: `nats://${host}:${port}`, jsDomain }
      : { kind: 'embedded', host, port, storeDir: files.store, jsDomain },
    lattice: parseLatticeName(flags.lattice),
    version: packageVersion(),
    labels: parseLabels(flags.label),
    hostSeed: flags['host-seed'],
    secrets: { topic: flags['secrets-topic'], keyFile: files.secretKeys },
    instancePolicy: flags['instance-policy'],
    colocation: flags.colocation,
    engine: flags.engine === 'jco' ? { kind: 'jco', folder: process.cwd() } : { kind: 'washi' },
    providerFolders: files.providers,
    log: createLogger({
      level: flags['log-level'],
      now: () => systemClock.now(),
      write: (record) => void process.stderr.write(`${formatLogRecord(record)}\n`),
    }),
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
