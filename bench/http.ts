// HTTP through a guest: washi (fresh and reuse) against jco serve and wasmtime serve, with plain node:http as the
// ceiling, in one run. Prints requests/s, p50 and p99, and each as a ratio to jco serve.
//   npm run bench:http -- [--seconds 3] [--rounds 3] [--connections 16] [--only c|js]
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
    connections: { type: 'string', default: '16' },
    only: { type: 'string' },
  },
})

interface Row {
  readonly name: string
  readonly start: () => Promise<Peer | undefined>
  readonly results: LoadResult[]
}

async function main(): Promise<void> {
  for (const guest of await guests()) {
    const rows: Row[] = [
      { name: 'jco serve 1.35', start: () => startJcoServe(guest.file), results: [] },
      { name: 'wasmtime serve', start: () => startWasmtimeServe(guest.file), results: [] },
      { name: 'washi fresh', start: () => startWashi(guest.file, 'fresh'), results: [] },
      { name: 'washi reuse', start: () => startWashi(guest.file, 'reuse'), results: [] },
      { name: 'node:http, no guest', start: startPlainServer, results: [] },
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

async function measure(row: Row): Promise<void> {
  await using peer = await row.start()
  if (peer === undefined) return
  const options: LoadOptions = {
    host: '127.0.0.1',
    port: peer.port,
    path: '/',
    connections: Number(values.connections),
    warmUpMs: 1_500,
    durationMs: Number(values.seconds) * 1000,
  }
  const script = join(root, 'bench/support/load.ts')
  const { stdout } = await execa(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)])
  row.results.push(JSON.parse(stdout) as LoadResult)
}

function print(guest: string, rows: readonly Row[]): void {
  const measured = rows.filter(({ results }) => results.length > 0)
  const base = medianOf(measured[0]?.results ?? [], ({ perSecond }) => perSecond)
  console.log(
    `\n${guest}: ${values.connections} connections, medians of ${values.rounds} rounds, Node ${process.version}\n`,
  )
  console.log('| server | requests/s | to jco serve | p50 µs | p99 µs | errors |')
  console.log('|---|---:|---:|---:|---:|---:|')
  for (const { name, results } of measured) {
    const perSecond = medianOf(results, (result) => result.perSecond)
    const p50 = medianOf(results, (result) => result.p50Us)
    const p99 = medianOf(results, (result) => result.p99Us)
    const errors = results.reduce((sum, result) => sum + result.errors, 0)
    const ratio = (perSecond / base).toFixed(1)
    console.log(`| ${name} | ${Math.round(perSecond)} | ${ratio}× | ${p50} | ${p99} | ${errors} |`)
  }
}

function medianOf(results: readonly LoadResult[], value: (result: LoadResult) => number): number {
  const sorted = results.map(value).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

await main()
