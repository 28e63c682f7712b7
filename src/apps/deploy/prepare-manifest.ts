import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { AppError, messageOf } from '../../core/errors.js'
import type { Finding } from '../manifest/finding.js'
import type { Manifest } from '../manifest/manifest.js'
import { parseManifest } from '../manifest/parse-manifest.js'
import type { ParsedManifest } from '../manifest/parse-manifest.js'
import { validateManifest } from '../manifest/validate-manifest.js'
import { findUnsupported } from '../support/find-unsupported.js'
import { resolveLocalImages } from './resolve-local-images.js'

/** Where a manifest comes from. */
export type ManifestSource =
  | { readonly kind: 'file'; readonly path: string }
  /** Standard input, for one; `label` stands for the file in messages, `folder` is what relative images start from. */
  | { readonly kind: 'text'; readonly text: string; readonly label: string; readonly folder: string }

/** A manifest that can be sent: valid, supported, its local images there and absolute. */
export interface PreparedManifest {
  readonly manifest: Manifest
  readonly warnings: readonly Finding[]
}

/** Reads and parses a manifest. Throws MANIFEST_UNREADABLE and MANIFEST_INVALID. */
export async function readManifest(source: ManifestSource): Promise<ParsedManifest> {
  if (source.kind === 'text') return parseManifest(source.text, source.label)
  try {
    return parseManifest(await readFile(source.path, 'utf8'), source.path)
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : messageOf(cause)
    throw new AppError('MANIFEST_UNREADABLE', `Cannot read manifest "${source.path}": ${reason}`, {
      hint: 'Check the path, or derive a manifest: washi wit2wadm COMPONENT.wasm > wadm.yaml',
      place: { file: source.path },
      cause,
    })
  }
}

/**
 * Reads a manifest and checks all that can be known before anything is sent. Throws MANIFEST_UNREADABLE, MANIFEST_INVALID
 * (the first error), MANIFEST_IMAGE_INVALID, APP_UNSUPPORTED, each with file, line and column.
 */
export async function prepareManifest(source: ManifestSource): Promise<PreparedManifest> {
  const parsed = await readManifest(source)
  const findings = validateManifest(parsed.manifest)
  throwFirstError(parsed, findings)
  const folder = source.kind === 'file' ? dirname(resolve(source.path)) : source.folder
  const manifest = await resolveLocalImages(parsed, folder)
  throwUnsupported(parsed, manifest)
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
