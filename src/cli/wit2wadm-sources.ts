import { stat } from 'node:fs/promises'
import type { SourceComponent } from '../apps/wit2wadm/planned-application.js'
import { describeComponent } from '../component/describe-component.js'
import { readWorld } from '../component/read-world.js'
import { loadComponent } from '../component/references/load-component.js'
import { parseReference } from '../component/references/reference.js'
import { AppError } from '../core/errors.js'
import { imageOfWorld, nameOfFile, nameOfWorld } from './component-file.js'

/** What components are called, where the command line says so. */
export interface SourceNames {
  readonly name: string | undefined
  readonly image: string | undefined
  readonly folder: string
}

/**
 * The components that arguments name: files, WIT with its world behind it, references; one or several. Throws USAGE_INVALID and
 * what reading them throws.
 */
export async function readSourceComponents(
  args: readonly string[],
  { name, image, folder }: SourceNames,
): Promise<readonly SourceComponent[]> {
  const [first = '', second, ...more] = args
  if (second === undefined) return [await readSource(first, { name, image, folder })]
  if (more.length === 0 && !(await isComponent(second))) {
    return [await readSource(first, { name, image, folder }, second)]
  }
  if (image !== undefined) {
    throw new AppError('USAGE_INVALID', 'Cannot give one image to several components', {
      hint: 'Leave --image out, or derive the components one by one with --into',
    })
  }
  const components: SourceComponent[] = []
  for (const argument of args) components.push(await readSource(argument, { name: undefined, image, folder }))
  const names = components.map((component) => component.name)
  const repeated = names.find((each, index) => names.indexOf(each) !== index)
  if (repeated === undefined) return components
  throw new AppError('USAGE_INVALID', `Two of the components are named "${repeated}"`, {
    hint: 'Rename one of the files: the names of components come from them',
  })
}

/** `NS:PKG=REFERENCE`. Throws USAGE_INVALID. */
export function parseProviderChoice(text: string): { readonly of: string; readonly image: string } {
  const match = /^([a-z][a-z0-9-]*:[a-z][a-z0-9-]*(?:\/[a-z][a-z0-9-]*)?)=(\S+)$/.exec(text)
  const [, of, image] = match ?? []
  if (of !== undefined && image !== undefined) return { of, image }
  throw new AppError('USAGE_INVALID', `Not of the form NAMESPACE:PACKAGE=REFERENCE: "${text}"`, {
    hint: 'For example: --provider wasi:keyvalue=ghcr.io/wasmcloud/keyvalue-redis:0.30.0',
  })
}

async function readSource(
  argument: string,
  { name, image, folder }: SourceNames,
  worldName?: string,
): Promise<SourceComponent> {
  if (!(await exists(argument)) && looksLikeReference(argument)) {
    const { world } = describeComponent(await loadComponent(argument, { folder }))
    return { world, name: name ?? nameOfReference(argument), image: image ?? argument }
  }
  const world = await readWorld(argument, worldName)
  return {
    world,
    name: name ?? nameOfWorld(argument, world),
    image: image ?? imageOfWorld(argument, { world, folder }),
  }
}

async function isComponent(argument: string): Promise<boolean> {
  return /\.(wasm|wit)$/.test(argument) || (await exists(argument)) || looksLikeReference(argument)
}

function looksLikeReference(argument: string): boolean {
  return /^[a-z+]+:\/\//.test(argument) || /^[a-z0-9.-]+(?::\d+)?\/\S+[:@]\S+$/.test(argument)
}

function nameOfReference(reference: string): string {
  const parsed = parseReference(reference)
  if (parsed.kind === 'oci') return parsed.repository.split('/').at(-1) ?? parsed.repository
  return nameOfFile(parsed.kind === 'file' ? parsed.path : parsed.name)
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false, // a name, or a file that whoever reads it says is missing
  )
}
