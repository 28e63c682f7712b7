import { parseInterfaceName, unversioned } from '../../../wit/interface-name.js'

/** Says that nothing is linked to an imported interface, and the command that links it. */
export function describeMissingLink(componentId: string, interfaceName: string): string {
  const name = parseInterfaceName(interfaceName)
  const missing = `component "${componentId}" has no link for ${unversioned(interfaceName)}`
  if (name === undefined) return missing
  return `${missing}; run "washi link put ${componentId} <provider> ${name.namespace} ${name.package} --interface ${name.interface}"`
}

/** Says that no link of that name lists an interface, which ones do, and the command that makes one. */
export function describeUnknownLink(options: {
  readonly componentId: string
  readonly linkName: string
  readonly interfaceName: string
  /** The names that links for the interface have. */
  readonly names: readonly string[]
}): string {
  const { componentId, linkName, names } = options
  const base = unversioned(options.interfaceName)
  const name = parseInterfaceName(base)
  const there = names.map((one) => `"${one}"`).join(', ')
  return [
    `component "${componentId}" has no link named "${linkName}" for ${base}`,
    ...(names.length > 0 ? [`its links for it: ${there}`] : []),
    ...(name
      ? [
          `run "washi link put ${componentId} <target> ${name.namespace} ${name.package} --interface ${name.interface} --link-name ${linkName}"`,
        ]
      : []),
  ].join('; ')
}
