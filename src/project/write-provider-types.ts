import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readWorld } from '../component/read-world.js'
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

/** Makes the TypeScript module of a provider's world. Throws what readWorld() throws. */
export async function writeProviderTypes({
  wit,
  world,
  out,
  folder,
}: ProviderTypesOptions): Promise<{ readonly text: string; readonly file?: string }> {
  const text = printProviderModule(await readWorld(resolve(folder, wit), world))
  if (out === undefined) return { text }
  const file = resolve(folder, out)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return { text, file }
}
