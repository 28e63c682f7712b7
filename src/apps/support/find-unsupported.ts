import { instancePolicies, instancePolicyOf } from '../manifest/instance-policy.js'
import type { LinkProperties, Manifest, ManifestComponent } from '../manifest/manifest.js'
import { linksOf } from '../manifest/manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'
import { embeddedProviderOf } from './embedded-provider.js'

/** A part of a manifest that this version of washi cannot run. */
export interface Unsupported {
  /** A sentence without a period, which names the part. */
  readonly reason: string
  readonly path: SourcePath
}

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
  checkImage,
  checkInstancePolicy,
  checkScaler,
]

function checkImage({ component: { name, type, properties }, at }: Context): Unsupported[] {
  const { image } = properties
  if (image === undefined || !image.startsWith('file://') || /^file:\/\/(\/|[A-Za-z]:)/.test(image)) return []
  const what = `${type === 'component' ? 'component' : 'provider'} "${name}" has the image "${image}"`
  const reason = `${what}: a path must be absolute once it reaches the manager`
  return [{ reason, path: [...at, 'properties', 'image'] }]
}

function checkInstancePolicy({ manifest, component: { name, type }, at }: Context): Unsupported[] {
  const policy = type === 'component' ? instancePolicyOf(manifest, name) : undefined
  if (policy === undefined || instancePolicies.includes(policy)) return []
  const allowed = instancePolicies.join(' or ')
  return [
    { reason: `component "${name}" has the instance policy "${policy}": it can be ${allowed}`, path: at },
  ]
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

function checkLink({ manifest, component, at }: Context, link: LinkProperties): Unsupported[] {
  const target = manifest.spec.components.find(({ name }) => name === link.target.name)
  if (component.type === 'component' || target?.type !== 'capability') return []
  const what = `the link ${link.namespace}:${link.package} from "${component.name}" to "${target.name}"`
  return [{ reason: `${what} connects two providers: it would have no effect`, path: at }]
}

/** Every link of the manifest at which an embedded http-server is the source. */
export function httpServerLinks(manifest: Manifest): readonly LinkProperties[] {
  return manifest.spec.components
    .filter(({ properties }) => embeddedProviderOf(properties.image ?? '') === 'http-server')
    .flatMap(linksOf)
    .filter((link) => link.namespace === 'wasi' && link.package === 'http')
}
