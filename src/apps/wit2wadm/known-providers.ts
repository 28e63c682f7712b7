/** A provider that a manifest may name, and what it is good for. */
export interface KnownProvider {
  /** Its name in the manifest. */
  readonly name: string
  readonly image: string
  /** What a component calls on it, by `namespace:package`. */
  readonly serves?: KnownLink | undefined
  /** What it calls on a component. */
  readonly calls?: KnownLink | undefined
}

/** The link between a component and a known provider. */
export interface KnownLink {
  readonly namespace: string
  readonly package: string
  readonly interfaces: readonly string[]
  /** Configuration of the provider's end of the link. */
  readonly config?: KnownConfig | undefined
  /** What there is to say of it, as a comment. */
  readonly note?: string | undefined
}

/** A named configuration, with a comment on each line that needs one. */
export interface KnownConfig {
  readonly name: string
  readonly comment?: string | undefined
  readonly properties: Readonly<Record<string, string>>
}

/** The providers of wasmCloud, with the images that its documentation of 1.9 names. */
export const knownProviders: readonly KnownProvider[] = [
  {
    name: 'httpserver',
    image: 'ghcr.io/wasmcloud/http-server:0.28.0',
    calls: {
      namespace: 'wasi',
      package: 'http',
      interfaces: ['incoming-handler'],
      config: {
        name: 'default-http',
        comment: 'Use 0.0.0.0:8000 to be reached from other machines.',
        properties: { address: '127.0.0.1:8000' },
      },
    },
  },
  {
    name: 'httpclient',
    image: 'ghcr.io/wasmcloud/http-client:0.13.1',
    serves: {
      namespace: 'wasi',
      package: 'http',
      interfaces: ['outgoing-handler'],
      note: 'Components written in JavaScript or Python import it whether they make requests or not: remove it where they do not.',
    },
  },
  {
    name: 'keyvalue',
    image: 'ghcr.io/wasmcloud/keyvalue-nats:0.4.1',
    serves: {
      namespace: 'wasi',
      package: 'keyvalue',
      interfaces: ['store', 'atomics', 'batch'],
      config: {
        name: 'default-keyvalue',
        properties: { bucket: 'wasmcloud', enable_bucket_auto_create: 'true' },
      },
    },
  },
  {
    name: 'blobstore',
    image: 'ghcr.io/wasmcloud/blobstore-fs:0.11.1',
    serves: {
      namespace: 'wasi',
      package: 'blobstore',
      interfaces: ['blobstore'],
      config: {
        name: 'default-blobstore',
        comment: 'The folder on the host that holds the containers.',
        properties: { root: '/tmp' },
      },
    },
  },
  {
    name: 'messaging',
    image: 'ghcr.io/wasmcloud/messaging-nats:0.27.0',
    serves: { namespace: 'wasmcloud', package: 'messaging', interfaces: ['consumer'] },
    calls: {
      namespace: 'wasmcloud',
      package: 'messaging',
      interfaces: ['handler'],
      config: {
        name: 'default-messaging',
        comment: 'The subjects whose messages the component handles, separated by commas.',
        properties: { subscriptions: 'wasmcloud.dev' },
      },
    },
  },
  {
    name: 'postgres',
    image: 'ghcr.io/wasmcloud/sqldb-postgres:0.10.0',
    serves: {
      namespace: 'wasmcloud',
      package: 'postgres',
      interfaces: ['query', 'prepared'],
      config: {
        name: 'default-postgres',
        comment: 'The password belongs in a secret named POSTGRES_PASSWORD.',
        properties: {
          POSTGRES_HOST: 'localhost',
          POSTGRES_PORT: '5432',
          POSTGRES_USERNAME: 'postgres',
          POSTGRES_DATABASE: 'postgres',
          POSTGRES_TLS_REQUIRED: 'false',
        },
      },
    },
  },
]

/** Packages whose interfaces every host has, with what there is to say of them. */
const builtInPackages: Readonly<Record<string, string | undefined>> = {
  'wasi:cli': undefined,
  'wasi:clocks': undefined,
  'wasi:config': 'values come from the component\'s "config"',
  'wasi:filesystem': undefined,
  'wasi:io': undefined,
  'wasi:logging': undefined,
  'wasi:random': undefined,
  'wasi:sockets': undefined,
  'wasmcloud:bus': undefined,
  'wasmcloud:secrets': 'values come from the component\'s "secrets"',
}

/** Interfaces of packages with a provider that need no link of their own: types, and what goes with another. */
const builtInInterfaces: ReadonlySet<string> = new Set([
  'wasi:blobstore/container',
  'wasi:blobstore/types',
  'wasi:http/types',
  'wasi:keyvalue/types',
  'wasmcloud:messaging/types',
  'wasmcloud:postgres/types',
])

/** Whether every host answers an interface without a link; `note` says where its values come from. */
export function findBuiltIn(
  packageName: string,
  interfaceName: string,
): { readonly note?: string | undefined } | undefined {
  if (Object.hasOwn(builtInPackages, packageName)) return { note: builtInPackages[packageName] }
  return builtInInterfaces.has(`${packageName}/${interfaceName}`) ? {} : undefined
}
