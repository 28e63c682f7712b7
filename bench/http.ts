// HTTP through a guest: washi (fresh and reuse) against jco serve and wasmtime serve (where it is on PATH), with plain
// node:http as the ceiling, in one run. Prints requests/s, p50 and p99, and each as a ratio to the peers.
//   npm run bench:http -- [--seconds 3] [--rounds 3] [--only c|js] [--workloads hello-16,hello-1,hello-128,echo-1k,echo-1m]
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { buildHelloGuest } from './support/javascript-hello.js'
import type { LoadOptions, LoadResult } from './support/load.js'
import { root, startJcoServe, startPlainServer, startWasmtimeServe, type Peer } from './support/peers.js'
import { startWashi } from './support/washi.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
    workloads: { type: 'string', default: 'hello-16' },
  },
})

/** What is asked of every server. */
type Workload = Pick<LoadOptions, 'connections' | 'method' | 'path' | 'bodyBytes'>

const workloads: Readonly<Record<string, Workload>> = {
  'hello-1': { connections: 1, path: '/' },
  'hello-16': { connections: 16, path: '/' },
  'hello-128': { connections: 128, path: '/' },
  'echo-1k': { connections: 16, path: '/echo', method: 'POST', bodyBytes: 1024 },
  'echo-1m': { connections: 16, path: '/echo', method: 'POST', bodyBytes: 1024 * 1024 },
}

interface Row {
  readonly name: string
  readonly start: () => Promise<Peer | undefined>
  /** By workload. */
  readonly results: Map<string, LoadResult[]>
}

async function main(): Promise<void> {
  for (const guest of await guests()) {
    const rows: Row[] = [
      { name: 'jco serve 1.35', start: () => startJcoServe(guest.file), results: new Map() },
      { name: 'wasmtime serve', start: () => startWasmtimeServe(guest.file), results: new Map() },
      { name: 'washi fresh', start: () => startWashi(guest.file, 'fresh'), results: new Map() },
      { name: 'washi reuse', start: () => startWashi(guest.file, 'reuse'), results: new Map() },
      { name: 'node:http, no guest', start: startPlainServer, results: new Map() },
    ]
    // Rounds alternate the peers, so that a machine that slows down slows all of them.
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const row of rows) await measure(row)
    }
    print(guest.name, rows)
  }
}

async function guests(): Promise<readonly { readonly name: string; readonly file: string }[]> {
  const c = { name: 'C guest (http-hello)', file: join(root, 'test/fixtures/components/http-hello.wasm') }
  if (values.only === 'c') return [c]
  const folder = join(root, 'node_modules/.cache/bench')
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'javascript-hello.wasm')
  await writeFile(file, await buildHelloGuest())
  const js = { name: 'JavaScript guest (StarlingMonkey)', file }
  return values.only === 'js' ? [js] : [c, js]
}

/** One server at a time, through all workloads. */
async function measure(row: Row): Promise<void> {
  await using peer = await row.start()
  if (peer === undefined) return
  for (const name of chosenWorkloads()) {
    const workload = workloads[name]
    if (workload === undefined) throw new Error(`No workload "${name}": ${Object.keys(workloads).join(', ')}`)
    const result = await load({ host: '127.0.0.1', port: peer.port, ...workload })
    row.results.set(name, [...(row.results.get(name) ?? []), result])
  }
}

async function load(options: Omit<LoadOptions, 'warmUpMs' | 'durationMs'>): Promise<LoadResult> {
  const script = join(root, 'bench/support/load.ts')
  const whole: LoadOptions = { ...options, warmUpMs: 1_500, durationMs: Number(values.seconds) * 1000 }
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', script, JSON.stringify(whole)])
  return JSON.parse(stdout) as LoadResult
}

function chosenWorkloads(): readonly string[] {
  return values.workloads.split(',')
}

function print(guest: string, rows: readonly Row[]): void {
  for (const workload of chosenWorkloads()) {
    console.log(`\n${guest}, ${workload}: medians of ${values.rounds} rounds, Node ${process.version}\n`)
    printTable(rows.map(({ name, results }) => ({ name, results: results.get(workload) ?? [] })))
  }
}

interface Measured {
  readonly name: string
  readonly results: readonly LoadResult[]
}

function printTable(all: readonly Measured[]): void {
  const rows = all.filter(({ results }) => results.length > 0)
  const rateOf = (name: string): number =>
    medianOf(rows.find((row) => row.name.startsWith(name))?.results ?? [], ({ perSecond }) => perSecond)
  const [jco, wasmtime] = [rateOf('jco'), rateOf('wasmtime')]
  console.log('| server | requests/s | to jco serve | to wasmtime serve | p50 µs | p99 µs | errors |')
  console.log('|---|---:|---:|---:|---:|---:|---:|')
  for (const { name, results } of rows) {
    const perSecond = medianOf(results, (result) => result.perSecond)
    const p50 = medianOf(results, (result) => result.p50Us)
    const p99 = medianOf(results, (result) => result.p99Us)
    const errors = results.reduce((sum, result) => sum + result.errors, 0)
    const ratios = `${ratio(perSecond, jco)} | ${ratio(perSecond, wasmtime)}`
    console.log(`| ${name} | ${Math.round(perSecond)} | ${ratios} | ${p50} | ${p99} | ${errors} |`)
  }
}

function ratio(value: number, base: number): string {
  return Number.isFinite(base) ? `${(value / base).toFixed(2)}×` : '–'
}

function medianOf(results: readonly LoadResult[], value: (result: LoadResult) => number): number {
  const sorted = results.map(value).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

await main()
