import { z } from 'zod'
import { AppError } from '../../core/errors.js'
import type { Link } from '../control/schemas.js'
import { linkSchema } from '../control/schemas.js'
import type { Bucket, BucketEntry } from '../key-value.js'
import { parseStrictJson } from '../strict-json.js'

/** Fields that washi does not know stay where they are. */
const componentSpecSchema = z.looseObject({ url: z.string(), links: z.array(linkSchema.loose()).default([]) })

/**
 * What the lattice stores for a link source, component or provider: its reference (empty while it never started) and its
 * links. It survives the source.
 */
export type ComponentSpec = Readonly<z.infer<typeof componentSpecSchema>>

const keyPrefix = 'COMPONENT_'

/** The key of a source's specification. */
export function componentSpecKey(sourceId: string): string {
  return `${keyPrefix}${sourceId}`
}

/** The source whose specification lies under that key; undefined for other keys. */
export function sourceOfSpecKey(key: string): string | undefined {
  return key.startsWith(keyPrefix) ? key.slice(keyPrefix.length) : undefined
}

/** Reads a stored specification; undefined where it is damaged. */
export function parseComponentSpec(value: Uint8Array): ComponentSpec | undefined {
  try {
    return componentSpecSchema.parse(parseStrictJson(value))
  } catch {
    // Damaged by whatever wrote it: the caller says so, and goes on with the other keys.
    return undefined
  }
}

/** The links of a specification, without the fields that washi does not know. */
export function linksOf(spec: ComponentSpec): readonly Link[] {
  return spec.links.map((link) => linkSchema.parse(link))
}

/** What a change makes of a specification: a new one to store, or none to leave it alone, and what to tell the caller. */
export interface SpecChange<T> {
  readonly spec: ComponentSpec | undefined
  readonly result: T
}

/** What was stored, for a copy that must not lag behind. */
export interface StoredSpec {
  readonly spec: ComponentSpec
  readonly revision: number
}

/** The outcome of changeComponentSpec(); `stored` is absent where nothing had to be written. */
export interface SpecChanged<T> {
  readonly result: T
  readonly stored?: StoredSpec
}

/**
 * Reads the source's specification, lets `change` make a new one, and stores that if nobody else wrote in between;
 * tries again otherwise, at most 20 times. `change` returns no `spec` to leave the stored one alone.
 */
export async function changeComponentSpec<T>(
  bucket: Bucket,
  sourceId: string,
  change: (current: ComponentSpec | undefined) => SpecChange<T>,
): Promise<SpecChanged<T>> {
  const key = componentSpecKey(sourceId)
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const entry = await bucket.get(key)
    const { spec, result } = change(entry && readSpec(entry))
    if (!spec) return { result }
    const revision = await bucket.update(key, JSON.stringify(spec), entry?.revision)
    if (revision !== undefined) return { result, stored: { spec, revision } }
  }
  throw new AppError(
    'STORE_CONFLICT',
    `Cannot change the links of "${sourceId}": others keep changing them`,
    {
      hint: 'Run the command again',
    },
  )
}

function readSpec(entry: BucketEntry): ComponentSpec {
  const spec = parseComponentSpec(entry.value)
  if (spec) return spec
  throw new AppError(
    'STORE_DAMAGED',
    `Cannot read "${entry.key}" in the lattice's store: not a component specification`,
    {
      hint: `Delete the key "${entry.key}" and put its links again`,
    },
  )
}
