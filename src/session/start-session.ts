import { startApplicationManager } from '../apps/start-application-manager.js'
import { startBus } from '../bus/start-bus.js'
import { AppError } from '../core/errors.js'
import type { HostClosed } from '../host/host.js'
import { connectLattice } from '../lattice/connection.js'
import type { LatticeConnection } from '../lattice/connection.js'
import type { LatticeName } from '../lattice/ids.js'
import type { BusAddress, SessionOptions } from './session-options.js'
import { startHosts } from './start-hosts.js'
import { startSecrets } from './start-secrets.js'
import { StopStack } from './stop-stack.js'

/** Why a session is no more. */
export type SessionEnd =
  | { readonly kind: 'stopped' }
  /** Somebody on the lattice stopped the host. */
  | { readonly kind: 'host-stopped' }
  | { readonly kind: 'failed'; readonly error: AppError }

/** A running lattice: bus, host and application manager. Whoever started it stops it. */
export interface Session extends AsyncDisposable {
  readonly hostId: string
  /** Of all hosts, the first one's first. */
  readonly hostIds: readonly string[]
  readonly natsUrl: string
  readonly ownsBus: boolean
  readonly ownsManager: boolean
  /** Resolves with the reason once the session can do no more; it still wants to be stopped. Never rejects. */
  readonly ended: Promise<SessionEnd>
  /** Takes everything down that was started here, the last first. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a whole lattice in this process and resolves when its host answers. Throws what the failing part threw, after
 * the others were taken down again.
 */
export async function startSession(options: SessionOptions): Promise<Session> {
  const parts = new StopStack()
  // The bus ends with its signal, and that must come last: later interruptions are for stop() to answer.
  const starting = new AbortController()
  const onAbort = (): void => starting.abort(options.signal.reason)
  options.signal.addEventListener('abort', onAbort, { once: true })
  try {
    options.signal.throwIfAborted()
    return await startParts({ ...options, signal: starting.signal }, parts)
  } catch (error) {
    await parts
      .stop()
      .catch((failure: unknown) =>
        options.log.warn('cannot take down what had started', { failure: String(failure) }),
      )
    throw error
  } finally {
    options.signal.removeEventListener('abort', onAbort)
  }
}

async function startParts(options: SessionOptions, parts: StopStack): Promise<Session> {
  const { log, clock, signal } = options
  const bus = await openBus(options, parts)
  signal.throwIfAborted()
  const connection = await connect(options, bus, parts)
  const rpc = options.rpc ? await connect(options, options.rpc, parts) : undefined
  const secrets = await startSecrets({
    ...{ connection, clock, topic: options.secrets?.topic, keyFile: options.secrets?.keyFile },
    log: log.child({ part: 'secrets' }),
  })
  parts.add(async () => await secrets?.close())
  const hosts = await startHosts(options, { connection, rpc, signal })
  parts.add(() => hosts.stop())
  const manager = await startApplicationManager({ connection, log: log.child({ part: 'apps' }), clock })
  parts.add(() => manager.stop())
  signal.throwIfAborted()
  const ended = Promise.race([bus.ended, hosts.closed.then(toEnd), manager.closed.then(toManagerEnd)])
  const stop = (): Promise<void> => parts.stop()
  return {
    hostId: hosts.ids[0],
    hostIds: hosts.ids,
    natsUrl: bus.url,
    ownsBus: bus.own,
    ownsManager: manager.role === 'active',
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function connect(
  { lattice, ctlPrefix, bus, signal }: SessionOptions,
  { url, access }: BusAddress,
  parts: StopStack,
): Promise<LatticeConnection> {
  const { jsDomain } = bus
  const connection = await connectLattice({
    url,
    lattice,
    name: 'washi',
    jsDomain,
    ctlPrefix,
    access,
    signal,
  })
  parts.add(() => connection.close())
  return connection
}

interface OpenBus extends BusAddress {
  readonly own: boolean
  readonly ended: Promise<SessionEnd>
}

const never: Promise<never> = new Promise(() => undefined)

async function openBus(
  { bus: choice, log, lattice, signal }: SessionOptions,
  parts: StopStack,
): Promise<OpenBus> {
  const { access } = choice
  if (choice.kind === 'external') return { url: choice.url, access, own: false, ended: never }
  try {
    const { host, port, storeDir, jsDomain } = choice
    const bus = await startBus({ host, port, storeDir, jsDomain, log: log.child({ part: 'bus' }), signal })
    parts.add(() => bus.stop())
    const closed = bus.closed.then((end): SessionEnd => {
      if (end.kind === 'stopped') return { kind: 'stopped' }
      const message = `The message bus ended: ${end.cause.message}`
      return {
        kind: 'failed',
        error: failed(message, end.cause),
      }
    })
    return { url: bus.url, own: true, ended: closed }
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'BUS_PORT_IN_USE') throw error
    const url = `nats://${choice.host}:${choice.port}`
    if (!(await answersAsNats({ url, access }, lattice, signal))) throw error
    log.info('using the NATS server that holds the port already', { url })
    return { url, access, own: false, ended: never }
  }
}

async function answersAsNats(bus: BusAddress, lattice: LatticeName, signal: AbortSignal): Promise<boolean> {
  try {
    const connection = await connectLattice({ ...bus, lattice, name: 'washi-probe', signal })
    await connection.close()
    return true
  } catch {
    signal.throwIfAborted()
    return false // the error of the taken port says more than that of the probe
  }
}

function toEnd(closed: HostClosed): SessionEnd {
  switch (closed.kind) {
    case 'stopped':
      return { kind: 'stopped' }
    case 'stop-requested':
      return { kind: 'host-stopped' }
    case 'connection-lost':
      return {
        kind: 'failed',
        error: failed('The connection to the message bus ended', closed.reason),
      }
    default:
      return closed satisfies never
  }
}

function toManagerEnd(reason: Error | undefined): SessionEnd {
  if (reason === undefined) return { kind: 'stopped' }
  return { kind: 'failed', error: failed(`The application manager ended: ${reason.message}`, reason) }
}

function failed(message: string, cause: unknown): AppError {
  return new AppError('SESSION_FAILED', message, { hint: 'washi up -d', cause })
}
