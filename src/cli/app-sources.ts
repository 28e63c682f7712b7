import { stat } from 'node:fs/promises'
import { text as readAll } from 'node:stream/consumers'
import type { DeploySource } from '../apps/deploy/deploy-application.js'
import type { ManifestSource } from '../apps/deploy/manifest-source.js'
import { AppError } from '../core/errors.js'
import { expandGlob, isGlob } from '../core/glob.js'

/**
 * What the arguments of `app deploy` mean: manifests (files, patterns of files, URLs, `-` for standard input), or the name
 * of a stored application with or without a version. Throws USAGE_INVALID.
 */
export async function readDeploySources(args: readonly string[]): Promise<readonly DeploySource[]> {
  const [first = '-', version, ...more] = args
  if (version === undefined) return await readSource(first)
  if (more.length === 0 && !(await isManifest(first)) && !(await isManifest(version))) {
    return [{ kind: 'stored', name: first, version }]
  }
  return (await Promise.all(args.map(readSource))).flat()
}

/** What the arguments of commands on manifests mean: as readDeploySources(), without stored applications. */
export async function readManifestSources(args: readonly string[]): Promise<readonly ManifestSource[]> {
  const sources = await Promise.all((args.length === 0 ? ['-'] : args).map(readSource))
  return sources.flat().map((source) => {
    if (source.kind !== 'stored') return source
    throw new AppError('MANIFEST_UNREADABLE', `Cannot read manifest "${source.name}": no such file`, {
      hint: 'Give the path of a manifest, or "-" for standard input',
    })
  })
}

async function readSource(argument: string): Promise<readonly DeploySource[]> {
  if (argument === '-') {
    return [{ kind: 'text', text: await readAll(process.stdin), label: '<stdin>', folder: process.cwd() }]
  }
  if (isUrl(argument)) return [{ kind: 'url', url: argument }]
  if (await isFile(argument)) return [{ kind: 'file', path: argument }]
  if (isGlob(argument)) return await readPattern(argument)
  if (looksLikeFile(argument)) return [{ kind: 'file', path: argument }]
  return [{ kind: 'stored', name: argument }]
}

async function readPattern(pattern: string): Promise<readonly ManifestSource[]> {
  const files = (await expandGlob(pattern)).filter((file) => /\.(ya?ml|json)$/.test(file))
  if (files.length > 0) return files.map((path) => ({ kind: 'file', path }))
  throw new AppError('MANIFEST_UNREADABLE', `Cannot find a manifest that matches "${pattern}"`, {
    hint: 'Manifests end in .yaml, .yml or .json',
  })
}

async function isManifest(argument: string): Promise<boolean> {
  return (
    argument === '-' ||
    isUrl(argument) ||
    isGlob(argument) ||
    looksLikeFile(argument) ||
    (await isFile(argument))
  )
}

function isUrl(argument: string): boolean {
  return /^https?:\/\//.test(argument)
}

function looksLikeFile(argument: string): boolean {
  return /[\\/]|\.(ya?ml|json)$/.test(argument)
}

async function isFile(argument: string): Promise<boolean> {
  return await stat(argument).then(
    (found) => found.isFile(),
    () => false, // then it is a name
  )
}

/** What `app diff` compares: a manifest with what is deployed or a version, or two versions. Throws USAGE_INVALID. */
export async function readDiffRequest(
  application: string,
  [first, second]: readonly (string | undefined)[],
): Promise<{ readonly source: DeploySource; readonly from?: string | undefined }> {
  const [source, ...more] = await readSource(application)
  if (source === undefined || more.length > 0) {
    throw new AppError('USAGE_INVALID', `Cannot compare several manifests at once: "${application}"`, {
      hint: 'Name one of them',
    })
  }
  if (source.kind !== 'stored') return { source, from: first }
  return second === undefined
    ? { source: { ...source, version: first } }
    : { source: { ...source, version: second }, from: first }
}
