// From a fresh clone to an answer over HTTP: installs, builds, and then does what a newcomer would type, step by step, in
// a temporary folder. Takes everything down again, unless called with --keep. Exit code 0 only if the answer came.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const washi = join(root, 'bin/run.js')
const keep = process.argv.includes('--keep')
const folder = mkdtempSync(join(tmpdir(), 'washi-quickstart-'))
const project = join(folder, 'hello')
const home = join(folder, 'home')
const env = { ...process.env, WASHI_HOME: home }
const expected = 'Hello from TypeScript!'

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true))

process.exitCode = await main()

async function main() {
  let running = false
  try {
    if (!isInstalled()) await step('npm ci --no-audit --no-fund', { cwd: root })
    await step('npm run build', { cwd: root })
    await washiStep('new component hello --template-name hello-world-typescript', { cwd: folder })
    await washiStep('build', { cwd: project })
    const manifest = await washiStep('wit2wadm build/hello.wasm > wadm.yaml', { cwd: project, capture: true })
    const port = await choosePort()
    writeFileSync(join(project, 'wadm.yaml'), manifest.replace('127.0.0.1:8000', `127.0.0.1:${port}`))
    if (port !== 8000) say(`# port 8000 is in use: sed -i s/127.0.0.1:8000/127.0.0.1:${port}/ wadm.yaml`)
    running = true
    await washiStep(`up -d --nats-port ${await freePort()}`, { cwd: project })
    await washiStep('app deploy wadm.yaml', { cwd: project })
    const answer = await request(`http://127.0.0.1:${port}/`)
    await washiStep('app list', { cwd: project })
    if (keep) sayHowToStop(port)
    return answer.trim() === expected ? 0 : 1
  } catch (error) {
    console.error(`\nquickstart: ${error instanceof Error ? error.message : String(error)}`)
    if (running) console.error(lastLines(join(home, 'data/logs/up.log')))
    return interrupted ? 130 : 1
  } finally {
    const leave = keep && running && process.exitCode !== 130 && !interrupted
    if (!leave) await takeDown(running)
  }
}

async function takeDown(running) {
  interrupted = false
  if (running) await washiStep('down', { cwd: project }).catch((error) => console.error(error.message))
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** npm writes its hidden lock last; newer than the lock, it says that the installation is complete. */
function isInstalled() {
  try {
    return (
      statSync(join(root, 'node_modules/.package-lock.json')).mtimeMs >=
      statSync(join(root, 'package-lock.json')).mtimeMs
    )
  } catch {
    return false
  }
}

function washiStep(args, options) {
  const shown = `washi ${args}`
  const [command] = args.split(' > ')
  return step(shown, { ...options, run: [process.execPath, washi, ...command.split(' ')] })
}

/** Prints a command as a user would type it, runs it, and throws where it fails. */
async function step(shown, { cwd, run, capture = false }) {
  if (interrupted) throw new Error('interrupted')
  say(`$ ${shown}`)
  const [program, ...args] = run ?? shown.split(' ')
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    shell: run === undefined && process.platform === 'win32',
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`"${shown}" ended with exit code ${code}`)
  return output
}

async function request(url) {
  say(`$ curl ${url}`)
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) })
  const answer = await response.text()
  console.log(answer.trimEnd())
  if (!response.ok) throw new Error(`${url} answered with status ${response.status}`)
  if (answer.trim() !== expected) throw new Error(`${url} answered something else than "${expected}"`)
  return answer
}

function sayHowToStop(port) {
  say('# It keeps running. The project is yours to change:')
  console.log(`  cd ${project}`)
  console.log(`  curl http://127.0.0.1:${port}/`)
  console.log(`To stop it:\n  WASHI_HOME=${home} node ${washi} down && rm -r ${folder}`)
}

function say(text) {
  console.log(`\n${text}`)
}

function lastLines(file) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-20).join('\n')
  } catch {
    return ''
  }
}

async function choosePort() {
  return (await isFree(8000)) ? 8000 : await freePort()
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
