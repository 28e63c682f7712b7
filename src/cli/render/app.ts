import type { DeployProgress, Deployment } from '../../apps/deploy/deploy-application.js'
import { statusWords } from '../../apps/api/applications.js'
import type { ApplicationSummary } from '../../apps/api/applications.js'
import type { ApplicationStatus } from '../../apps/planner/status.js'
import type { Progress } from '../terminal/progress.js'
import { renderTable } from './table.js'

/** The application as deployed, and where it answers. */
export function renderDeployed({ name, version, urls, status }: Deployment): string {
  const deployed = `Deployed application "${name}", version "${version}"`
  if (status.status.type !== 'deployed')
    return `${deployed}; its status is ${statusWords[status.status.type]}`
  return [deployed, ...urls.map((url) => `  ${url}`)].join('\n')
}

/** Shows the steps of a deployment, each new status once. */
export function createDeployReport(progress: Progress): (step: DeployProgress) => void {
  let last = ''
  return (step) => {
    const text = describeStep(step)
    if (step.kind === 'put') for (const { message } of step.warnings) progress.note(`warning: ${message}`)
    if (text !== last) progress.step(text)
    last = text
  }
}

function describeStep(step: DeployProgress): string {
  switch (step.kind) {
    case 'put':
      return `Stored ${step.name}, version ${step.version}`
    case 'acknowledged':
      return `Deploying ${step.name}`
    case 'status': {
      const { type, message } = step.status.status
      return `${step.name}: ${statusWords[type]}${message === '' ? '' : ` (${message})`}`
    }
    default:
      return step satisfies never
  }
}

/** Applications, with their descriptions below their names. */
export function renderApplications(applications: readonly ApplicationSummary[]): string {
  const rows = applications.flatMap(({ name, deployedVersion, status, description }) => [
    [name, deployedVersion ?? 'N/A', statusWords[status.status.type]],
    ...(description ? [[`  └ ${description}`]] : []),
  ])
  return renderTable([['Name', 'Deployed Version', 'Status'], ...rows])
}

/** An application's status, that of each of its parts, and every message. */
export function renderStatus(name: string, { status, scalers }: ApplicationStatus): string {
  const rows = scalers.map((scaler) => [
    scaler.name,
    scaler.kind,
    `${statusWords[scaler.status.type]}${scaler.status.message === '' ? '' : ' (*)'}`,
  ])
  const messages = scalers
    .filter((scaler) => scaler.status.message !== '')
    .map((scaler) => `${scaler.name}\n  └ ${scaler.status.message}`)
  return [
    `${name} - ${statusWords[status.type]}`,
    ...(rows.length === 0 ? [] : [renderTable([['Name', 'Kind', 'Status'], ...rows])]),
    ...(messages.length === 0 ? [] : [['Status Messages', ...messages].join('\n')]),
  ].join('\n\n')
}
