import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { freePort, root, type Peer } from './peers.js'

/** A lattice of its own in a folder of its own. */
export interface WashiLattice extends AsyncDisposable {
  readonly home: string
  readonly natsPort: number
  /** Runs a washi command against this lattice; returns its stdout. */
  washi(...args: readonly string[]): Promise<string>
}

/** Prepares a lattice; nothing runs until `up`. Disposing takes it down and removes its folder. */
export async function createLattice(): Promise<WashiLattice> {
  const home = await mkdtemp(join(tmpdir(), 'washi-bench-'))
  const natsPort = await freePort()
  const env = {
    WASHI_HOME: home,
    WASMCLOUD_CTL_PORT: String(natsPort),
    WASMCLOUD_NATS_PORT: String(natsPort),
  }
  const washi = async (...args: readonly string[]): Promise<string> =>
    (await execa(process.execPath, [join(root, 'bin/run.js'), ...args], { env, cwd: home })).stdout
  return {
    home,
    natsPort,
    washi,
    async [Symbol.asyncDispose]() {
      await washi('down').catch(() => undefined)
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** A lattice that serves the component over HTTP, through the whole of washi: up, deploy, link. */
export async function startWashi(component: string, policy: 'fresh' | 'reuse'): Promise<Peer> {
  const lattice = await createLattice()
  const port = await freePort()
  const manifest = join(lattice.home, 'wadm.yaml')
  await writeFile(manifest, manifestOf({ component, port, policy }))
  await lattice.washi('up', '-d', '--nats-port', String(lattice.natsPort), '--instance-policy', policy)
  await lattice.washi('app', 'deploy', manifest)
  return { port, [Symbol.asyncDispose]: () => lattice[Symbol.asyncDispose]() }
}

/** The manifest of one component behind an http-server. */
export function manifestOf(options: { component: string; port: number; policy?: string }): string {
  return `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: bench
  annotations:
    description: One component behind an HTTP server
    version: v0.0.1
spec:
  components:
    - name: guest
      type: component
      properties:
        image: file://${options.component}
      traits:
        - type: spreadscaler
          properties:
            instances: 128
    - name: httpserver
      type: capability
      properties:
        image: ghcr.io/wasmcloud/http-server:0.28.0
      traits:
        - type: link
          properties:
            target: guest
            namespace: wasi
            package: http
            interfaces: [incoming-handler]
            source_config:
              - name: bench-http
                properties:
                  address: 127.0.0.1:${options.port}
`
}
