import type { LatticeName } from './ids.js'

/** What the subjects of one lattice depend on. */
export interface SubjectOptions {
  readonly lattice: LatticeName
  /** Prefix of the control subjects only. Default `wasmbus.ctl`. */
  readonly ctlPrefix?: string | undefined
}

/** The default of SubjectOptions.ctlPrefix. */
export const defaultCtlPrefix = 'wasmbus.ctl'

/** Every subject of one lattice; nothing else in washi builds one. */
export type Subjects = ReturnType<typeof createSubjects>

/** The subjects and queue groups of a lattice, as of wasmCloud 1.9. */
export function createSubjects({ lattice, ctlPrefix = defaultCtlPrefix }: SubjectOptions) {
  const ctl = `${ctlPrefix}.v1.${lattice}`
  const rpc = `wasmbus.rpc.${lattice}`
  return {
    /** Start of every control subject of the lattice, dot included. */
    ctlRoot: `${ctl}.`,
    hostPing: `${ctl}.host.ping`,
    hostGet: (hostId: string) => `${ctl}.host.get.${hostId}`,
    hostStop: (hostId: string) => `${ctl}.host.stop.${hostId}`,
    componentAuction: `${ctl}.component.auction`,
    componentScale: (hostId: string) => `${ctl}.component.scale.${hostId}`,
    componentUpdate: (hostId: string) => `${ctl}.component.update.${hostId}`,
    providerAuction: `${ctl}.provider.auction`,
    providerStart: (hostId: string) => `${ctl}.provider.start.${hostId}`,
    providerStop: (hostId: string) => `${ctl}.provider.stop.${hostId}`,
    labelPut: (hostId: string) => `${ctl}.label.put.${hostId}`,
    labelDelete: (hostId: string) => `${ctl}.label.del.${hostId}`,
    linkPut: `${ctl}.link.put`,
    linkDelete: `${ctl}.link.del`,
    linkGet: `${ctl}.link.get`,
    claimsGet: `${ctl}.claims.get`,
    configPut: (name: string) => `${ctl}.config.put.${name}`,
    configGet: (name: string) => `${ctl}.config.get.${name}`,
    configDelete: (name: string) => `${ctl}.config.del.${name}`,
    registryPut: `${ctl}.registry.put`,

    /** What a host subscribes to, depending on what it bids for; a group makes one host of the lattice answer. */
    hostSubscriptions: (
      hostId: string,
      auctions: { readonly components: boolean; readonly providers: boolean },
    ): readonly HostSubscription[] => [
      { subject: `${ctl}.registry.put` },
      { subject: `${ctl}.host.ping` },
      ...(auctions.components ? [{ subject: `${ctl}.component.auction` }] : []),
      ...(auctions.providers ? [{ subject: `${ctl}.provider.auction` }] : []),
      { subject: `${ctl}.component.*.${hostId}` },
      { subject: `${ctl}.provider.*.${hostId}` },
      { subject: `${ctl}.label.*.${hostId}` },
      { subject: `${ctl}.host.*.${hostId}` },
      { subject: `${ctl}.link.*`, queue: `${ctl}.link` },
      { subject: `${ctl}.claims.get`, queue: `${ctl}.claims` },
      { subject: `${ctl}.config.>`, queue: `${ctl}.config` },
    ],

    configService: `wasmbus.cfg.${lattice}.req`,
    /** Ours: where spies ask hosts for copies of the calls that they answer. */
    spy: `washi.spy.${lattice}`,

    event: (name: string) => `wasmbus.evt.${lattice}.${name}`,
    events: `wasmbus.evt.${lattice}.>`,

    providerLinkPut: (providerId: string) => `${rpc}.${providerId}.linkdefs.put`,
    providerLinkDelete: (providerId: string) => `${rpc}.${providerId}.linkdefs.del`,
    providerHealth: (providerId: string) => `${rpc}.${providerId}.health`,
    providerShutdown: (providerId: string) => `${rpc}.${providerId}.default.shutdown`,
    providerConfigUpdate: (providerId: string) => `${rpc}.${providerId}.config.update`,
  } as const
}

/** A subject pattern and, where one host answers for all, its queue group. */
export interface HostSubscription {
  readonly subject: string
  readonly queue?: string
}

/** The default of the prefix of secretSubjects(). */
export const defaultSecretsTopic = 'wasmcloud.secrets'

/** The subjects of backends for secrets, which are no lattice's own. */
export function secretSubjects(topic: string) {
  const root = `${topic}.v1alpha1`
  return {
    serverXkey: (backend: string) => `${root}.${backend}.server_xkey`,
    get: (backend: string) => `${root}.${backend}.get`,
    /** Start of all subjects of a backend, dot included. */
    backendRoot: (backend: string) => `${root}.${backend}.`,
    putSecret: (backend: string) => `${root}.${backend}.put_secret`,
    addMapping: (backend: string, subject: string) => `${root}.${backend}.add_mapping.${subject}`,
    removeMapping: (backend: string, subject: string) => `${root}.${backend}.remove_mapping.${subject}`,
    /** Ours: takes a secret away. */
    deleteSecret: (backend: string) => `${root}.${backend}.delete_secret`,
    /** Ours: a backend says here which secret has another value. */
    changed: (backend: string) => `${root}.${backend}.changed`,
  } as const
}
