import { z } from 'zod'
import { stringMapSchema } from '../../lattice/control/schemas.js'
import type { StringMap } from '../../lattice/control/schemas.js'
import type { LatticeConnection } from '../../lattice/connection.js'
import type { HostId } from '../../lattice/ids.js'
import { jsonOf } from '../../lattice/message.js'
import { hostLabelsBucket } from '../../lattice/store/lattice-store.js'
import { createSerialQueue } from '../serial-queue.js'

/** The labels of a host beside `hostcore.*`, and what becomes of changes to them. */
export interface LabelKeeper {
  /** To start with. */
  readonly labels: StringMap
  /** Resolves once the change lasts as long as it can. Throws BUCKET_UNAVAILABLE. */
  keep(key: string, value: string | undefined): Promise<void>
}

/** Labels of a host that is another one when it starts again: changes last as long as its process. */
export function passingLabels(configured: StringMap): LabelKeeper {
  return { labels: configured, keep: () => Promise.resolve() }
}

/** What a host was asked to change, and the labels that it was started with then. */
const recordSchema = z.object({
  configured: stringMapSchema,
  /** By key; null where it was deleted. */
  changes: z.record(z.string(), z.string().nullable()),
})
type LabelRecord = z.infer<typeof recordSchema>

/**
 * Labels of a host that keeps its identity: changes are kept in the lattice, in a bucket of washi's own, and are there again
 * when the host has been killed. A label that the host is started with in another way than then overrules them.
 */
export async function openKeptLabels(
  connection: LatticeConnection,
  hostId: HostId,
  configured: StringMap,
): Promise<LabelKeeper> {
  const bucket = await connection.bucket(hostLabelsBucket(connection.lattice), { create: { history: 1 } })
  const entry = await bucket.get(hostId)
  const kept = recordSchema.safeParse(entry && jsonOf({ payload: entry.value })).data
  const queue = createSerialQueue()
  let record: LabelRecord = { configured, changes: kept ? changesThatStand(kept, configured) : {} }
  if (kept) await bucket.put(hostId, JSON.stringify(record))
  return {
    labels: apply(record),
    keep: (key, value) =>
      queue.run(async () => {
        const changed = { ...record, changes: { ...record.changes, [key]: value ?? null } }
        await bucket.put(hostId, JSON.stringify(changed))
        record = changed
      }),
  }
}

function changesThatStand(kept: LabelRecord, configured: StringMap): LabelRecord['changes'] {
  const stand = Object.entries(kept.changes).filter(([key]) => kept.configured[key] === configured[key])
  return Object.fromEntries(stand)
}

function apply({ configured, changes }: LabelRecord): StringMap {
  const labels = new Map(Object.entries(configured))
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) labels.delete(key)
    else labels.set(key, value)
  }
  return Object.fromEntries(labels)
}
