import type { LogLevel, LogRecord } from '../core/log.js'
import type { EngineChoice } from '../host/engine/engine-choice.js'
import type { InstancePolicy } from '../host/engine/guest-pool.js'
import { Host } from '../programs/host.js'
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

/**
 * Starts a whole lattice in this process, as `washi up` would: bus, host and application manager, on a free port and in a
 * temporary folder of its own. Whoever starts it disposes of it, and then nothing is left.
 */
export async function startLattice(options: LatticeOptions = {}): Promise<TestLattice> {
  const book = new LogBook<LogRecord>()
  const { instancePolicy, engine, logLevel } = options
  const host = new Host({ instancePolicy, engine, logLevel, onLog: (record) => book.add(record) })
  return new TestLattice(await host.start(), book)
}
