import { startApplicationManager } from '../apps/start-application-manager.js'
import { startBus } from '../bus/start-bus.js'
import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import type { Authorize } from '../host/authorize.js'
import type { EngineChoice } from '../host/engine/engine-choice.js'
import type { InstancePolicy } from '../host/engine/guest-pool.js'
import type { ProviderDefinition } from '../host/provider.js'
import type { HostClosed } from '../host/host.js'
import type { ProviderFolders } from '../host/host-options.js'
import { startHost } from '../host/start-host.js'
import type { LatticeAccess } from '../lattice/access.js'
import { connectLattice } from '../lattice/connection.js'
import type { LatticeName } from '../lattice/ids.js'
import { embeddedProviders } from './embedded-providers.js'
import { startSecrets } from './start-secrets.js'
import { StopStack } from './stop-stack.js'

/** Where the session's bus is. */
export type BusChoice =
  /** Its own; where a NATS server holds that port already, that one. */
  | {
      readonly kind: 'embedded'
      readonly host: string
      /** 0 takes a free port. */
      readonly port: number
      readonly storeDir: string
      readonly jsDomain?: string | undefined
    }
  /** One that runs already. */
  | {
      readonly kind: 'external'
      readonly url: string
      readonly jsDomain?: string | undefined
      readonly access?: LatticeAccess | undefined
    }

/** What to start. */
export interface SessionOptions {
  readonly bus: BusChoice
  readonly lattice: LatticeName
  /** Version that the host reports. */
  readonly version: string
  readonly labels: Readonly<Record<string, string>>
  /** The host's identity; default a new one. */
  readonly hostSeed?: string | undefined
  readonly secrets?: {
    /** Prefix of the subjects of secrets backends. Default `wasmcloud.secrets`. */
    readonly topic?: string | undefined
    /** Where the keys of the session's own backend are, or will be. Default: they are forgotten with the session. */
    readonly keyFile?: string | undefined
  }
  readonly instancePolicy: InstancePolicy
  /** See HostOptions.colocation. Default true. */
  readonly colocation?: boolean | undefined
  readonly engine: EngineChoice
  /** See HostOptions.providerFolders. */
  readonly providerFolders?: ProviderFolders | undefined
  /** Default: all that washi has. Looked through at each start of a provider, so it may grow. */
  readonly providers?: readonly ProviderDefinition[] | undefined
  /** See HostOptions.authorize. */
  readonly authorize?: Authorize | undefined
  readonly log: Logger
  readonly clock: Clock
  /** Ends a start that has not succeeded yet. */
  readonly signal: AbortSignal
}

/** Why a session is no more. */
export type SessionEnd =
  | { readonly kind: 'stopped' }
  /** Somebody on the lattice stopped the host. */
  | { readonly kind: 'host-stopped' }
  | { readonly kind: 'failed'; readonly error: AppError }

/** A running lattice: bus, host and application manager. Whoever started it stops it. */
export interface Session extends AsyncDisposable {
  readonly hostId: string
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
  const { lattice, log, clock, signal } = options
  const bus = await openBus(options, parts)
  signal.throwIfAborted()
  const connection = await connectLattice({
    url: bus.url,
    lattice,
    name: 'washi',
    jsDomain: options.bus.jsDomain,
    access: options.bus.kind === 'external' ? options.bus.access : undefined,
    signal,
  })
  parts.add(() => connection.close())
  const { topic, keyFile } = options.secrets ?? {}
  const secrets = await startSecrets({
    ...{ connection, topic, keyFile, clock },
    log: log.child({ part: 'secrets' }),
  })
  parts.add(async () => await secrets?.close())
  const host = await startHost({
    secretsTopic: topic,
    connection,
    version: options.version,
    seed: options.hostSeed,
    labels: options.labels,
    providerFolders: options.providerFolders,
    providers: options.providers ?? embeddedProviders,
    authorize: options.authorize,
    instancePolicy: options.instancePolicy,
    engine: options.engine,
    colocation: options.colocation,
    log: log.child({ part: 'host' }),
    clock,
    signal,
  })
  parts.add(() => host.stop())
  const manager = await startApplicationManager({ connection, log: log.child({ part: 'apps' }), clock })
  parts.add(() => manager.stop())
  signal.throwIfAborted()
  const ended = Promise.race([bus.ended, host.closed.then(toEnd), manager.closed.then(toManagerEnd)])
  const stop = (): Promise<void> => parts.stop()
  return {
    hostId: host.id,
    natsUrl: bus.url,
    ownsBus: bus.own,
    ownsManager: manager.role === 'active',
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

interface OpenBus {
  readonly url: string
  readonly own: boolean
  readonly ended: Promise<SessionEnd>
}

const never: Promise<never> = new Promise(() => undefined)

async function openBus(
  { bus: choice, log, lattice, signal }: SessionOptions,
  parts: StopStack,
): Promise<OpenBus> {
  if (choice.kind === 'external') return { url: choice.url, own: false, ended: never }
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
    if (!(await answersAsNats(url, lattice, signal))) throw error
    log.info('using the NATS server that holds the port already', { url })
    return { url, own: false, ended: never }
  }
}

async function answersAsNats(url: string, lattice: LatticeName, signal: AbortSignal): Promise<boolean> {
  try {
    const connection = await connectLattice({ url, lattice, name: 'washi-probe', signal })
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
