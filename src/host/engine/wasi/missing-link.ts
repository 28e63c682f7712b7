import { parseInterfaceName, unversioned } from '../../../wit/interface-name.js'

/** Says that nothing is linked to an imported interface, and the command that links it. */
export function describeMissingLink(componentId: string, interfaceName: string): string {
  const name = parseInterfaceName(interfaceName)
  const missing = `component "${componentId}" has no link for ${unversioned(interfaceName)}`
  if (name === undefined) return missing
  return `${missing}; run "washi link put ${componentId} <provider> ${name.namespace} ${name.package} --interface ${name.interface}"`
}
