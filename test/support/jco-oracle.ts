import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const cache = fileURLToPath(new URL('../../node_modules/.cache/jco-oracle/', import.meta.url))

/** A component as jco-transpile 0.1.1 links it. */
export interface JcoComponent {
  instantiate(imports: Readonly<Record<string, object>>): Readonly<Record<string, unknown>>
}

/** Transpiles a component with jco, or takes the output of an earlier run from node_modules/.cache. */
export async function transpileWithJco(bytes: Uint8Array): Promise<JcoComponent> {
  const folder = join(cache, createHash('sha256').update(bytes).digest('hex'))
  const main = join(folder, 'component.js')
  if (!existsSync(main)) await writeOutput(bytes, folder)
  const { instantiate } = (await import(pathToFileURL(main).href)) as JcoModule
  const modules = new Map<string, WebAssembly.Module>()
  const getModule = (name: string): WebAssembly.Module => {
    const module = modules.get(name) ?? new WebAssembly.Module(readFileSync(join(folder, name)))
    modules.set(name, module)
    return module
  }
  return { instantiate: (imports) => instantiate(getModule, imports) }
}

interface JcoModule {
  instantiate(
    getModule: (name: string) => WebAssembly.Module,
    imports: Readonly<Record<string, object>>,
  ): Readonly<Record<string, unknown>>
}

/** Into a folder of its own first: test files that run at once must not read half of it. */
async function writeOutput(bytes: Uint8Array, folder: string): Promise<void> {
  const { transpileBytes } = await import('@bytecodealliance/jco-transpile')
  const { files } = await transpileBytes(bytes, {
    name: 'component',
    instantiation: 'sync',
  })
  const draft = `${folder}.${process.pid}`
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(draft, name)), { recursive: true })
    writeFileSync(join(draft, name), content)
  }
  writeFileSync(join(draft, 'package.json'), '{ "type": "module" }')
  try {
    renameSync(draft, folder)
  } catch {
    // Another test file was faster; its output is the same.
    rmSync(draft, { recursive: true, force: true })
  }
}
