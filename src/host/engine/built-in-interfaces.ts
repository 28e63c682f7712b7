import { isVersionCompatible, parseInterfaceName, unversioned } from '../../wit/interface-name.js'

/** Every interface that the engine serves by itself, with the versions that it offers (undefined: none). */
const offers: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'wasi:cli/environment': ['0.2.0'],
  'wasi:cli/exit': ['0.2.0'],
  'wasi:cli/stderr': ['0.2.0'],
  'wasi:cli/stdin': ['0.2.0'],
  'wasi:cli/stdout': ['0.2.0'],
  'wasi:cli/terminal-input': ['0.2.0'],
  'wasi:cli/terminal-output': ['0.2.0'],
  'wasi:cli/terminal-stderr': ['0.2.0'],
  'wasi:cli/terminal-stdin': ['0.2.0'],
  'wasi:cli/terminal-stdout': ['0.2.0'],
  'wasi:clocks/monotonic-clock': ['0.2.0'],
  'wasi:clocks/timezone': ['0.2.0'],
  'wasi:clocks/wall-clock': ['0.2.0'],
  'wasi:config/runtime': ['0.2.0-draft'],
  'wasi:config/store': ['0.2.0-draft', '0.2.0-rc.1'],
  'wasi:filesystem/preopens': ['0.2.0'],
  'wasi:filesystem/types': ['0.2.0'],
  'wasi:http/types': ['0.2.0'],
  'wasi:io/error': ['0.2.0'],
  'wasi:io/poll': ['0.2.0'],
  'wasi:io/streams': ['0.2.0'],
  'wasi:logging/logging': [undefined, '0.1.0-draft'],
  'wasi:random/insecure': ['0.2.0'],
  'wasi:random/insecure-seed': ['0.2.0'],
  'wasi:random/random': ['0.2.0'],
  'wasi:sockets/instance-network': ['0.2.0'],
  'wasi:sockets/ip-name-lookup': ['0.2.0'],
  'wasi:sockets/network': ['0.2.0'],
  'wasi:sockets/tcp': ['0.2.0'],
  'wasi:sockets/tcp-create-socket': ['0.2.0'],
  'wasi:sockets/udp': ['0.2.0'],
  'wasi:sockets/udp-create-socket': ['0.2.0'],
  'wasmcloud:bus/lattice': ['1.0.0', '2.0.0'],
  'wasmcloud:secrets/reveal': ['0.1.0-draft'],
  'wasmcloud:secrets/store': ['0.1.0-draft'],
}

/**
 * Whether the engine serves an imported interface by itself, so that no link is needed for it. `name` is a full name,
 * `wasi:http/types@0.2.3`; without a version it asks whether any version is served.
 */
export function isBuiltIn(name: string): boolean {
  const base = unversioned(name)
  const versions = Object.hasOwn(offers, base) ? offers[base] : undefined
  if (versions === undefined) return false
  const wanted = parseInterfaceName(name)?.version
  return wanted === undefined || versions.some((offered) => isVersionCompatible(wanted, offered))
}
