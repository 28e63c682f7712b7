// The linker against jco-transpile 0.1.1: one guest in C and one in JavaScript (StarlingMonkey), with the same host.
// Prints medians and ratios.   npm run bench:linker -- [--seconds 0.5]
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createInstance } from '#washi/host/engine/linker/create-instance.js'
import { enableExtendedConst } from '#washi/host/engine/linker/enable-extended-const.js'
import { prepareComponent } from '#washi/host/engine/linker/prepare-component.js'
import { createGuestWorld } from '../test/support/guest-world/guest-world.js'
import { IncomingRequest } from '../test/support/guest-world/http.js'
import { completeImports } from '../test/support/complete-imports.js'
import { transpileWithJco } from '../test/support/jco-oracle.js'
import { buildHelloGuest } from './support/javascript-hello.js'
import { root } from './support/peers.js'

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '0.5' } } })
const budgetMs = Number(values.seconds) * 1000

enableExtendedConst()
console.log('| guest | what | linker µs | jco 0.1.1 µs | jco / linker |\n|---|---|---:|---:|---:|')
const hello = await readFile(join(root, 'test/fixtures/components/http-hello.wasm'))
await compare('http-hello (C)', hello, true)
// Guests with a fetch event refuse the second call of one instance, under any host.
await compare('hello (StarlingMonkey)', await buildHelloGuest(), false)

async function compare(guest: string, bytes: Uint8Array, isReusable: boolean): Promise<void> {
  const world = createGuestWorld()
  const prepared = prepareComponent(bytes)
  const imports = completeImports(prepared.world, world.imports)
  const jco = await transpileWithJco(bytes)
  const Outparam = (imports['wasi:http/types'] as unknown as { ResponseOutparam: new () => object })
    .ResponseOutparam
  const call = (exports: unknown): void => {
    const { incomingHandler } = exports as { incomingHandler: { handle(request: object, out: object): void } }
    incomingHandler.handle(new IncomingRequest({ method: 'GET', path: '/' }), new Outparam())
  }
  const ours = createInstance(prepared, imports)
  const theirs = jco.instantiate(imports)
  const fresh = (): void => {
    call(ours.exports)
    if (!ours.reset()) throw new Error('the instance cannot be reset')
  }
  const rows: readonly (readonly [string, () => void, () => void])[] = [
    ['instantiate', () => void createInstance(prepared, imports), () => void jco.instantiate(imports)],
    ...(isReusable ? ([['call', () => call(ours.exports), () => call(theirs)]] as const) : []),
    ['call, fresh by reset', fresh, () => call(jco.instantiate(imports))],
    [
      'call, fresh by new instance',
      () => call(createInstance(prepared, imports).exports),
      () => call(jco.instantiate(imports)),
    ],
  ]
  for (const [what, linker, oracle] of rows) {
    const [one, other] = [medianOf(linker), medianOf(oracle)]
    console.log(
      `| ${guest} | ${what} | ${one.toFixed(2)} | ${other.toFixed(2)} | ${(other / one).toFixed(1)}× |`,
    )
  }
  console.log(`| ${guest} | prepare | ${medianOf(() => void prepareComponent(bytes)).toFixed(0)} | | |`)
}

/** Median of one run in microseconds: in batches long enough to be measured. */
function medianOf(run: () => void): number {
  const times: number[] = []
  let batch = 1
  for (const end = performance.now() + budgetMs; performance.now() < end || times.length < 3; ) {
    const start = performance.now()
    for (let index = 0; index < batch; index++) run()
    const elapsed = performance.now() - start
    if (elapsed < 1) batch *= 2
    else times.push((elapsed / batch) * 1000)
  }
  times.sort((left, right) => left - right)
  return times[times.length >> 1] ?? NaN
}
