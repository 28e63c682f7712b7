import { z } from 'zod'
import { linkSchema } from '../../lattice/control/schemas.js'
import type { Bucket } from '../../lattice/key-value.js'
import type { OwnedByApplication } from '../planner/owned.js'

const ownedSchema = z.record(
  z.string(),
  z.object({ links: z.array(linkSchema), configs: z.array(z.string()) }),
)

/**
 * Keeps the list of links and configs that the manager has put, in the bucket `wadm_state` under a key that wadm does not
 * know. Only the manager that is active writes it.
 */
export class OwnedStore {
  readonly #bucket: Bucket
  readonly #key: string
  #owned: OwnedByApplication = {}

  private constructor(bucket: Bucket, lattice: string) {
    this.#bucket = bucket
    this.#key = `washi_owned_${lattice}`
  }

  /** Reads the list of a lattice. */
  static async open(bucket: Bucket, lattice: string): Promise<OwnedStore> {
    const store = new OwnedStore(bucket, lattice)
    await store.load()
    return store
  }

  /** The list as last read or written. */
  get current(): OwnedByApplication {
    return this.#owned
  }

  /** Reads the list anew. A list that cannot be read counts as empty: then nothing is deleted. */
  async load(): Promise<void> {
    const entry = await this.#bucket.get(this.#key)
    const parsed = entry ? ownedSchema.safeParse(parseJson(entry.value)) : undefined
    this.#owned = parsed?.success ? parsed.data : {}
  }

  /** Writes the list if it differs from the current one. */
  async save(next: OwnedByApplication): Promise<void> {
    if (JSON.stringify(next) === JSON.stringify(this.#owned)) return
    await this.#bucket.put(this.#key, JSON.stringify(next))
    this.#owned = next
  }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown
  } catch {
    // The schema refuses undefined.
    return undefined
  }
}
