import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeTempFolder } from './temp-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A file that a host can start as a provider; disposing removes it. */
export interface ProviderFile extends AsyncDisposable {
  readonly path: string
}

/** A program that runs the embedded provider of that name as a process of its own. */
export async function writeEmbeddedProviderFile(name: string): Promise<ProviderFile> {
  return await writeProviderFile(`
    import * as all from ${JSON.stringify(join(root, 'dist/providers', name, 'index.js'))}
    const definition = Object.values(all).find((each) => each.name === ${JSON.stringify(name)})
    await runProviderProcess(definition)
  `)
}

/** A program of that text, which may use what washi/provider exports. */
export async function writeProviderFile(text: string): Promise<ProviderFile> {
  const folder = await makeTempFolder()
  const path = join(folder.path, 'provider.mjs')
  const sdk = JSON.stringify(join(root, 'dist/provider-sdk/index.js'))
  await writeFile(path, `import { runProvider, runProviderProcess, AppError } from ${sdk}\n${text}`)
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}
