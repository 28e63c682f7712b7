import { renderTable } from './table.js'

type Claims = Readonly<Record<string, string>>

/** One block for each entry, with the rows that wash shows; what an entry lacks is left out. */
export function renderClaims(list: readonly Claims[]): string {
  if (list.length === 0) return 'No claims: nothing that runs in this lattice is signed'
  return list.map(renderEntry).join('\n\n')
}

function renderEntry(claims: Claims): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Name', claims['name']],
    ['Issuer', claims['issuer'] ?? claims['iss']],
    ['Subject', claims['subject'] ?? claims['sub']],
    ['Capabilities', claims['capabilities'] ?? claims['caps']],
    ['Version', claims['version']],
    ['Revision', claims['revision'] ?? claims['rev']],
  ]
  return renderTable([
    ['Claims', ''],
    ...rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  ])
}
