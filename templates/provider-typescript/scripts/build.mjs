// One file with everything in it, which runs by itself: a host starts it as it is, or from an archive (.par.gz).
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const { name } = JSON.parse(await readFile('package.json', 'utf8'))
const file = `build/${name}`
await mkdir('build', { recursive: true })
const { outputFiles } = await build({
  entryPoints: ['src/main.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  // Not a module: Node takes a file without an extension for CommonJS, where no package.json above says otherwise.
  format: 'cjs',
  logLevel: 'warning',
})
// Hosts of wasmCloud clear the environment, so that the usual first line would not find Node everywhere. The second line is
// a command to the shell and a comment to JavaScript.
const head = `#!/bin/sh
':' //; for n in node /usr/local/bin/node /usr/bin/node /opt/homebrew/bin/node; do command -v "$n" >/dev/null 2>&1 && exec "$n" "$0" "$@"; done; echo "Node.js was not found" >&2; exit 127
`
await writeFile(file, head + outputFiles[0].text)
await chmod(file, 0o755)
await writeFile('build/package.json', '{ "type": "commonjs" }\n')
console.log(`Wrote ${file}`)
