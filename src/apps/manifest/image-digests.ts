import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Manifest, StringMap } from './manifest.js'

/**
 * The annotation that holds the digests of a manifest's local images, by component. A file may change under its name:
 * the digest tells the manager that what runs is not what was deployed.
 */
export const imageDigestsAnnotation = 'washi.dev/image-digests'

/** The annotation that holds the digest of a running component's file. */
export const imageDigestAnnotation = 'washi.dev/image-digest'

const digestsSchema = z.record(z.string(), z.string())

/** `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The manifest with these digests, by component. */
export function withImageDigests(manifest: Manifest, digests: StringMap): Manifest {
  if (Object.keys(digests).length === 0) return manifest
  const annotations = { ...manifest.metadata.annotations, [imageDigestsAnnotation]: JSON.stringify(digests) }
  return { ...manifest, metadata: { ...manifest.metadata, annotations } }
}

/** The digests that a manifest holds; none where the annotation is absent or somebody has broken it. */
export function imageDigestsOf({ metadata }: Manifest): StringMap {
  try {
    return digestsSchema.parse(JSON.parse(metadata.annotations[imageDigestsAnnotation] ?? '{}'))
  } catch {
    // Without digests an image is known by its name alone, as in wadm.
    return {}
  }
}
