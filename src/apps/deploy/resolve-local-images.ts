import { AppError } from '../../core/errors.js'
import { describeComponent } from '../../component/describe-component.js'
import { loadComponent } from '../../component/references/load-component.js'
import { parseReference } from '../../component/references/reference.js'
import { checkImports } from '../../host/engine/check-imports.js'
import { resolve } from 'node:path'
import { digestOf, withImageDigests } from '../manifest/image-digests.js'
import type { Manifest, ManifestComponent } from '../manifest/manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'

/**
 * The manifest with every `file://` image as an absolute path, relative ones taken from `folder`, and the digests of
 * components' files, which have been read and decoded. Throws MANIFEST_IMAGE_INVALID, at the image's line, for one that is missing or no component.
 */
export async function resolveLocalImages(parsed: ParsedManifest, folder: string): Promise<Manifest> {
  const { manifest } = parsed
  const components: ManifestComponent[] = []
  const digests: Record<string, string> = {}
  for (const [index, component] of manifest.spec.components.entries()) {
    const path: SourcePath = ['spec', 'components', index, 'properties', 'image']
    const resolved = await resolveImage({ parsed, folder, component, path })
    components.push(resolved.component)
    if (resolved.digest !== undefined) digests[component.name] = resolved.digest
  }
  return withImageDigests({ ...manifest, spec: { ...manifest.spec, components } }, digests)
}

interface ImageOptions {
  readonly parsed: ParsedManifest
  readonly folder: string
  readonly component: ManifestComponent
  readonly path: SourcePath
}

interface ResolvedImage {
  readonly component: ManifestComponent
  readonly digest?: string
}

async function resolveImage({ parsed, folder, component, path }: ImageOptions): Promise<ResolvedImage> {
  const { image } = component.properties
  if (image === undefined || !image.startsWith('file://')) return { component }
  try {
    const reference = parseReference(image)
    const file = resolve(folder, reference.kind === 'file' ? reference.path : image)
    const absolute = `file://${file}`
    const resolved = { ...component, properties: { ...component.properties, image: absolute } }
    if (component.type !== 'component') return { component: resolved }
    const bytes = await loadComponent(absolute)
    checkImports(component.name, describeComponent(bytes).world)
    return { component: resolved, digest: digestOf(bytes) }
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    const place = parsed.placeOf(path)
    throw new AppError(
      'MANIFEST_IMAGE_INVALID',
      `Cannot deploy "${parsed.file}": component "${component.name}" (line ${place.line}) has the image ${image}: ${cause.message}`,
      { place, hint: cause.hint, cause },
    )
  }
}
