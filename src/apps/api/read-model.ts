import type { LatticeMessage } from '../../lattice/message.js'
import { encodeManifest } from '../manifest/encode-manifest.js'
import { descriptionAnnotation } from '../manifest/manifest.js'
import type { ApplicationStatus } from '../planner/status.js'
import { findVersion, latestOf } from '../store/application-record.js'
import type { StoredApplication } from '../store/application-store.js'
import { notFound, requestedVersion } from './answers.js'
import type { ApiAnswer } from './answers.js'
import type { ApiSurroundings } from './api-surroundings.js'
import { encodeStatus } from './messages.js'

/** `get` with a name: a manifest. */
export async function getModel(
  { store }: ApiSurroundings,
  name: string,
  message: LatticeMessage,
): Promise<ApiAnswer> {
  const application = await store.get(name)
  if (!application) return notFound(name)
  const version = requestedVersion(message)
  const found =
    version === undefined ? latestOf(application.record) : findVersion(application.record, version)
  if (!found) {
    return { result: 'notfound', message: `Application ${name} with version ${version ?? ''} doesn't exist` }
  }
  const text = `Successfully fetched application ${name}${version === undefined ? '' : ` ${version}`}`
  return { result: 'success', message: text, manifest: encodeManifest(found.manifest) }
}

/** `versions`: the history. */
export async function getVersions({ store }: ApiSurroundings, name: string): Promise<ApiAnswer> {
  const application = await store.get(name)
  if (!application) return { ...notFound(name), versions: [] }
  const { versions, deployedVersion } = application.record
  return {
    result: 'success',
    message: `Successfully fetched versions for application ${name}`,
    versions: versions.map(({ version }) => ({ version, deployed: version === deployedVersion })),
  }
}

/** `status`: also of an unknown application, which is undeployed. */
export async function getStatus({ statusOf, store }: ApiSurroundings, name: string): Promise<ApiAnswer> {
  const status = statusOf(name) ?? unplannedStatus(await store.get(name))
  return {
    result: 'ok',
    message: `Successfully fetched status for application ${name}`,
    status: encodeStatus(status),
  }
}

/** `list`, and `get` without a name. */
export async function summarizeModels({ store, statusOf }: ApiSurroundings): Promise<object[]> {
  return (await store.all()).map(({ name, record, revision }) => {
    const latest = latestOf(record)
    const status = statusOf(name) ?? unplannedStatus({ name, record, revision })
    return {
      name,
      version: latest?.version ?? '',
      description: latest?.manifest.metadata.annotations[descriptionAnnotation] ?? null,
      deployed_version: record.deployedVersion ?? null,
      detailed_status: encodeStatus(status),
      // Old clients do not know `waiting`.
      status: status.status.type === 'waiting' ? 'undeployed' : status.status.type,
      status_message: status.status.message === '' ? null : status.status.message,
    }
  })
}

/** The status before the first plan. */
function unplannedStatus(application: StoredApplication | undefined): ApplicationStatus {
  const { revision, record } = application ?? {}
  if (record?.deployedVersion === undefined) {
    return { status: { type: 'undeployed', message: '' }, scalers: [], revision }
  }
  const message = `Deployment of ${record.deployedVersion} not started.`
  return { status: { type: 'waiting', message }, scalers: [], revision }
}
