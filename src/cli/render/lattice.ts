import type { HostInventory, HostSummary } from '../../lattice/control/inventory-schemas.js'
import type { Link } from '../../lattice/control/schemas.js'
import { renderTable } from './table.js'

/** Hosts, the one that runs longest first. */
export function renderHosts(hosts: readonly HostSummary[]): string {
  const rows = [...hosts]
    .sort((a, b) => b.uptime_seconds - a.uptime_seconds)
    .map((host) => [host.id, host.friendly_name, String(host.uptime_seconds)])
  return renderTable([['Host ID', 'Friendly name', 'Uptime (seconds)'], ...rows])
}

/** Links, as they were sorted. */
export function renderLinks(links: readonly Link[]): string {
  const rows = links.map((link) => [link.source_id, link.target, interfacesOf(link), link.name])
  return renderTable([['Source ID', 'Target', 'Interface(s)', 'Name'], ...rows])
}

/** What each host runs. */
export function renderInventories(inventories: readonly HostInventory[]): string {
  return inventories.map(renderInventory).join('\n\n')
}

function renderInventory(host: HostInventory): string {
  return [
    renderTable([
      ['Host ID', 'Friendly name'],
      [host.host_id, host.friendly_name],
    ]),
    section('Host labels', Object.entries(host.labels).sort(byFirst), 'No labels present'),
    section(
      'Component ID',
      host.components
        .map(({ id, name, max_instances }) => [id, name ?? 'N/A', String(max_instances)])
        .sort(byFirst),
      'No components found',
      ['Component ID', 'Name', 'Max count'],
    ),
    section(
      'Provider ID',
      host.providers.map(({ id, name }) => [id, name ?? 'N/A']).sort(byFirst),
      'No providers found',
      ['Provider ID', 'Name'],
    ),
    ...failedLinks(host),
  ].join('\n\n')
}

function section(
  title: string,
  rows: readonly (readonly string[])[],
  empty: string,
  head: readonly string[] = [title],
): string {
  return rows.length === 0 ? empty : renderTable([head, ...rows])
}

/** What would otherwise only stand in the log: links that a provider refused, and why. */
function failedLinks({ providers }: HostInventory): string[] {
  const rows = providers.flatMap(({ links = [] }) =>
    links
      .filter(({ state }) => state === 'failed')
      .map((link) => [`${link.source_id} -> ${link.target} (${link.name})`, link.error ?? 'no reason given']),
  )
  return rows.length === 0 ? [] : [renderTable([['Failed link', 'Reason'], ...rows])]
}

function interfacesOf({ wit_namespace, wit_package, interfaces }: Link): string {
  return `${wit_namespace}:${wit_package}/${interfaces.join(',')}`
}

function byFirst([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
