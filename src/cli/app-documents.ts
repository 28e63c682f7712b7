import type { ApplicationSummary } from '../apps/api/applications.js'
import { encodeStatus } from '../apps/api/messages.js'

/** An application as wash's JSON has it. */
export function toApplicationDocument({
  name,
  version,
  description,
  deployedVersion,
  status,
}: ApplicationSummary): object {
  return {
    name,
    version,
    description: description ?? null,
    deployed_version: deployedVersion ?? null,
    detailed_status: encodeStatus(status),
    status: status.status.type,
    status_message: status.status.message === '' ? null : status.status.message,
  }
}
