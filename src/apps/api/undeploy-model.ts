import type { LatticeMessage } from '../../lattice/message.js'
import { findVersion } from '../store/application-record.js'
import type { ApplicationRecord } from '../store/application-record.js'
import type { RecordChange } from '../store/application-store.js'
import { notFound, requestedVersion } from './answers.js'
import type { ApiAnswer } from './answers.js'
import type { ApiSurroundings } from './api-surroundings.js'

/** `undeploy`: nothing of the application is to run; its versions stay. */
export async function undeployModel(api: ApiSurroundings, name: string): Promise<ApiAnswer> {
  const { result, revision } = await api.store.change(name, (current): RecordChange<ApiAnswer> => {
    if (!current) return { result: { ...notFound(name), name, version: null } }
    const isDeployed = current.deployedVersion !== undefined
    const text = isDeployed
      ? `Successfully undeployed application ${name}`
      : `Application ${name} was already undeployed`
    return {
      result: { result: 'acknowledged', message: text, name, version: null },
      record: isDeployed ? { ...current, deployedVersion: undefined } : undefined,
    }
  })
  if ('result' in result && result.result === 'acknowledged') api.announce({ kind: 'unpublished', name })
  return revision === undefined ? result : { ...result, revision }
}

/** `del`: forgets one version or all, and undeploys if that was what ran. */
export async function deleteModel(
  api: ApiSurroundings,
  name: string,
  message: LatticeMessage,
): Promise<ApiAnswer> {
  const version = requestedVersion(message)
  const { result } = await api.store.change(name, (current) => chooseDeletion(name, version, current))
  // Also where there was nothing: so that a delete can be repeated until it has had its effect.
  api.announce({ kind: 'unpublished', name })
  return result
}

function chooseDeletion(
  name: string,
  version: string | undefined,
  current: ApplicationRecord | undefined,
): RecordChange<ApiAnswer> {
  if (!current) return noop(`Application ${name} doesn't exist or was already deleted`)
  if (version === undefined) {
    return {
      result: { result: 'deleted', message: `Successfully deleted application ${name}`, undeploy: true },
      record: 'delete',
    }
  }
  if (!findVersion(current, version)) return noop(`Application version ${version} doesn't exist`)
  const versions = current.versions.filter((each) => each.version !== version)
  const isLast = versions.length === 0
  const undeploy = isLast || current.deployedVersion === version
  const text = `Successfully deleted version ${version} of application ${name}`
  return {
    result: { result: 'deleted', message: text, undeploy },
    record: isLast ? 'delete' : { versions, deployedVersion: undeploy ? undefined : current.deployedVersion },
  }
}

function noop(message: string): RecordChange<ApiAnswer> {
  return { result: { result: 'noop', message, undeploy: false } }
}
