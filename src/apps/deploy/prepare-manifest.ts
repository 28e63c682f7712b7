import { AppError } from '../../core/errors.js'
import type { World } from '../../wit/model.js'
import { findForeignInterfaces } from '../examine/examine-links.js'
import type { Finding } from '../manifest/finding.js'
import type { Manifest } from '../manifest/manifest.js'
import { parseManifest } from '../manifest/parse-manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import type { Variables } from '../manifest/substitute-variables.js'
import { validateManifest } from '../manifest/validate-manifest.js'
import { findUnsupported } from '../support/find-unsupported.js'
import { readManifestText } from './manifest-source.js'
import type { ManifestSource } from './manifest-source.js'
import { resolveLocalImages } from './resolve-local-images.js'

/** Options of readManifest() and prepareManifest(). */
export interface ReadManifestOptions {
  /** What `${NAME}` in the manifest means; absent: nothing is substituted. */
  readonly variables?: Variables | undefined
}

/** A manifest as read, and the folder that its relative images start from. */
export interface ReadManifest extends ParsedManifest {
  readonly folder: string | undefined
}

/** A manifest that can be sent: valid, supported, its local images there and absolute. */
export interface PreparedManifest {
  readonly manifest: Manifest
  readonly warnings: readonly Finding[]
}

/** Reads and parses a manifest. Throws MANIFEST_UNREADABLE and MANIFEST_INVALID. */
export async function readManifest(
  source: ManifestSource,
  options: ReadManifestOptions = {},
): Promise<ReadManifest> {
  const { text, label, folder } = await readManifestText(source)
  return { ...parseManifest(text, label, options), folder }
}

/**
 * Reads a manifest and checks all that can be known before anything is sent. Throws MANIFEST_UNREADABLE, MANIFEST_INVALID
 * (the first error), MANIFEST_IMAGE_INVALID, APP_UNSUPPORTED, MANIFEST_DISAGREES, each with file, line and column.
 */
export async function prepareManifest(
  source: ManifestSource,
  options: ReadManifestOptions = {},
): Promise<PreparedManifest> {
  const parsed = await readManifest(source, options)
  const findings = validateManifest(parsed.manifest)
  throwFirstError(parsed, findings)
  const { manifest, worlds } = await resolveLocalImages(parsed, parsed.folder)
  throwUnsupported(parsed, manifest)
  throwUnexported(parsed, worlds)
  return { manifest, warnings: findings.filter(({ level }) => level === 'warning') }
}

function throwFirstError(parsed: ParsedManifest, findings: readonly Finding[]): void {
  const error = findings.find(({ level }) => level === 'error')
  if (!error) return
  const place = parsed.placeOf(error.path)
  throw new AppError('MANIFEST_INVALID', `Invalid manifest "${parsed.file}": ${error.message}`, {
    place,
    hint: `Correct ${place.file}:${place.line}:${place.column}, then run the command again`,
  })
}

function throwUnsupported(parsed: ParsedManifest, manifest: Manifest): void {
  const [first, ...others] = findUnsupported(manifest)
  if (!first) return
  const more = others.map(({ reason }) => `; ${reason}`).join('')
  throw new AppError(
    'APP_UNSUPPORTED',
    `Cannot deploy "${parsed.file}" with this version of washi: ${first.reason}${more}`,
    { place: parsed.placeOf(first.path), hint: 'Remove that part from the manifest; nothing was sent' },
  )
}

/** A link to something that its target does not have would stand, and every call over it fail. */
function throwUnexported(parsed: ParsedManifest, worlds: ReadonlyMap<string, World>): void {
  const found = findForeignInterfaces({ parsed, manifest: parsed.manifest, worlds })
  const first = found.find(({ rule }) => rule === 'interface-not-exported')
  if (!first) return
  throw new AppError('MANIFEST_DISAGREES', `Cannot deploy "${parsed.file}": ${first.message}`, {
    place: parsed.placeOf(first.path),
    hint: 'Correct the link, or see all that is wrong: washi app validate',
  })
}
