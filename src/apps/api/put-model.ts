import type { LatticeMessage } from '../../lattice/message.js'
import { textOf } from '../../lattice/message.js'
import { decodeManifest } from '../manifest/decode-manifest.js'
import { ManifestFault } from '../manifest/manifest-fault.js'
import type { Manifest, ManifestComponent } from '../manifest/manifest.js'
import { versionAnnotation, versionOf } from '../manifest/manifest.js'
import { parseSourceTree } from '../manifest/source-tree.js'
import { isManifestName, validateManifest } from '../manifest/validate-manifest.js'
import { findVersion, latestOf } from '../store/application-record.js'
import type { ApplicationRecord } from '../store/application-record.js'
import type { ApplicationStore, RecordChange, StoredApplication } from '../store/application-store.js'
import type { ApiAnswer } from './answers.js'
import type { ApiSurroundings } from './api-surroundings.js'
import { findUnshared } from './shared-components.js'
import { createUlid } from './ulid.js'

/** `put`: stores a manifest as a new version, after the checks of wadm in its order. */
export async function putModel({ store, now }: ApiSurroundings, message: LatticeMessage): Promise<ApiAnswer> {
  const parsed = parseBody(message)
  if (!('manifest' in parsed)) return refusal(parsed.reason)
  const reason = findRefusal(parsed.manifest)
  if (reason !== undefined) return refusal(reason)
  const manifest = withVersion(parsed.manifest, now())
  const { name } = manifest.metadata
  const others = await othersThatShare(store, manifest)
  const { result } = await store.change(name, (current) => addVersion({ manifest, current, others }))
  return result
}

function parseBody(message: LatticeMessage): { readonly manifest: Manifest } | { readonly reason: string } {
  const contentType = Object.entries(message.headers).find(([name]) => /^content-type$/i.test(name))?.[1][0]
  if (contentType !== undefined && contentType !== 'application/json' && contentType !== 'application/yaml') {
    return { reason: `Unsupported content type ${contentType} given. Wadm supports YAML and JSON` }
  }
  const text = textOf(message)
  try {
    if (contentType === 'application/json') JSON.parse(text)
    return { manifest: decodeManifest(parseSourceTree(text)) }
  } catch (thrown) {
    if (thrown instanceof ManifestFault) return { reason: `Unable to parse manifest: ${thrown.text}` }
    if (thrown instanceof SyntaxError) return { reason: `Unable to parse manifest: ${thrown.message}` }
    throw thrown
  }
}

function findRefusal(manifest: Manifest): string | undefined {
  if (versionOf(manifest) === 'latest') {
    return 'invalid manifest version, errors: "latest is not allowed in wadm"'
  }
  const name = manifest.metadata.name.trim()
  if (!isManifestName(name)) {
    const allowed = 'Manifest names can only contain alphanumeric characters, dashes, and underscores.'
    return `Manifest name ${name} contains invalid characters. ${allowed}`
  }
  return validateManifest(manifest).find(({ level }) => level === 'error')?.message
}

function withVersion(manifest: Manifest, now: number): Manifest {
  const name = manifest.metadata.name.trim()
  const annotations = { ...manifest.metadata.annotations }
  annotations[versionAnnotation] ??= createUlid(now)
  return { ...manifest, metadata: { ...manifest.metadata, name, annotations } }
}

/** All other applications, which are read only where the manifest takes something from them. */
async function othersThatShare(
  store: ApplicationStore,
  { metadata, spec }: Manifest,
): Promise<readonly StoredApplication[]> {
  if (!spec.components.some(({ properties }) => properties.application)) return []
  return (await store.all()).filter(({ name }) => name !== metadata.name)
}

function addVersion({
  manifest,
  current,
  others,
}: {
  readonly manifest: Manifest
  readonly current: ApplicationRecord | undefined
  readonly others: readonly StoredApplication[]
}): RecordChange<ApiAnswer> {
  const { name } = manifest.metadata
  const version = versionOf(manifest) ?? ''
  if (current && findVersion(current, version)) {
    return { result: refusal(`Manifest version ${version} already exists`) }
  }
  const before = current && latestOf(current)
  const versions = [...(current?.versions ?? []), { version, manifest }]
  return {
    result: {
      result: versions.length === 1 ? 'created' : 'newversion',
      total_versions: versions.length,
      current_version: version,
      // wadm names the version before this one here, or nothing.
      message: `Successfully put manifest ${name} ${before?.version ?? ''}${noteOf(findUnshared(manifest, others))}`,
      name,
    },
    record: { versions, deployedVersion: current?.deployedVersion },
  }
}

/** In the words of wadm, which prints its own structures. */
function noteOf(unshared: readonly ManifestComponent[]): string {
  if (unshared.length === 0) return ''
  const names = unshared.map(({ name }) => JSON.stringify(name)).join(', ')
  return `, but some shared components are not deployed: [${names}]`
}

function refusal(message: string): ApiAnswer {
  return { result: 'error', message }
}
