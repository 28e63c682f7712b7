import { AppError } from '../../core/errors.js'
import { describeComponent } from '../../component/describe-component.js'
import { loadComponent } from '../../component/references/load-component.js'
import { parseReference } from '../../component/references/reference.js'
import { checkImports } from '../../host/engine/check-imports.js'
import { stat } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import type { World } from '../../wit/model.js'
import { digestOf, withImageDigests } from '../manifest/image-digests.js'
import type { Manifest, ManifestComponent } from '../manifest/manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import type { SourcePath } from '../manifest/source-tree.js'

/**
 * The manifest with every `file://` image as an absolute path, relative ones taken from `folder`, and the digests of
 * components' files, which have been read and decoded. Throws MANIFEST_IMAGE_INVALID, at the image's line, for one that is
 * missing or no component, and for a relative one where there is no folder.
 */
export async function resolveLocalImages(
  parsed: ParsedManifest,
  folder: string | undefined,
): Promise<LocalImages> {
  const { manifest } = parsed
  const components: ManifestComponent[] = []
  const digests: Record<string, string> = {}
  const worlds = new Map<string, World>()
  for (const [index, component] of manifest.spec.components.entries()) {
    const path: SourcePath = ['spec', 'components', index, 'properties', 'image']
    const resolved = await resolveImage({ parsed, folder, component, path })
    components.push(resolved.component)
    if (resolved.digest !== undefined) digests[component.name] = resolved.digest
    if (resolved.world) worlds.set(component.name, resolved.world)
  }
  return {
    manifest: withImageDigests({ ...manifest, spec: { ...manifest.spec, components } }, digests),
    worlds,
  }
}

/** A manifest with absolute images, and the worlds of those that are files, by component. */
export interface LocalImages {
  readonly manifest: Manifest
  readonly worlds: ReadonlyMap<string, World>
}

interface ImageOptions {
  readonly parsed: ParsedManifest
  readonly folder: string | undefined
  readonly component: ManifestComponent
  readonly path: SourcePath
}

interface ResolvedImage {
  readonly component: ManifestComponent
  readonly digest?: string
  readonly world?: World
}

async function resolveImage({ parsed, folder, component, path }: ImageOptions): Promise<ResolvedImage> {
  const { image } = component.properties
  if (image === undefined || !image.startsWith('file://')) return { component }
  try {
    const absolute = `file://${absolutePath(image, folder)}`
    const resolved = { ...component, properties: { ...component.properties, image: absolute } }
    if (component.type !== 'component') {
      await checkFile(absolute.slice('file://'.length))
      return { component: resolved }
    }
    const bytes = await loadComponent(absolute)
    const { world } = describeComponent(bytes)
    checkImports(component.name, world)
    return { component: resolved, digest: digestOf(bytes), world }
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

/** The path of a `file://` image. Throws COMPONENT_REFERENCE_INVALID for a relative one without a folder. */
export function absolutePath(image: string, folder: string | undefined): string {
  const reference = parseReference(image)
  const path = reference.kind === 'file' ? reference.path : image
  if (isAbsolute(path)) return path
  if (folder !== undefined) return resolve(folder, path)
  throw new AppError(
    'COMPONENT_REFERENCE_INVALID',
    `Cannot use the relative path "${path}": the manifest was fetched, so that there is no folder to start from`,
    { hint: 'Write an absolute path, or download the manifest' },
  )
}

/** Hosts know what the file of a provider has to be; here it has to be there. */
async function checkFile(path: string): Promise<void> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false, // said below
  )
  if (isFile) return
  throw new AppError('COMPONENT_NOT_FOUND', `Cannot read provider "${path}": no such file`, {
    hint: 'Check the path',
  })
}
