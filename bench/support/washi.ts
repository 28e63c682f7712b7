import {
  createWashiLattice,
  freePort,
  httpManifest,
  type WashiLattice,
} from '../../test/support/washi-lattice.js'
import type { Peer } from './peers.js'

/** A lattice that serves the component over HTTP, through the whole of washi: up, deploy, link. */
export async function startWashi(component: string, policy: 'fresh' | 'reuse'): Promise<Peer> {
  const lattice = await createWashiLattice()
  const port = await freePort()
  await lattice.up('--instance-policy', policy)
  await deployBenchmark(lattice, component, port)
  return { port, [Symbol.asyncDispose]: () => lattice[Symbol.asyncDispose]() }
}

/** Deploys the component behind an http-server on the port; throws with the command's output where it fails. */
export async function deployBenchmark(lattice: WashiLattice, component: string, port: number): Promise<void> {
  await lattice.write('wadm.yaml', httpManifest({ component, port, app: 'bench', instances: 128 }))
  const { exitCode, stderr } = await lattice.run('app', 'deploy', 'wadm.yaml')
  if (exitCode !== 0) throw new Error(`The benchmark's application was not deployed: ${stderr}`)
}
