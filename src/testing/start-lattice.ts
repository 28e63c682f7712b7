import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../core/clock.js'
import { createLogger, type LogLevel, type LogRecord } from '../core/log.js'
import type { EngineChoice } from '../host/engine/engine-choice.js'
import type { InstancePolicy } from '../host/engine/guest-pool.js'
import { connectLattice } from '../lattice/connection.js'
import { parseLatticeName } from '../lattice/ids.js'
import { startSession, type Session } from '../session/start-session.js'
import { LogBook } from './log-book.js'
import { TestLattice } from './test-lattice.js'

/** How a lattice is started. */
export interface LatticeOptions {
  /** For components that do not choose by annotation. Default `fresh`. */
  readonly instancePolicy?: InstancePolicy | undefined
  /** Default: washi's own. */
  readonly engine?: EngineChoice | undefined
  /** Least severity of what `logs` keeps. Default `info`. */
  readonly logLevel?: LogLevel | undefined
}

const latticeName = parseLatticeName('default')

/**
 * Starts a whole lattice in this process, as `washi up` would: bus, host and application manager, on a free port and in a
 * temporary folder of its own. Whoever starts it disposes of it, and then nothing is left.
 */
export async function startLattice(options: LatticeOptions = {}): Promise<TestLattice> {
  const book = new LogBook<LogRecord>()
  const storeDir = await mkdtemp(join(tmpdir(), 'washi-testing-'))
  const removeStore = (): Promise<void> => rm(storeDir, { recursive: true, force: true })
  let session: Session | undefined
  try {
    session = await startSession({
      bus: { kind: 'embedded', host: '127.0.0.1', port: 0, storeDir },
      lattice: latticeName,
      version: packageVersion(),
      labels: {},
      instancePolicy: options.instancePolicy ?? 'fresh',
      engine: options.engine ?? { kind: 'washi' },
      log: createLogger({
        level: options.logLevel ?? 'info',
        now: () => systemClock.now(),
        write: (record) => book.add(record),
      }),
      clock: systemClock,
      signal: new AbortController().signal,
    })
    const connection = await connectLattice({ url: session.natsUrl, lattice: latticeName, name: 'test' })
    return new TestLattice({ session, connection, book, removeStore })
  } catch (failure) {
    await session?.stop()
    await removeStore()
    throw failure
  }
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { readonly version: string }
  return version
}
