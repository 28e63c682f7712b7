// Applications: from deploy to the first HTTP answer, and from `up`; then a lattice of 20 simulated hosts with 1,000 manifests stored
// and 100 deployed: time to converge, requests per change, latency of status.
//   npm run bench:apps -- [--rounds 5] [--stored 1000] [--deployed 100] [--hosts 20]
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { deployApplication } from '#washi/apps/deploy/deploy-application.js'
import { undeployApplication } from '#washi/apps/deploy/undeploy-application.js'
import { ApplicationsClient } from '#washi/apps/api/applications-client.js'
import { connectLattice } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { helloManifest, helloYaml, startAppKit } from '../test/support/app-kit.js'
import type { AppKit } from '../test/support/app-kit.js'
import { startEmbeddedBus } from '../test/support/embedded-bus.js'
import { startHostKit } from '../test/support/host-kit.js'
import { createWashiLattice, freePort, guestFile } from '../test/support/washi-lattice.js'
import { answering } from './support/peers.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    stored: { type: 'string', default: '1000' },
    deployed: { type: 'string', default: '100' },
    hosts: { type: 'string', default: '20' },
  },
})
const rounds = Number(values.rounds)

async function main(): Promise<void> {
  console.log(`Milliseconds, medians; Node ${process.version}`)
  await measureDeploy()
  await measureLattice()
}

/** One real lattice: what a user waits for. */
async function measureDeploy(): Promise<void> {
  const byCommand: number[] = []
  const byClient: number[] = []
  const fromUp: number[] = []
  await using lattice = await createWashiLattice()
  await copyFile(guestFile('http-hello'), join(lattice.home, 'hello.wasm'))
  const port = await freePort()
  const text = helloYaml({ image: 'file://./hello.wasm', address: `127.0.0.1:${port}` })
  const path = await lattice.write('hello.yaml', text)
  for (let round = 0; round <= rounds; round += 1) {
    const begin = performance.now()
    await lattice.up()
    const deployed = lattice.run('app', 'deploy', path)
    await answering(port)
    if (round > 0) fromUp.push(performance.now() - begin)
    await deployed
    await lattice.run('app', 'undeploy', 'hello')
    byCommand.push(
      await timed(async () => {
        const again = lattice.run('app', 'deploy', path)
        await answering(port)
        return again
      }),
    )
    await using connection = await connectLattice({
      url: lattice.natsUrl,
      lattice: parseLatticeName('default'),
      name: 'bench',
    })
    const client = new ApplicationsClient(connection)
    await undeployApplication({ client, name: 'hello' })
    byClient.push(
      await timed(async () => {
        const again = deployApplication({ client, source: { kind: 'file', path } })
        await answering(port)
        return again
      }),
    )
    await lattice.run('app', 'delete', 'hello')
    await lattice.run('down')
  }
  console.log(`\n| from … to the first HTTP answer | ms |\n|---|---:|`)
  console.log(`| \`app deploy\`, the command's own start included | ${median(byCommand).toFixed(0)} |`)
  console.log(`| deployApplication() in a process that runs | ${median(byClient).toFixed(0)} |`)
  console.log(`| \`up -d\`, then \`app deploy\` | ${median(fromUp).toFixed(0)} |`)
}

/** Many hosts that start nothing real: the cost of managing alone. */
async function measureLattice(): Promise<void> {
  await using bus = await startEmbeddedBus()
  const [stored, deployed, hosts] = [values.stored, values.deployed, values.hosts].map(Number)
  const kits = await Promise.all(
    Array.from({ length: hosts ?? 0 }, (_, index) =>
      startHostKit({ url: bus.url, latticeName: 'bench', labels: { index: String(index) } }),
    ),
  )
  await using apps = await startAppKit({ url: bus.url, latticeName: 'bench' })
  const names = Array.from({ length: stored ?? 0 }, (_, index) => `app${index}`)
  const puts: number[] = []
  for (const name of names) puts.push(await timed(() => apps.client.put(manifestOf(name))))
  const requests = countRequests(apps)
  const converged = await timed(() => Promise.all(names.slice(0, deployed).map((name) => deploy(apps, name))))
  const forAll = requests.count
  const [next = ''] = names.slice(deployed)
  requests.count = 0
  const one = await timed(() => deploy(apps, next))
  const forOne = requests.count
  const status = await medianOf(20, () => apps.client.status('app1'))
  const list = await medianOf(5, () => apps.client.list())
  console.log(`\n${hosts} hosts, ${stored} manifests stored, ${deployed} deployed\n\n| what | |\n|---|---:|`)
  console.log(
    `| put a manifest: the first ten, the last ten | ${median(puts.slice(0, 10)).toFixed(1)}, ${median(puts.slice(-10)).toFixed(1)} ms |`,
  )
  console.log(`| all deployed | ${converged.toFixed(0)} ms |`)
  console.log(`| requests to hosts for that, each application | ${(forAll / (deployed ?? 1)).toFixed(1)} |`)
  console.log(`| one more deployed | ${one.toFixed(0)} ms |`)
  console.log(`| requests to hosts for that | ${forOne} |`)
  console.log(`| status | ${status.toFixed(1)} ms |`)
  console.log(`| list | ${list.toFixed(0)} ms |`)
  await Promise.all(kits.map((kit) => kit[Symbol.asyncDispose]()))
}

function manifestOf(name: string): ReturnType<typeof helloManifest> {
  const port = 10_000 + Number(name.slice(3))
  return helloManifest({ name, address: `127.0.0.1:${port}` })
}

async function deploy({ connection, reaches }: AppKit, name: string): Promise<void> {
  await new ApplicationsClient(connection, { timeoutMs: 60_000 }).deploy(name)
  await reaches(name, 'deployed')
}

function countRequests({ connection }: AppKit): { count: number } {
  const counter = { count: 0 }
  void (async () => {
    for await (const _request of connection.subscribe('wasmbus.ctl.v1.bench.>')) counter.count += 1
  })()
  return counter
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await action()
  return performance.now() - begin
}

async function medianOf(count: number, action: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let index = 0; index < count; index += 1) times.push(await timed(action))
  return median(times)
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}

await main()
