import type { Manifest, ManifestComponent } from '../manifest/manifest.js'
import { findVersion } from '../store/application-record.js'
import type { StoredApplication } from '../store/application-store.js'

/** The annotation of an application whose components others may use. */
export const sharedAnnotation = 'experimental.wasmcloud.dev/shared'

/** The components that a manifest takes from other applications, and that no deployed one shares. */
export function findUnshared(
  manifest: Manifest,
  others: readonly StoredApplication[],
): readonly ManifestComponent[] {
  return manifest.spec.components.filter(
    (component) => component.properties.application && !isShared(component, others),
  )
}

/** wadm looks at the version that was put last; what counts is the one that runs. */
function isShared({ type, properties }: ManifestComponent, others: readonly StoredApplication[]): boolean {
  const { name, component } = properties.application ?? {}
  const record = others.find((other) => other.name === name)?.record
  if (record?.deployedVersion === undefined) return false
  const deployed = findVersion(record, record.deployedVersion)?.manifest
  if (deployed?.metadata.annotations[sharedAnnotation] !== 'true') return false
  return deployed.spec.components.some((each) => each.name === component && each.type === type)
}
