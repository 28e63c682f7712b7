import { isVersionCompatible, parseInterfaceName, unversioned } from '../../wit/interface-name.js'

/** An interface that the engine answers within the guest's thread. */
export interface Offer {
  /** Name without version. */
  readonly interface: string
  /** The versions that it has here; undefined stands for an interface without version. */
  readonly versions: readonly (string | undefined)[]
  /** What a link must list for its calls to get anywhere; undefined where it needs no link. */
  readonly link?: string | undefined
}

/** An offer with the one of its versions that serves an import. */
export interface FoundOffer {
  readonly offer: Offer
  readonly version: string | undefined
}

const wasi = ['0.2.0']

/** Interfaces of hosts at a stable version, by package. */
const wasiInterfaces: Readonly<Record<string, readonly string[]>> = {
  'wasi:cli': [
    'environment',
    'exit',
    'stderr',
    'stdin',
    'stdout',
    'terminal-input',
    'terminal-output',
    'terminal-stderr',
    'terminal-stdin',
    'terminal-stdout',
  ],
  'wasi:clocks': ['monotonic-clock', 'timezone', 'wall-clock'],
  'wasi:filesystem': ['preopens', 'types'],
  'wasi:http': ['types'],
  'wasi:io': ['error', 'poll', 'streams'],
  'wasi:random': ['insecure', 'insecure-seed', 'random'],
  'wasi:sockets': [
    'instance-network',
    'ip-name-lookup',
    'network',
    'tcp',
    'tcp-create-socket',
    'udp',
    'udp-create-socket',
  ],
}

const others: readonly Offer[] = [
  { interface: 'wasi:blobstore/blobstore', versions: ['0.2.0-draft'], link: 'wasi:blobstore/blobstore' },
  { interface: 'wasi:blobstore/container', versions: ['0.2.0-draft'], link: 'wasi:blobstore/blobstore' },
  { interface: 'wasi:blobstore/types', versions: ['0.2.0-draft'], link: 'wasi:blobstore/blobstore' },
  { interface: 'wasi:config/runtime', versions: ['0.2.0-draft'] },
  { interface: 'wasi:config/store', versions: ['0.2.0-draft', '0.2.0-draft-2024-09-27', '0.2.0-rc.1'] },
  { interface: 'wasi:http/outgoing-handler', versions: wasi, link: 'wasi:http/outgoing-handler' },
  { interface: 'wasi:keyvalue/atomics', versions: ['0.2.0-draft'], link: 'wasi:keyvalue/atomics' },
  { interface: 'wasi:keyvalue/batch', versions: ['0.2.0-draft'], link: 'wasi:keyvalue/batch' },
  { interface: 'wasi:keyvalue/store', versions: ['0.2.0-draft'], link: 'wasi:keyvalue/store' },
  { interface: 'wasi:logging/logging', versions: [undefined, '0.1.0-draft'] },
  { interface: 'wasmcloud:bus/error', versions: ['2.0.1'] },
  { interface: 'wasmcloud:bus/lattice', versions: ['1.0.0', '2.0.0'] },
  { interface: 'wasmcloud:identity/store', versions: ['0.0.1'] },
  { interface: 'wasmcloud:messaging/consumer', versions: ['0.2.0'], link: 'wasmcloud:messaging/consumer' },
  { interface: 'wasmcloud:messaging/producer', versions: ['0.3.0'], link: 'wasmcloud:messaging/consumer' },
  {
    interface: 'wasmcloud:messaging/request-reply',
    versions: ['0.3.0'],
    link: 'wasmcloud:messaging/consumer',
  },
  { interface: 'wasmcloud:messaging/types', versions: ['0.2.0', '0.3.0'] },
  { interface: 'wasmcloud:secrets/reveal', versions: ['0.1.0-draft'] },
  { interface: 'wasmcloud:secrets/store', versions: ['0.1.0-draft'] },
  { interface: 'wrpc:rpc/error', versions: ['0.1.0'] },
]

const offers: ReadonlyMap<string, Offer> = new Map(
  [
    ...Object.entries(wasiInterfaces).flatMap(([name, interfaces]) =>
      interfaces.map((last): Offer => ({ interface: `${name}/${last}`, versions: wasi })),
    ),
    ...others,
  ].map((offer) => [offer.interface, offer]),
)

/** What the engine has under that name, whatever its version. */
export function findOfferOfAnyVersion(name: string): Offer | undefined {
  return offers.get(unversioned(name))
}

/** The offer that serves an import of that full name (`wasi:http/types@0.2.3`); undefined where none does. */
export function findOffer(name: string): FoundOffer | undefined {
  const offer = findOfferOfAnyVersion(name)
  const wanted = parseInterfaceName(name)?.version
  const index = offer?.versions.findIndex((version) => isVersionCompatible(wanted, version)) ?? -1
  return offer === undefined || index < 0 ? undefined : { offer, version: offer.versions[index] }
}

/**
 * Whether the engine serves an imported interface by itself, so that no link is needed for it. `name` is a full name,
 * `wasi:http/types@0.2.3`; without a version it asks whether any version is served.
 */
export function isBuiltIn(name: string): boolean {
  const hasVersion = parseInterfaceName(name)?.version !== undefined
  const offer = hasVersion ? findOffer(name)?.offer : findOfferOfAnyVersion(name)
  return offer !== undefined && offer.link === undefined
}

/** What a link must list to serve calls of an interface (without version): mostly itself. */
export function linkKeyOf(interfaceName: string): string {
  const base = unversioned(interfaceName)
  return offers.get(base)?.link ?? base
}
