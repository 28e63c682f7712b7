import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../core/errors.js'
import { templateFolder, templatesOf } from './templates.js'
import type { Template } from './templates.js'

/** What to create. */
export interface CreateOptions {
  readonly name: string
  readonly kind: Template['kind']
  /** One of that kind. */
  readonly templateName: string
  /** The project becomes a folder in this one. */
  readonly parentFolder: string
}

/** What was created. */
export interface CreatedProject {
  readonly folder: string
  /** Relative to the folder, sorted. */
  readonly files: readonly string[]
}

const namePattern = /^[a-zA-Z][a-zA-Z0-9_-]+$/

/**
 * Copies a template to a new folder under the project's name: all of it, or nothing. Throws USAGE_INVALID for a bad name
 * or an unknown template, PROJECT_EXISTS where the folder is there already.
 */
export async function createProject({
  name,
  kind,
  templateName,
  parentFolder,
}: CreateOptions): Promise<CreatedProject> {
  const projectName = parseProjectName(name)
  const template = findTemplate(templateName, kind)
  const folder = resolve(parentFolder, projectName)
  await claimFolder(folder)
  try {
    return { folder, files: await copyTemplate(template, folder, projectName) }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** The name of a project, which is also its folder's. Throws USAGE_INVALID. */
export function parseProjectName(name: string): string {
  if (namePattern.test(name)) return toKebabCase(name)
  throw new AppError('USAGE_INVALID', `Cannot name a project "${name}"`, {
    hint: 'Use at least two letters, digits, "-" or "_", the first a letter',
  })
}

/** The template of that name and kind. Throws USAGE_INVALID with the names that there are. */
export function findTemplate(name: string, kind: Template['kind']): Template {
  const known = templatesOf(kind)
  const found = known.find((template) => template.name === name)
  if (found) return found
  throw new AppError('USAGE_INVALID', `There is no template "${name}"`, {
    hint: `Use one of: ${known.map((template) => template.name).join(', ')}`,
  })
}

function toKebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/_+/g, '-')
    .toLowerCase()
}

/** Makes the folder; an existing one, even an empty one, is somebody's. */
async function claimFolder(folder: string): Promise<void> {
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause
    throw new AppError('PROJECT_EXISTS', `Cannot create ${folder}: it is there already`, {
      hint: 'Choose another name, or remove it first',
      cause,
    })
  })
}

/** What stands in templates for this package, which projects depend on as it is installed here. */
const ownPackage = 'file:own-package'
const packageUrl = `file:${fileURLToPath(new URL('../..', import.meta.url))
  .replaceAll('\\', '/')
  .replace(/\/$/, '')}`

async function copyTemplate(template: Template, target: string, projectName: string): Promise<string[]> {
  const source = templateFolder(template)
  const files = (await listFiles(source)).map((file) => relative(source, file))
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8')
    const destination = join(target, toTargetName(file))
    await mkdir(dirname(destination), { recursive: true })
    await writeFile(
      destination,
      text.replaceAll(template.name, projectName).replaceAll(ownPackage, packageUrl),
    )
  }
  return files.map(toTargetName).sort()
}

/** npm drops or renames .gitignore when it packs, so templates hold it under another name. */
function toTargetName(file: string): string {
  return file.replace(/(^|[\\/])_gitignore$/, '$1.gitignore')
}

const leftovers = new Set(['node_modules', 'build', 'generated'])

async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) files.push(path)
    else if (!leftovers.has(entry.name)) files.push(...(await listFiles(path)))
  }
  return files
}
