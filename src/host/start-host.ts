import { setMaxListeners } from 'node:events'
import { AppError, messageOf } from '../core/errors.js'
import type { HostInventory } from '../lattice/control/inventory-schemas.js'
import { createEventPublisher } from '../lattice/events/event-publisher.js'
import type { EventPublisher } from '../lattice/events/event-publisher.js'
import { createFriendlyName } from '../lattice/identity/friendly-name.js'
import { createHostKey, type HostKey } from '../lattice/identity/host-key.js'
import { openLatticeStore } from '../lattice/store/lattice-store.js'
import type { LatticeStore } from '../lattice/store/lattice-store.js'
import { WrpcClient } from '../lattice/wrpc/client.js'
import { CallTap } from './calls/call-tap.js'
import { createComponentServer } from './calls/component-server.js'
import { createProviderServer } from './calls/provider-server.js'
import { createRemoteTarget } from './calls/remote-target.js'
import { createRouter } from './calls/router.js'
import { HostChanges } from './calls/host-changes.js'
import { permittedByAll } from './authorize.js'
import type { Authorize } from './authorize.js'
import { ComponentTable } from './components/component-table.js'
import type { ComponentRuntime } from './components/component-runtime.js'
import { guestLogWriter } from './components/guest-log.js'
import { engineRuntime } from './components/engine-runtime.js'
import { startControlServer } from './control/control-server.js'
import { loadJco } from './engine/jco/load-jco.js'
import { errorChain } from './error-chain.js'
import { fitInventory } from './fit-inventory.js'
import { startHeartbeat } from './heartbeat.js'
import { createHost } from './host.js'
import type { EndableHost, Host } from './host.js'
import { resolveHostOptions } from './host-options.js'
import type { HostOptions, ResolvedHostOptions } from './host-options.js'
import { uptimeOf } from './host-state.js'
import type { HostState } from './host-state.js'
import { hostLabels } from './identity/host-labels.js'
import { openKeptLabels, passingLabels } from './identity/kept-labels.js'
import type { LabelKeeper } from './identity/kept-labels.js'
import { LinkTable } from './links/link-table.js'
import { LiveConfigs } from './links/live-configs.js'
import { startPolicyService } from './policy/policy-service.js'
import { createExternalSurroundings } from './providers/external/external-surroundings.js'
import { SecretResolver } from './secrets/secret-resolver.js'
import { askConfigService } from './registries/ask-config-service.js'
import { RegistryLogins } from './registries/registry-logins.js'
import { ProviderTable } from './providers/provider-table.js'

/**
 * Starts a host in the connection's lattice: resolves when it knows the lattice's links and configs, answers the control
 * interface and has announced itself. Throws ENGINE_NOT_INSTALLED or HOST_START_FAILED and leaves nothing behind otherwise.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const key = createHostKey(options.seed)
  const { hostId } = key
  const settings = resolveHostOptions(options)
  // Before anything is announced: every component of the host would fail otherwise.
  if (settings.engine.kind === 'jco') await loadJco(settings.engine.folder)
  const state: HostState = {
    hostId,
    friendlyName: createFriendlyName(),
    version: settings.version,
    startedAt: settings.clock.now(),
    labels: hostLabels(settings.machine, settings.labels),
  }
  const abort = new AbortController()
  // Each of the host's subscriptions and watches ends with it: more listeners than Node takes for a leak.
  setMaxListeners(0, abort.signal)
  try {
    const store = await openLatticeStore(settings.connection)
    // A host that gets another identity each time would leave its labels behind for nobody.
    const labels =
      options.seed === undefined
        ? passingLabels(settings.labels)
        : await openKeptLabels(settings.connection, hostId, settings.labels)
    state.labels = hostLabels(settings.machine, labels.labels)
    const authorize = createAuthorize(settings, state, abort.signal)
    const parts = createParts(settings, { state, store, key, authorize, runtime: options.runtime })
    const signal = options.signal ? AbortSignal.any([abort.signal, options.signal]) : abort.signal
    parts.secrets.start(abort.signal)
    parts.tap.start(abort.signal)
    await Promise.all([
      parts.configs.start(abort.signal),
      parts.links.start(abort.signal),
      parts.providers.endOrphans(),
    ])
    if (settings.hasConfigService) {
      parts.registries.put(await askConfigService(settings.connection, state.labels, settings.log))
    }
    signal.throwIfAborted()
    return await announce(settings, { state, store, labels, parts, abort })
  } catch (cause) {
    abort.abort()
    if (options.signal?.aborted) throw cause
    throw new AppError(
      'HOST_START_FAILED',
      `Cannot start a host in the lattice "${settings.connection.lattice}": ${messageOf(cause)}`,
      { hint: cause instanceof AppError ? cause.hint : undefined, cause },
    )
  }
}

/** Whoever has a say in what may start and be called. */
function createAuthorize(
  { authorize, policy, connection, log }: ResolvedHostOptions,
  { hostId, labels }: HostState,
  signal: AbortSignal,
): Authorize | undefined {
  if (!policy) return authorize
  const host = { publicKey: hostId, lattice: connection.lattice, labels }
  return permittedByAll(authorize, startPolicyService(policy, { connection, host, log, signal }))
}

interface Parts {
  readonly configs: LiveConfigs
  readonly secrets: SecretResolver
  readonly links: LinkTable
  readonly components: ComponentTable
  readonly providers: ProviderTable
  readonly registries: RegistryLogins
  readonly publish: EventPublisher
  readonly client: WrpcClient
  readonly tap: CallTap
  readonly inventory: () => HostInventory
}

function createParts(
  settings: ResolvedHostOptions,
  given: {
    readonly state: HostState
    readonly store: LatticeStore
    readonly key: HostKey
    readonly authorize: Authorize | undefined
    readonly runtime: ComponentRuntime | undefined
  },
): Parts {
  const { connection, rpc, clock, log, healthCheckMs } = settings
  const { limits, isFileLoadAllowed, instancePolicy, engine } = settings
  const { state, store, key, authorize, runtime } = given
  const hostId = state.hostId
  const send = createEventPublisher(connection, { source: hostId, clock })
  const publish: EventPublisher = (name, data) => {
    try {
      send(name, data)
    } catch (failure) {
      log.warn('cannot publish an event', { event: name, reason: errorChain(failure) })
    }
  }
  const configs = new LiveConfigs(store.config, log)
  const links = new LinkTable(store.data, log)
  const secrets = new SecretResolver({
    ...{ connection, topic: settings.secretsTopic, bucket: store.config, log },
    hostToken: () => key.issueToken({ ...state, now: clock.now() }),
    onChange: (name) => configs.announce(name),
  })
  const shared = { hostId, configs, secrets, store: store.data, publish, log }
  const client = new WrpcClient(rpc, log)
  const router = createRouter({
    links,
    findComponent: (id) => components.get(id)?.target,
    findProvider: (id) => providers.target(id),
    findColocation: (id) =>
      settings.colocation && !tap.isOn ? components.get(id)?.pool.colocation() : undefined,
    logAs: (id, line) => guestLogWriter(log, id)(line),
    remote: (id) => createRemoteTarget(client, { lattice: rpc.lattice, id }),
  })
  const changes = new HostChanges()
  // For as long as the host is there.
  links.onChange(() => changes.advance())
  configs.onChange(() => changes.advance())
  const tap = new CallTap({
    ...{ connection, hostId, now: () => clock.now() },
    ids: () =>
      [...components.describe(), ...providers.describe().filter(({ id }) => providers.target(id))].map(
        ({ id }) => id,
      ),
    // Calls within threads go on unseen, or come back there.
    onToggle: () => changes.advance(),
  })
  const components: ComponentTable = new ComponentTable({
    ...{ ...shared, tap },
    runtime: runtime ?? engineRuntime,
    ...{ limits, isFileLoadAllowed, clock, instancePolicy, engine, authorize },
    linkedCalls: router.linkedCalls,
    changes,
    serve: createComponentServer(rpc, log),
  })
  const external = createExternalSurroundings(settings, hostId)
  configs.onChange((name) => components.configChanged(name))
  const providers: ProviderTable = new ProviderTable({
    ...{ ...shared, tap, links, clock, healthCheckMs, authorize, definitions: settings.providers },
    ...{ timings: settings.providerTimings, external, isFileLoadAllowed },
    httpTarget: router.httpTarget,
    rpcTarget: router.target,
    serve: createProviderServer(rpc, log),
    bus: { url: rpc.url, jsDomain: connection.jsDomain },
  })
  const inventory = (): HostInventory => ({
    components: [...components.describe()],
    providers: [...providers.describe()],
    host_id: hostId,
    friendly_name: state.friendlyName,
    labels: state.labels,
    version: state.version,
    ...uptimeOf(state, clock.now()),
  })
  const registries = new RegistryLogins()
  return { configs, secrets, links, components, providers, registries, publish, inventory, client, tap }
}

async function announce(
  settings: ResolvedHostOptions,
  given: {
    readonly state: HostState
    readonly store: LatticeStore
    readonly labels: LabelKeeper
    readonly parts: Parts
    readonly abort: AbortController
  },
): Promise<Host> {
  const { connection, rpc, auctions, log, clock } = settings
  const { state, store, labels, parts, abort } = given
  const { publish, inventory } = parts
  const requestStop = (deadlineMs: number): void => {
    // After the answer: stopping ends what would send it.
    setImmediate(() => void end({ kind: 'stop-requested' }, deadlineMs))
  }
  const surroundings = {
    ...{ state, store, labels, connection, rpc, auctions, log, requestStop, now: () => clock.now() },
    ...parts,
  }
  const server = await startControlServer(surroundings, { signal: abort.signal })
  const beat = (): void => {
    publish('host_heartbeat', fitInventory(inventory(), connection.maxPayload - roomForEnvelope))
  }
  const stopHeartbeat = startHeartbeat(settings, beat)
  const host = createHost({
    id: state.hostId,
    friendlyName: state.friendlyName,
    inventory,
    shutDown: async (graceMs) => {
      stopHeartbeat()
      abort.abort()
      const parties = [
        () => server.ended,
        () => parts.providers.stopAll(),
        () => parts.components.stop(graceMs),
        () => parts.client.close(),
      ]
      const watches = [() => parts.links.ended(), () => parts.configs.ended()]
      const failures = await runAll([...parties, ...watches])
      publish('host_stopped', { labels: state.labels })
      if (failures.length > 0) throw new AggregateError(failures, 'Cannot stop the host cleanly')
    },
  })
  const end = async (...ending: Parameters<EndableHost['end']>): Promise<void> => {
    await host
      .end(...ending)
      .catch((failure: unknown) => log.warn('cannot stop the host cleanly', { reason: errorChain(failure) }))
  }
  for (const { closed } of new Set([connection, rpc])) {
    void closed.then((reason) => end({ kind: 'connection-lost', reason }))
  }
  const { friendlyName: friendly_name, version } = state
  publish('host_started', { friendly_name, labels: state.labels, uptime_seconds: 0, version })
  log.info('host started', { host: state.hostId, name: friendly_name, lattice: connection.lattice })
  return host
}

/** What an event has beside its data. */
const roomForEnvelope = 1_024

/** Runs the steps one after the other, whatever happens to each, and returns what was thrown. */
async function runAll(steps: readonly (() => Promise<unknown>)[]): Promise<unknown[]> {
  const failures: unknown[] = []
  for (const step of steps) await step().catch((failure: unknown) => failures.push(failure))
  return failures
}
