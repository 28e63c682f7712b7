import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** The path of a built program, or why it cannot be had on this machine. */
export type GoProgram = { readonly path: string } | { readonly missing: string }

/**
 * Builds the Go program in test/programs/<name> into node_modules/.cache. Rejects where it does not compile; a machine
 * without Go, or without a way to the modules, is a reason to skip.
 */
export async function buildGoProgram(name: string): Promise<GoProgram> {
  const cwd = fileURLToPath(new URL(`../programs/${name}`, import.meta.url))
  const path = fileURLToPath(new URL(`../../node_modules/.cache/go-programs/${name}`, import.meta.url))
  if (!(await succeeds('go', ['version'], cwd))) return { missing: 'Go is not on PATH' }
  if (!(await succeeds('go', ['mod', 'download'], cwd)))
    return { missing: 'The Go modules cannot be downloaded' }
  await promisify(execFile)('go', ['build', '-o', path, '.'], { cwd })
  return { path }
}

function succeeds(file: string, args: readonly string[], cwd: string): Promise<boolean> {
  return promisify(execFile)(file, args, { cwd }).then(
    () => true,
    () => false,
  )
}
