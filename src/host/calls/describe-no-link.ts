import type { LinkRoutes } from '../links/link-routes.js'

/** A call that no link takes anywhere. */
export interface UnlinkedCall {
  readonly sourceId: string
  /** `wasi:keyvalue/store` */
  readonly key: string
  readonly linkName: string
}

/** Says which link is missing, which ones there are, and the command that puts the missing one. */
export function describeNoLink({ sourceId, key, linkName }: UnlinkedCall, routes: LinkRoutes): string {
  const isDefault = linkName === 'default'
  const named = isDefault ? '' : ` named "${linkName}"`
  const names = routes.namesFor(key)
  const others = routes.interfacesOf(linkName)
  const there = [
    ...(names.length > 0 ? [`its links for it: ${names.map((name) => `"${name}"`).join(', ')}`] : []),
    ...(others.length > 0 ? [`its link "${linkName}" lists ${others.join(', ')}`] : []),
  ]
  const missing = `component "${sourceId}" has no link${named} for ${key}`
  return [missing, ...there, `run "${putCommand({ sourceId, key, linkName })}"`].join('; ')
}

function putCommand({ sourceId, key, linkName }: UnlinkedCall): string {
  const [, namespace = '', witPackage = '', name = ''] = /^([^:]+):([^/]+)\/(.+)$/.exec(key) ?? []
  const named = linkName === 'default' ? '' : ` --link-name ${linkName}`
  return `washi link put ${sourceId} <target> ${namespace} ${witPackage} --interface ${name}${named}`
}
