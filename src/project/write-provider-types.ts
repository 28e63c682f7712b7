import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readWit } from '../wit/text/read-wit.js'
import { printProviderModule } from '../wit/typescript/print-provider-module.js'

/** From what, and where to. */
export interface ProviderTypesOptions {
  /** A .wit file, or a folder of them. */
  readonly wit: string
  readonly world?: string | undefined
  /** Nothing is written without it. */
  readonly out?: string | undefined
  /** What relative paths start from. */
  readonly folder: string
}

/** Makes the TypeScript module of a provider's world. Throws WIT_INVALID, WIT_NOT_FOUND, WIT_WORLD_NOT_FOUND. */
export async function writeProviderTypes({
  wit,
  world,
  out,
  folder,
}: ProviderTypesOptions): Promise<{ readonly text: string; readonly file?: string }> {
  const text = printProviderModule((await readWit(resolve(folder, wit))).world(world))
  if (out === undefined) return { text }
  const file = resolve(folder, out)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return { text, file }
}
