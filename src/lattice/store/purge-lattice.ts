import type { LatticeConnection } from '../connection.js'
import type { Bucket } from '../key-value.js'
import { configBucket, hostLabelsBucket, latticeDataBucket } from './lattice-store.js'

/** What of a lattice to purge: links, configs and claims; applications; or both. */
export type PurgeKind = 'wasmcloud' | 'wadm' | 'all'

/**
 * Removes the stored state of a lattice, and nothing of another one that may share the server. Returns the names of what
 * was removed or emptied. Nobody may be using it. Throws BUCKET_UNAVAILABLE.
 */
export async function purgeLattice(
  connection: LatticeConnection,
  kind: PurgeKind,
): Promise<readonly string[]> {
  const purged: string[] = []
  if (kind !== 'wadm') purged.push(...(await purgeHostState(connection)))
  if (kind !== 'wasmcloud') purged.push(...(await purgeApplications(connection)))
  return purged
}

async function purgeHostState(connection: LatticeConnection): Promise<readonly string[]> {
  const streams = await connection.streams()
  const purged: string[] = []
  for (const bucketOf of [configBucket, latticeDataBucket, hostLabelsBucket]) {
    const bucket = bucketOf(connection.lattice)
    if (await streams.delete(`KV_${bucket}`)) purged.push(bucket)
  }
  return purged
}

/** The buckets and streams of wadm serve every lattice of a server: only what is this one's goes. */
async function purgeApplications(connection: LatticeConnection): Promise<readonly string[]> {
  const { lattice } = connection
  const streams = await connection.streams()
  const purged: string[] = []
  for (const [name, keysOf] of Object.entries(applicationKeys)) {
    const bucket = await connection.bucket(name).catch(() => undefined) // there is none
    if (bucket === undefined) continue
    for (const key of await keysOf(bucket, lattice)) await bucket.purge(key)
    if ((await bucket.keys()).length === 0) await streams.delete(`KV_${name}`)
    purged.push(name)
  }
  for (const [stream, subject] of applicationStreams(lattice)) {
    const left = await streams.purge(stream, subject)
    if (left === 0) await streams.delete(stream)
    if (left !== undefined) purged.push(stream)
  }
  return purged
}

/** By bucket: the keys that belong to a lattice. Names are looked up, as `a-b` may be a lattice, or `b` of the lattice `a`. */
const applicationKeys: Readonly<
  Record<string, (bucket: Bucket, lattice: string) => Promise<readonly string[]>>
> = {
  wadm_manifests: async (bucket, lattice) => {
    const names = namesIn((await bucket.get(lattice))?.value)
    return [...names.map((name) => `${lattice}-${name}`), lattice]
  },
  wadm_state: async (_bucket, lattice) =>
    ['host', 'component', 'provider', 'washi_owned', 'washi_manager'].map((kind) => `${kind}_${lattice}`),
}

function applicationStreams(lattice: string): readonly (readonly [stream: string, subject: string])[] {
  return [
    ['wadm_commands', `wadm.cmd.${lattice}`],
    ['wadm_events', `wadm.evt.${lattice}.>`],
    ['wadm_notify', `wadm.notify.${lattice}`],
    ['wadm_status', `wadm.status.${lattice}.*`],
  ]
}

function namesIn(value: Uint8Array | undefined): readonly string[] {
  if (value === undefined) return []
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(value))
    return Array.isArray(parsed) ? parsed.filter((name) => typeof name === 'string') : []
  } catch {
    return [] // nothing that wadm could read either
  }
}
