// Start-up: `washi --version` and light commands against `node -e 0`, and `up` to the first answer of an application
// that was deployed before. Prints medians and ratios.   npm run bench:start -- [--rounds 9]
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import { createWashiLattice, freePort, guestFile } from '../test/support/washi-lattice.js'
import { answering, root } from './support/peers.js'
import { deployBenchmark } from './support/washi.js'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } })
const rounds = Number(values.rounds)
const bin = join(root, 'bin/run.js')

async function main(): Promise<void> {
  await printCommands()
  await printUp()
}

async function printCommands(): Promise<void> {
  await using lattice = await createWashiLattice()
  const env = { WASHI_HOME: lattice.home }
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['node -e 0', ['-e', '0']],
    ['washi --version', [bin, '--version']],
    ['washi down (nothing runs)', [bin, 'down']],
    ['washi wit2wadm http-hello.wasm', [bin, 'wit2wadm', guestFile('http-hello')]],
  ]
  const times = commands.map(() => [] as number[])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, [, args]] of commands.entries()) times[index]?.push(await timeOf(args, env))
  }
  const base = medianOf(times[0] ?? [])
  console.log(`| command | median ms | to node -e 0 |\n|---|---:|---:|`)
  for (const [index, [name]] of commands.entries()) {
    const median = medianOf(times[index] ?? [])
    console.log(`| ${name} | ${median.toFixed(0)} | ${(median / base).toFixed(2)}× |`)
  }
}

async function timeOf(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const begin = performance.now()
  await execa(process.execPath, [...args], { env, reject: false })
  return performance.now() - begin
}

async function printUp(): Promise<void> {
  await using lattice = await createWashiLattice()
  const port = await freePort()
  await lattice.up()
  await deployBenchmark(lattice, guestFile('http-hello'), port)
  await lattice.run('down')
  const times: number[] = []
  for (let round = 0; round < Math.ceil(rounds / 2); round += 1) {
    const begin = performance.now()
    const started = lattice.up()
    await answering(port)
    times.push(performance.now() - begin)
    await started
    await lattice.run('down')
  }
  console.log(
    `\n\`up\` to the first answer of an application deployed before: ${medianOf(times).toFixed(0)} ms (median)`,
  )
}

function medianOf(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

await main()
