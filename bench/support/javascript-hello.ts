import { existsSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { root } from './peers.js'

/** The component of the hello-world template, scaffolded and built as a user would; built once, then cached. */
export async function buildHelloGuest(): Promise<Uint8Array> {
  const folder = join(root, 'node_modules/.cache/bench')
  const project = join(folder, 'hello')
  const file = join(project, 'build/hello.wasm')
  if (!existsSync(file)) {
    await rm(project, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    const washi = join(root, 'bin/run.js')
    const template = ['--template-name', 'hello-world-typescript']
    await execa(process.execPath, [washi, 'new', 'component', 'hello', ...template], { cwd: folder })
    await execa(process.execPath, [washi, 'build'], { cwd: project })
  }
  return readFile(file)
}
