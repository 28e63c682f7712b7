import type { Directories } from '../../core/directories.js'
import { messageOf } from '../../core/errors.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import { allSessionFiles } from '../session-files.js'
import { readLiveSession } from '../session-state.js'
import { checkFolders } from './check-folders.js'
import { checkLattice } from './check-lattice.js'
import { checkNode, type NodeFacts } from './check-node.js'
import { checkPorts, type WantedPort } from './check-ports.js'
import { checkSessions } from './check-sessions.js'
import { checkStores } from './check-store.js'
import { checkToolchains } from './check-toolchains.js'
import { isProblem, type CheckName, type Finding } from './finding.js'

/** What is looked at. */
export interface DoctorOptions {
  readonly folders: Directories
  readonly keyFolder: string
  readonly node: NodeFacts
  readonly ports: readonly WantedPort[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Connects as the user's commands do. */
  readonly connect: () => Promise<LatticeConnection>
  readonly now: () => number
  /** Repairs what can be repaired without losing anything. */
  readonly isFixing: boolean
}

/** A finding with what became of it. */
export interface Diagnosis extends Omit<Finding, 'repair'> {
  /** Whether `--fix` does it. */
  readonly isFixable: boolean
  readonly isFixed: boolean
}

/** Looks at everything, one check after the other, and repairs where it is told to. A check that fails is a finding. */
export async function runDoctor(options: DoctorOptions): Promise<readonly Diagnosis[]> {
  const { folders } = options
  const live = (await Promise.all((await allSessionFiles(folders)).map(readLiveSession))).flatMap((state) =>
    state ? [state] : [],
  )
  const checks: readonly (readonly [CheckName, () => Promise<readonly Finding[]> | readonly Finding[]])[] = [
    ['node', () => checkNode(options.node)],
    ['folders', () => checkFolders(folders, options.keyFolder)],
    ['session', () => checkSessions(folders)],
    ['store', () => checkStores(folders)],
    [
      'ports',
      () =>
        checkPorts(
          options.ports,
          live.map(({ pid }) => pid),
        ),
    ],
    ['bus', () => checkLattice({ connect: options.connect, isExpected: live.length > 0, now: options.now })],
    ['toolchains', () => checkToolchains(options.env)],
  ]
  const diagnoses: Diagnosis[] = []
  for (const [check, look] of checks) {
    for (const finding of await lookSafely(check, look))
      diagnoses.push(await treat(finding, options.isFixing))
  }
  return diagnoses
}

/** Whether something is left to do. */
export function needsCare(diagnosis: Diagnosis): boolean {
  return isProblem(diagnosis) && !diagnosis.isFixed
}

async function lookSafely(
  check: CheckName,
  look: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (failure) {
    return [{ check, level: 'error', message: `Cannot look at it: ${messageOf(failure)}` }]
  }
}

async function treat(finding: Finding, isFixing: boolean): Promise<Diagnosis> {
  const { repair, ...rest } = finding
  if (!repair || !isFixing) return { ...rest, isFixable: repair !== undefined, isFixed: false }
  try {
    await repair()
    return { ...rest, isFixable: true, isFixed: true }
  } catch (failure) {
    const message = `${finding.message}; it could not be mended: ${messageOf(failure)}`
    return { ...rest, message, isFixable: true, isFixed: false }
  }
}
