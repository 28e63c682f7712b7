import { instancePolicies, instancePolicyOf } from '../manifest/instance-policy.js'
import type { LinkProperties, Manifest, ManifestComponent } from '../manifest/manifest.js'
import { linksOf } from '../manifest/manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'
import { secretsOf } from '../manifest/validate-manifest.js'
import { embeddedProviderOf } from './embedded-provider.js'

/** A part of a manifest that this version of washi cannot run. */
export interface Unsupported {
  /** A sentence without a period, which names the part. */
  readonly reason: string
  readonly path: SourcePath
}

/** The links that embedded providers can be an end of. Widen here when a provider comes. */
const supportedLinks: readonly {
  readonly provider: string
  readonly end: 'source' | 'target'
  readonly namespace: string
  readonly package: string
  readonly interfaces: readonly string[]
}[] = [
  {
    provider: 'http-server',
    end: 'source',
    namespace: 'wasi',
    package: 'http',
    interfaces: ['incoming-handler'],
  },
  {
    provider: 'http-client',
    end: 'target',
    namespace: 'wasi',
    package: 'http',
    interfaces: ['outgoing-handler'],
  },
  {
    provider: 'messaging-nats',
    end: 'target',
    namespace: 'wasmcloud',
    package: 'messaging',
    interfaces: ['consumer'],
  },
  {
    provider: 'messaging-nats',
    end: 'source',
    namespace: 'wasmcloud',
    package: 'messaging',
    interfaces: ['handler'],
  },
  {
    provider: 'blobstore-fs',
    end: 'target',
    namespace: 'wasi',
    package: 'blobstore',
    interfaces: ['blobstore', 'container', 'types'],
  },
  ...['keyvalue-memory', 'keyvalue-nats', 'keyvalue-redis'].map((provider) => ({
    provider,
    end: 'target' as const,
    namespace: 'wasi',
    package: 'keyvalue',
    interfaces: ['store', 'atomics', 'batch'],
  })),
]

const supportedProviders: ReadonlySet<string> = new Set(supportedLinks.map(({ provider }) => provider))

/**
 * What a valid manifest holds that does not work yet, in its order. Whatever is found here would leave an application half
 * running, so it is refused as a whole before anything is started.
 */
export function findUnsupported(manifest: Manifest): readonly Unsupported[] {
  return manifest.spec.components.flatMap((component, index) => {
    const at: SourcePath = ['spec', 'components', index]
    return [
      ...checks.flatMap((check) => check({ manifest, component, at })),
      ...(component.traits ?? []).flatMap(({ type, properties }, trait) =>
        type === 'link' && properties.kind === 'link'
          ? checkLink({ manifest, component, at: [...at, 'traits', trait, 'properties'] }, properties)
          : [],
      ),
    ]
  })
}

interface Context {
  readonly manifest: Manifest
  readonly component: ManifestComponent
  readonly at: SourcePath
}

const checks: readonly ((context: Context) => readonly Unsupported[])[] = [
  checkShared,
  checkComponentImage,
  checkInstancePolicy,
  checkProviderImage,
  checkScaler,
  checkSecrets,
]

function checkShared({ component, at }: Context): Unsupported[] {
  if (!component.properties.application) return []
  const { name } = component.properties.application
  const reason = `"${component.name}" is shared from application "${name}": shared components do not work yet`
  return [{ reason, path: [...at, 'properties', 'application'] }]
}

function checkComponentImage({ component: { name, type, properties }, at }: Context): Unsupported[] {
  const { image } = properties
  if (type !== 'component' || image === undefined || /^file:\/\/\//.test(image)) return []
  const path = [...at, 'properties', 'image']
  const what = `component "${name}" has the image "${image}"`
  if (image.startsWith('file://')) {
    return [{ reason: `${what}: a path must be absolute once it reaches the manager`, path }]
  }
  return [{ reason: `${what}: only file:// images work yet, registries do not`, path }]
}

function checkInstancePolicy({ manifest, component: { name, type }, at }: Context): Unsupported[] {
  const policy = type === 'component' ? instancePolicyOf(manifest, name) : undefined
  if (policy === undefined || instancePolicies.includes(policy)) return []
  const allowed = instancePolicies.join(' or ')
  return [
    { reason: `component "${name}" has the instance policy "${policy}": it can be ${allowed}`, path: at },
  ]
}

function checkProviderImage({ component: { name, type, properties }, at }: Context): Unsupported[] {
  const { image } = properties
  if (type !== 'capability' || image === undefined) return []
  const provider = embeddedProviderOf(image)
  if (provider !== undefined && supportedProviders.has(provider)) return []
  const known = [...supportedProviders].join(', ')
  const reason = `provider "${name}" has the image "${image}": only these providers work yet: ${known}`
  return [{ reason, path: [...at, 'properties', 'image'] }]
}

function checkScaler({ component, at }: Context): Unsupported[] {
  if (component.type !== 'component' || component.properties.image === undefined) return []
  const isScaled = (component.traits ?? []).some(
    ({ type, properties }) => /^(spread|daemon)scaler$/.test(type) && properties.kind === 'scaler',
  )
  if (isScaled) return []
  const reason = `component "${component.name}" has neither a spreadscaler nor a daemonscaler trait: it would never run`
  return [{ reason, path: at }]
}

function checkSecrets({ component, at }: Context): Unsupported[] {
  return secretsOf(component).map(({ secret, path }) => ({
    reason: `"${component.name}" uses the secret "${secret.name}": secrets do not work yet`,
    path: [...at, ...path],
  }))
}

function checkLink({ manifest, component, at }: Context, link: LinkProperties): Unsupported[] {
  const target = manifest.spec.components.find(({ name }) => name === link.target.name)
  if (!target) return []
  const what = `the link ${link.namespace}:${link.package} from "${component.name}" to "${target.name}"`
  // A component calls what another exports.
  if (component.type === 'component' && target.type === 'component') return []
  if (component.type === target.type) {
    return [{ reason: `${what}: links from ${component.type} to ${target.type} do not work yet`, path: at }]
  }
  const end = component.type === 'capability' ? 'source' : 'target'
  const image = (end === 'source' ? component : target).properties.image ?? ''
  const provider = embeddedProviderOf(image)
  // Said of the provider already.
  if (provider === undefined || !supportedProviders.has(provider)) return []
  const supported = supportedLinks.find(
    (each) =>
      each.provider === provider &&
      each.end === end &&
      each.namespace === link.namespace &&
      each.package === link.package,
  )
  const missing = link.interfaces.find((name) => !supported?.interfaces.includes(name))
  if (supported && missing === undefined) return []
  const full = `${link.namespace}:${link.package}/${missing ?? link.interfaces.join(',')}`
  return [{ reason: `${what}: ${full} does not work yet with this provider as its ${end}`, path: at }]
}

/** Every link of the manifest at which an embedded http-server is the source. */
export function httpServerLinks(manifest: Manifest): readonly LinkProperties[] {
  return manifest.spec.components
    .filter(({ properties }) => embeddedProviderOf(properties.image ?? '') === 'http-server')
    .flatMap(linksOf)
    .filter((link) => link.namespace === 'wasi' && link.package === 'http')
}
