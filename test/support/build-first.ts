import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Builds the package once before any test file is loaded; throws where it does not compile. */
export default function buildFirst(): void {
  if (process.env['WASHI_TEST_NO_BUILD'] === '1') return
  const root = fileURLToPath(new URL('../..', import.meta.url))
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' })
}
