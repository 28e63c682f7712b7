import type { FoundOffer } from '../built-in-interfaces.js'
import {
  createEnvironment,
  createExit,
  createStderr,
  createStdin,
  createStdout,
  createTerminals,
} from './cli.js'
import { createMonotonicClock, createTimezone, createWallClock } from './clocks.js'
import { createBlobstore } from './blobstore/blobstore.js'
import { createConfigStore } from './config.js'
import { createFilesystem } from './filesystem/filesystem.js'
import type { GuestHost } from './guest-host.js'
import { createOutgoingHandler } from './http/outgoing-handler.js'
import { createHttpTypes } from './http/types.js'
import { InstanceState } from './instance-state.js'
import { InputStream } from './io/input-stream.js'
import { IoError } from './io/io-error.js'
import { OutputStream } from './io/output-stream.js'
import { Pollable, pollAll } from './io/pollable.js'
import { createKeyValue } from './keyvalue.js'
import { LineLog } from './log-stream.js'
import { createLogging } from './logging.js'
import { createMessaging } from './messaging.js'
import { createInsecureRandom, createInsecureSeed, createRandom } from './random.js'
import { createSockets } from './sockets.js'
import { createLattice1, createLattice2 } from './wasmcloud/lattice.js'
import { createRpcErrors } from './wasmcloud/rpc-error.js'
import { createIdentityStore, createSecrets } from './wasmcloud/secrets.js'

/** Everything that the engine serves to the guests of one thread. */
export interface ServedInterfaces {
  /** By name without version; where versions differ, by name with the version that is offered. */
  readonly interfaces: Readonly<Record<string, object>>
  readonly state: InstanceState
  readonly stdout: LineLog
  readonly stderr: LineLog
}

/** Creates what the engine serves. Nothing happens before a guest calls. */
export function serveInterfaces(host: GuestHost): ServedInterfaces {
  const state = new InstanceState()
  const stdout = new LineLog(host, 'stdout')
  const stderr = new LineLog(host, 'stderr')
  const interfaces = {
    ...serveIo(host),
    ...serveClocksAndRandom(host),
    ...serveCli(host, stdout, stderr),
    ...createFilesystem(host, state.open),
    ...createSockets(),
    ...serveHttp(host, state),
    ...serveWasmcloud(host, state),
  }
  return { interfaces, state, stdout, stderr }
}

/** What an offer is served with. */
export function findServed(
  interfaces: Readonly<Record<string, object>>,
  { offer, version }: FoundOffer,
): object | undefined {
  return interfaces[`${offer.interface}@${version ?? ''}`] ?? interfaces[offer.interface]
}

function serveIo(host: GuestHost): Readonly<Record<string, object>> {
  return {
    'wasi:io/error': { Error: IoError },
    'wasi:io/poll': { Pollable, poll: (list: readonly Pollable[]) => pollAll(host, list) },
    'wasi:io/streams': { InputStream, OutputStream },
  }
}

function serveClocksAndRandom(host: GuestHost): Readonly<Record<string, object>> {
  return {
    'wasi:clocks/monotonic-clock': createMonotonicClock(host),
    'wasi:clocks/wall-clock': createWallClock(),
    'wasi:clocks/timezone': createTimezone(),
    'wasi:random/random': createRandom(),
    'wasi:random/insecure': createInsecureRandom(),
    'wasi:random/insecure-seed': createInsecureSeed(),
  }
}

function serveCli(host: GuestHost, stdout: LineLog, stderr: LineLog): Readonly<Record<string, object>> {
  return {
    'wasi:cli/environment': createEnvironment(),
    'wasi:cli/exit': createExit(),
    'wasi:cli/stdin': createStdin(host),
    'wasi:cli/stdout': createStdout(host, stdout),
    'wasi:cli/stderr': createStderr(host, stderr),
    ...createTerminals(),
  }
}

function serveHttp(host: GuestHost, { links }: InstanceState): Readonly<Record<string, object>> {
  return {
    'wasi:http/types': createHttpTypes(host),
    'wasi:http/outgoing-handler': createOutgoingHandler(host, links),
  }
}

function serveWasmcloud(host: GuestHost, { links }: InstanceState): Readonly<Record<string, object>> {
  const config = createConfigStore(host)
  return {
    'wasi:config/store': config,
    'wasi:config/runtime': config,
    'wasi:logging/logging': createLogging(host),
    'wasmcloud:bus/lattice@1.0.0': createLattice1(links),
    'wasmcloud:bus/lattice@2.0.0': createLattice2(host, links),
    ...createRpcErrors(),
    ...createSecrets(host),
    'wasmcloud:identity/store': createIdentityStore(),
    ...createKeyValue(host, links),
    ...createBlobstore(host, links),
    ...createMessaging(host, links),
  }
}
