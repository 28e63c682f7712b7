import type { Deployment } from '../../apps/deploy/deploy-application.js'
import { statusWords } from '../../apps/api/applications.js'
import type { ApplicationSummary, ApplicationVersion } from '../../apps/api/applications.js'
import type { ApplicationStatus } from '../../apps/planner/status.js'
import { renderTable } from './table.js'

/** The application as deployed, and where it answers. */
export function renderDeployed({ name, version, urls, status }: Deployment): string {
  const deployed = `Deployed application "${name}", version "${version}"`
  if (status.status.type !== 'deployed')
    return `${deployed}; its status is ${statusWords[status.status.type]}`
  return [deployed, ...urls.map((url) => `  ${url}`)].join('\n')
}

/** Applications, with their descriptions below their names, and why those that are not deployed are not. */
export function renderApplications(applications: readonly ApplicationSummary[]): string {
  const rows = applications.flatMap(({ name, deployedVersion, status, description }) => [
    [name, deployedVersion ?? 'N/A', statusWords[status.status.type], reasonOf(status)],
    ...(description ? [[`  └ ${description}`]] : []),
  ])
  const head = ['Name', 'Deployed Version', 'Status']
  const hasReasons = rows.some(([, , , reason]) => reason !== undefined && reason !== '')
  return renderTable([hasReasons ? [...head, 'Reason'] : head, ...rows])
}

/** Why an application is not deployed, on one line. */
function reasonOf({ status: { type, message } }: ApplicationStatus): string {
  return type === 'deployed' || type === 'undeployed' ? '' : message.replaceAll(/\s+/g, ' ')
}

/** Versions, oldest first, and which one is deployed. */
export function renderVersions(versions: readonly ApplicationVersion[]): string {
  return renderTable([
    ['Version', 'Deployed'],
    ...versions.map((each) => [each.version, String(each.deployed)]),
  ])
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
