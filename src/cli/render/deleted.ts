import type { DeletedApplication } from '../../apps/deploy/undeploy-application.js'

/** What was deleted, in wash's words. */
export function renderDeleted(deleted: readonly DeletedApplication[], isOne: boolean): string {
  const [first] = deleted
  if (isOne && first) {
    return `${first.deleted ? 'Deleted' : 'Already deleted'} application: ${first.name}`
  }
  return deleted.length === 0 ? 'No applications deleted' : `Deleted [${deleted.length}] applications`
}

/** The same as wash's document. */
export function toDeletedDocument(deleted: readonly DeletedApplication[], isOne: boolean): object {
  if (isOne) return { deleted: deleted[0]?.deleted ?? false }
  if (deleted.length === 0) return {}
  return {
    deleted_applications: deleted.map(({ name, version }) => ({
      model_name: name,
      version: version ?? null,
    })),
  }
}
