import { AppError } from '../../core/errors.js'
import { describeComponent } from '../../component/describe-component.js'
import { loadComponent } from '../../component/references/load-component.js'
import { parseReference } from '../../component/references/reference.js'
import { resolve } from 'node:path'
import type { Manifest, ManifestComponent } from '../manifest/manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'

/**
 * The manifest with every `file://` image as an absolute path, relative ones taken from `folder`. The files of components
 * have been read and decoded. Throws MANIFEST_IMAGE_INVALID, at the image's line, for one that is missing or no component.
 */
export async function resolveLocalImages(parsed: ParsedManifest, folder: string): Promise<Manifest> {
  const { manifest } = parsed
  const components: ManifestComponent[] = []
  for (const [index, component] of manifest.spec.components.entries()) {
    const path: SourcePath = ['spec', 'components', index, 'properties', 'image']
    components.push(await resolveImage({ parsed, folder, component, path }))
  }
  return { ...manifest, spec: { ...manifest.spec, components } }
}

interface ImageOptions {
  readonly parsed: ParsedManifest
  readonly folder: string
  readonly component: ManifestComponent
  readonly path: SourcePath
}

async function resolveImage({ parsed, folder, component, path }: ImageOptions): Promise<ManifestComponent> {
  const { image } = component.properties
  if (image === undefined || !image.startsWith('file://')) return component
  try {
    const reference = parseReference(image)
    const file = resolve(folder, reference.kind === 'file' ? reference.path : image)
    const absolute = `file://${file}`
    if (component.type === 'component') describeComponent(await loadComponent(absolute))
    return { ...component, properties: { ...component.properties, image: absolute } }
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
