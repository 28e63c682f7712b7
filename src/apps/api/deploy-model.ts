import type { LatticeMessage } from '../../lattice/message.js'
import type { Manifest } from '../manifest/manifest.js'
import { findVersion, latestOf } from '../store/application-record.js'
import type { ApplicationRecord } from '../store/application-record.js'
import type { RecordChange, StoredApplication } from '../store/application-store.js'
import { findUnsupported } from '../support/find-unsupported.js'
import { notFound, refuse, requestedVersion } from './answers.js'
import { findUnshared } from './shared-components.js'
import type { ApiAnswer } from './answers.js'
import type { ApiSurroundings } from './api-surroundings.js'

/** `deploy`: makes a stored version the one that is to run, unless washi cannot run all of it. */
export async function deployModel(
  api: ApiSurroundings,
  name: string,
  message: LatticeMessage,
): Promise<ApiAnswer> {
  const requested = requestedVersion(message)
  const { result, revision } = await api.store.change(name, async (current) =>
    chooseDeployment({ name, requested, current, others: await othersThatMatter(api, name, current) }),
  )
  if (!result.manifest) return result.answer
  api.announce({ kind: 'published', manifest: result.manifest })
  return { ...result.answer, revision }
}

/** All other applications, which are read only where one version may clash with them or share with them. */
async function othersThatMatter(
  { store }: ApiSurroundings,
  name: string,
  current: ApplicationRecord | undefined,
): Promise<readonly StoredApplication[]> {
  const matters = (current?.versions ?? []).some(({ manifest }) =>
    manifest.spec.components.some(({ properties }) => properties.application ?? properties.id !== undefined),
  )
  return matters ? (await store.all()).filter((other) => other.name !== name) : []
}

interface Deployment {
  readonly answer: ApiAnswer
  readonly manifest?: Manifest
}

function chooseDeployment({
  name,
  requested,
  current,
  others,
}: {
  readonly name: string
  readonly requested: string | undefined
  readonly current: ApplicationRecord | undefined
  readonly others: readonly StoredApplication[]
}): RecordChange<Deployment> {
  const latest = current && latestOf(current)
  if (!current || !latest)
    return { result: { answer: { ...notFound(name), name, version: requested ?? null } } }
  const wanted = requested === undefined || requested === 'latest' ? latest.version : requested
  const found = findVersion(current, wanted)
  if (!found) {
    const reason = `Application with the name '${name}' does not have a version '${wanted}' to deploy`
    return { result: { answer: { result: 'error', message: reason, name, version: wanted } } }
  }
  const refusal =
    refuseCollision(found.manifest, others) ??
    refuseUnshared(found.manifest, others) ??
    refuseUnsupported(found.manifest)
  if (refusal) return { result: { answer: { ...refusal, name, version: wanted } } }
  const text = `Successfully deployed application ${name} ${wanted}`
  return {
    result: {
      answer: { result: 'acknowledged', message: text, name, version: wanted },
      manifest: found.manifest,
    },
    record: { ...current, deployedVersion: wanted },
  }
}

function refuseCollision(manifest: Manifest, others: readonly StoredApplication[]): ApiAnswer | undefined {
  const ids = manifest.spec.components.flatMap(({ properties }) => properties.id ?? [])
  for (const { name, record } of others) {
    const deployed =
      record.deployedVersion === undefined ? undefined : findVersion(record, record.deployedVersion)
    const taken = ids.find((id) =>
      deployed?.manifest.spec.components.some(({ properties }) => properties.id === id),
    )
    if (taken === undefined) continue
    return refuse(`Component identifier '${taken}' is already deployed in a different application '${name}'.`)
  }
  return undefined
}

function refuseUnshared(manifest: Manifest, others: readonly StoredApplication[]): ApiAnswer | undefined {
  const missing = findUnshared(manifest, others)
  if (missing.length === 0) return undefined
  const names = missing.map(({ name }) => JSON.stringify(name)).join(', ')
  return refuse(
    `Application contains shared components that are not deployed in other applications: [${names}]`,
  )
}

/** The refusal of something that washi cannot run yet; the client tells it from others by its beginning. */
function refuseUnsupported(manifest: Manifest): ApiAnswer | undefined {
  const found = findUnsupported(manifest)
  if (found.length === 0) return undefined
  const { name } = manifest.metadata
  const reasons = found.map(({ reason }) => reason).join('; ')
  return refuse(
    `Not supported by this version of washi: application "${name}" cannot be deployed: ${reasons}`,
  )
}
