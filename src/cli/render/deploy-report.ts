import type { DeployProgress } from '../../apps/deploy/deploy-application.js'
import { statusWords } from '../../apps/api/applications.js'
import type { ApplicationStatus, ScalerStatus, StatusInfo } from '../../apps/planner/status.js'
import type { LiveLines } from '../terminal/live-lines.js'
import type { Palette } from '../terminal/palette.js'

/** Shows how deployments come along, as a tree of what is pending and why. */
export interface DeployReport {
  onProgress(step: DeployProgress): void
  /** Leaves the last tree as it stands. Idempotent. */
  close(): void
}

/** What a report is shown on. */
export interface ReportTerminal {
  readonly err: Palette
  createLiveLines(): LiveLines
}

/** Starts empty; draws nothing until the first step. */
export function createDeployReport({ err, createLiveLines }: ReportTerminal): DeployReport {
  const live = createLiveLines()
  const trees = new Map<string, readonly string[]>()
  const show = (name: string, tree: readonly string[]): void => {
    trees.set(name, tree)
    live.update([...trees.values()].flat())
  }
  return {
    onProgress: (step) => {
      switch (step.kind) {
        case 'put':
          for (const { message } of step.warnings) live.note(`${err.yellow('warning:')} ${message}`)
          show(step.name, [`Stored ${step.name}, version ${step.version}`])
          return
        case 'acknowledged':
          show(step.name, [`Deploying ${step.name}, version ${step.version}`])
          return
        case 'status':
          show(step.name, renderTree(step.name, step.status, err))
          return
        default:
          step satisfies never
      }
    },
    close: () => live.close(),
  }
}

/** An application and its parts, each with its state and what it waits for. */
export function renderTree(
  name: string,
  { status, scalers }: ApplicationStatus,
  palette: Palette,
): readonly string[] {
  const parts = scalers.map((scaler, index) => {
    const branch = index === scalers.length - 1 ? '└' : '├'
    return `  ${palette.dim(branch)} ${mark(scaler.status, palette)} ${describePart(scaler, name)}`
  })
  const reason = scalers.length === 0 && status.message !== '' ? `: ${oneLine(status.message)}` : ''
  return [`${mark(status, palette)} ${name}: ${statusWords[status.type].toLowerCase()}${reason}`, ...parts]
}

function describePart({ name, kind, status }: ScalerStatus, application: string): string {
  const what = kind === 'LinkScaler' ? 'link ' : ''
  const short = shortName(name, application)
  return `${what}${short}${status.message === '' ? '' : `: ${oneLine(status.message)}`}`
}

/** The name of a scaler without the application's own prefix, as wash shows it. */
function shortName(name: string, application: string): string {
  return name.replaceAll(`${application.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}-`, '')
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ')
}

function mark({ type }: StatusInfo, palette: Palette): string {
  if (type === 'deployed') return palette.green('✓')
  return type === 'failed' ? palette.red('✗') : palette.yellow('…')
}
