import { parseInterfaceName, unversioned } from '../../../wit/interface-name.js'

/** Says that nothing is linked to an imported interface, and the command that links it. */
export function describeMissingLink(componentId: string, interfaceName: string): string {
  const name = parseInterfaceName(interfaceName)
  const missing = `component "${componentId}" has no link for ${unversioned(interfaceName)}`
  if (name === undefined) return missing
  return `${missing}; run "washi link put ${componentId} <provider> ${name.namespace} ${name.package} --interface ${name.interface}"`
}

/** Says that no link of that name lists an interface, and those that do. */
export function describeUnknownLink(options: {
  readonly componentId: string
  readonly linkName: string
  readonly interfaceName: string
  /** The names that links for the interface have. */
  readonly names: readonly string[]
}): string {
  const { componentId, linkName, interfaceName, names } = options
  if (names.length === 0) return describeMissingLink(componentId, interfaceName)
  const there = names.map((name) => `"${name}"`).join(', ')
  return `component "${componentId}" has no link named "${linkName}" for ${unversioned(interfaceName)}; its links for it: ${there}`
}
