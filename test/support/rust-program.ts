import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Whether cargo is there to build Rust programs with. */
export const hasCargo = spawnSync('cargo', ['--version']).status === 0

/**
 * Whether programs made of wasmCloud's SDKs are to be built as well: they compile wasmtime and more, 10 minutes of processor
 * time that a gate does not have. WASHI_TEST_RUST_SDKS=1 does.
 */
export const buildsRustSdks = hasCargo && process.env['WASHI_TEST_RUST_SDKS'] === '1'

/**
 * Builds a program of test/programs with cargo, and with it those of the same workspace; kept between runs in
 * node_modules/.cache. Returns its path.
 */
export async function buildRustProgram(name: string): Promise<string> {
  const target = join(root, 'node_modules/.cache/rust')
  await promisify(execFile)('cargo', ['build', '--quiet', '--locked', '--workspace'], {
    cwd: join(root, 'test/programs', name),
    env: { ...process.env, CARGO_TARGET_DIR: target },
  })
  return join(target, 'debug', process.platform === 'win32' ? `${name}.exe` : name)
}
