/** The parts of `namespace:package/interface@version`; `version` is absent where the name has none. */
export interface InterfaceName {
  readonly namespace: string
  readonly package: string
  readonly interface: string
  readonly version?: string | undefined
}

const shape = /^([a-z][a-z0-9-]*):([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)(?:@([0-9A-Za-z.+-]+))?$/

/** Splits a full interface name; undefined where `name` is none (a plain kebab name, a function). */
export function parseInterfaceName(name: string): InterfaceName | undefined {
  const match = shape.exec(name)
  if (!match) return undefined
  const [, namespace = '', packageName = '', interfaceName = '', version] = match
  return { namespace, package: packageName, interface: interfaceName, version }
}

/** The name without its version: `wasi:http/types`. */
export function unversioned(name: string): string {
  const at = name.indexOf('@')
  return at < 0 ? name : name.slice(0, at)
}

/**
 * Whether a host interface of version `offered` serves an import of version `wanted`, as wasmtime decides it: equal,
 * or of one semver track (same major, or same minor below 1.0, same patch below 0.1), pre-releases only when equal.
 */
export function isVersionCompatible(wanted: string | undefined, offered: string | undefined): boolean {
  if (wanted === offered) return true
  if (wanted === undefined || offered === undefined) return false
  const track = semverTrack(wanted)
  return track !== undefined && track === semverTrack(offered)
}

function semverTrack(version: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)(-[^+]+)?/.exec(version)
  if (!match || match[4] !== undefined) return undefined
  const [, major, minor, patch] = match
  if (major !== '0') return major
  return minor !== '0' ? `0.${minor}` : `0.0.${patch}`
}
