import { AppError } from '../../core/errors.js'
import { finishDeployment, prepareSource, startDeployment } from './deploy-application.js'
import type {
  DeployOptions,
  Deployment,
  DeploySource,
  PreparedSource,
  StartedDeployment,
} from './deploy-application.js'
import type { ReadManifestOptions } from './prepare-manifest.js'

/** What became of one of several deployments. */
export type DeployOutcome =
  | ({ readonly kind: 'deployed' } & Deployment)
  | { readonly kind: 'failed'; readonly name: string; readonly error: AppError }

/** Reads and checks what is to be deployed; nothing is sent. Throws what prepareSource() throws. */
export async function prepareSources(
  sources: readonly DeploySource[],
  options: ReadManifestOptions,
): Promise<readonly PreparedSource[]> {
  const prepared: PreparedSource[] = []
  for (const source of sources) prepared.push(await prepareSource(source, options))
  return prepared
}

/**
 * Deploys several applications: those from which others take shared components go first, and all are waited for together.
 * The outcomes are in the order of the sources. Throws the signal's reason.
 */
export async function deployApplications(
  prepared: readonly PreparedSource[],
  options: DeployOptions,
): Promise<readonly DeployOutcome[]> {
  const started = new Map<PreparedSource, StartedDeployment | DeployOutcome>()
  for (const source of sharersFirst(prepared)) {
    options.signal?.throwIfAborted()
    started.set(source, await outcomeOf(nameOf(source), startDeployment(options, source)))
  }
  const outcomes = await Promise.all(
    prepared.map(async (source): Promise<DeployOutcome | undefined> => {
      const start = started.get(source)
      if (start === undefined || 'kind' in start) return start
      const finished = await outcomeOf(start.name, finishDeployment(options, start))
      return 'kind' in finished ? finished : { kind: 'deployed', ...finished }
    }),
  )
  options.signal?.throwIfAborted()
  return outcomes.filter((outcome) => outcome !== undefined)
}

async function outcomeOf<T>(
  name: string,
  promise: Promise<T>,
): Promise<T | Extract<DeployOutcome, { kind: 'failed' }>> {
  try {
    return await promise
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { kind: 'failed', name, error }
  }
}

function nameOf(source: PreparedSource): string {
  return source.kind === 'stored' ? source.name : source.manifest.metadata.name
}

/** Those from which others take components, before these; else in the given order. */
function sharersFirst(sources: readonly PreparedSource[]): readonly PreparedSource[] {
  const ordered = new Set<PreparedSource>()
  const visiting = new Set<PreparedSource>()
  const visit = (source: PreparedSource): void => {
    // Two that share from each other: the manager refuses one of them.
    if (ordered.has(source) || visiting.has(source)) return
    visiting.add(source)
    const sharers = sharersOf(source)
    for (const other of sources) if (sharers.has(nameOf(other))) visit(other)
    ordered.add(source)
  }
  for (const source of sources) visit(source)
  return [...ordered]
}

function sharersOf(source: PreparedSource): ReadonlySet<string> {
  if (source.kind === 'stored') return new Set()
  const references = source.manifest.spec.components.map(({ properties }) => properties.application?.name)
  return new Set(references.filter((name) => name !== undefined))
}
