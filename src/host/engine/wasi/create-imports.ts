import type { ComponentImports, MissingFunction } from '../linker/component-instance.js'
import { isBuiltIn } from '../built-in-interfaces.js'
import { unversioned } from '../../../wit/interface-name.js'
import type { World } from '../../../wit/model.js'
import {
  createEnvironment,
  createExit,
  createStderr,
  createStdin,
  createStdout,
  createTerminals,
} from './cli.js'
import { createMonotonicClock, createTimezone, createWallClock } from './clocks.js'
import { createConfigStore } from './config.js'
import { createFilesystem } from './filesystem.js'
import type { GuestHost } from './guest-host.js'
import { createHttpTypes, createOutgoingHandler } from './http/types.js'
import { InputStream } from './io/input-stream.js'
import { IoError } from './io/io-error.js'
import { OutputStream } from './io/output-stream.js'
import { Pollable, pollAll } from './io/pollable.js'
import { LineLog } from './log-stream.js'
import { createLogging } from './logging.js'
import { LinkSelection } from './link-selection.js'
import { describeMissingLink } from './missing-link.js'
import { createInsecureRandom, createInsecureSeed, createRandom } from './random.js'
import { createSockets } from './sockets.js'
import { trapGuest } from './trap.js'
import { createLattice, createSecrets } from './wasmcloud.js'

/** What a component's world is answered with. */
export interface GuestImports {
  readonly imports: ComponentImports
  /** Answers for functions of interfaces that nothing is linked to, with a trap that says what is missing. */
  readonly onMissing: (interfaceName: string | undefined, functionName: string) => MissingFunction
  /** The links that the instance calls over. */
  readonly links: LinkSelection
  /** An instance was created or reset: it knows nothing of what earlier ones chose. */
  readonly beginInstance: () => void
  /** A call is over: writes out lines of its output that have no end. */
  readonly finishOutput: () => void
}

/** Creates the imports of a component for one thread, by the exact names of its world. */
export function createGuestImports(host: GuestHost, world: World): GuestImports {
  const stdout = new LineLog(host, 'stdout')
  const stderr = new LineLog(host, 'stderr')
  const served = serveInterfaces(host, stdout, stderr)
  const links = new LinkSelection()
  const imports: Record<string, object> = {}
  for (const item of world.imports) {
    if (item.kind !== 'interface') continue
    const base = unversioned(item.name)
    if (isBuiltIn(item.name) || base === 'wasi:http/outgoing-handler') imports[item.name] = served[base] ?? {}
    else imports[item.name] = {}
  }
  return {
    imports,
    links,
    beginInstance: () => links.clear(),
    onMissing: (interfaceName, functionName) => () => {
      trapGuest(describeMissingFunction(host.componentId, interfaceName, functionName))
    },
    finishOutput: () => {
      stdout.finish()
      stderr.finish()
    },
  }
}

function serveInterfaces(
  host: GuestHost,
  stdout: LineLog,
  stderr: LineLog,
): Readonly<Record<string, object>> {
  const config = createConfigStore(host)
  return {
    'wasi:io/error': { Error: IoError },
    'wasi:io/poll': { Pollable, poll: (list: readonly Pollable[]) => pollAll(host, list) },
    'wasi:io/streams': { InputStream, OutputStream },
    'wasi:clocks/monotonic-clock': createMonotonicClock(host),
    'wasi:clocks/wall-clock': createWallClock(),
    'wasi:clocks/timezone': createTimezone(),
    'wasi:random/random': createRandom(),
    'wasi:random/insecure': createInsecureRandom(),
    'wasi:random/insecure-seed': createInsecureSeed(),
    'wasi:cli/environment': createEnvironment(),
    'wasi:cli/exit': createExit(),
    'wasi:cli/stdin': createStdin(host),
    'wasi:cli/stdout': createStdout(host, stdout),
    'wasi:cli/stderr': createStderr(host, stderr),
    ...createTerminals(),
    ...createFilesystem(),
    ...createSockets(),
    'wasi:http/types': createHttpTypes(host),
    'wasi:http/outgoing-handler': createOutgoingHandler(() =>
      describeMissingLink(host.componentId, 'wasi:http/outgoing-handler'),
    ),
    'wasi:config/store': config,
    'wasi:config/runtime': config,
    'wasi:logging/logging': createLogging(host),
    'wasmcloud:bus/lattice': createLattice(),
    ...createSecrets(),
  }
}

function describeMissingFunction(
  componentId: string,
  interfaceName: string | undefined,
  functionName: string,
): string {
  if (interfaceName === undefined) {
    return `Function "${functionName}" of the component's world cannot be linked: only interfaces can`
  }
  if (isBuiltIn(interfaceName))
    return `${interfaceName} has no function "${functionName}" in this version of washi`
  return `Cannot call "${functionName}": ${describeMissingLink(componentId, interfaceName)}`
}
