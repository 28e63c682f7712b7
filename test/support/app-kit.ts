import { createLogger, formatLogRecord, silentLogger } from '#washi/core/log.js'
import { systemClock } from '#washi/core/clock.js'
import type { Clock } from '#washi/core/clock.js'
import { ApplicationsClient } from '#washi/apps/api/applications-client.js'
import { decodeManifest } from '#washi/apps/manifest/decode-manifest.js'
import type { Manifest } from '#washi/apps/manifest/manifest.js'
import { parseSourceTree } from '#washi/apps/manifest/source-tree.js'
import type { ApplicationStatus, StatusType } from '#washi/apps/planner/status.js'
import { startApplicationManager } from '#washi/apps/start-application-manager.js'
import type { ApplicationManager } from '#washi/apps/start-application-manager.js'
import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'

/** An application manager with its own connection, and a client with another. */
export interface AppKit extends AsyncDisposable {
  readonly manager: ApplicationManager
  readonly client: ApplicationsClient
  readonly connection: LatticeConnection
  /** The first status of that type, now or later. */
  reaches(
    name: string,
    type: StatusType,
    matches?: (status: ApplicationStatus) => boolean,
  ): Promise<ApplicationStatus>
}

export interface AppKitOptions {
  readonly url: string
  readonly latticeName: string
  readonly clock?: Clock
}

/** Starts a manager. Its retries have no jitter. */
export async function startAppKit({ url, latticeName, clock = systemClock }: AppKitOptions): Promise<AppKit> {
  const lattice = parseLatticeName(latticeName)
  const managerConnection = await connectLattice({ url, lattice, name: 'manager' })
  const connection = await connectLattice({ url, lattice, name: 'client' })
  const manager = await startApplicationManager({
    connection: managerConnection,
    log:
      process.env['WASHI_TEST_LOG'] === undefined
        ? silentLogger
        : createLogger({ level: 'debug', now: Date.now, write: (r) => console.error(formatLogRecord(r)) }),
    clock,
    random: () => 0.5,
  })
  const client = new ApplicationsClient(connection)
  return {
    manager,
    client,
    connection,
    reaches: (name, type, matches = () => true) =>
      reaches(client, name, (status) => status.status.type === type && matches(status)),
    [Symbol.asyncDispose]: async () => {
      await manager.stop()
      await managerConnection.close()
      await connection.close()
    },
  }
}

async function reaches(
  client: ApplicationsClient,
  name: string,
  matches: (status: ApplicationStatus) => boolean,
): Promise<ApplicationStatus> {
  const signal = AbortSignal.timeout(15_000)
  let last: ApplicationStatus | undefined
  for await (const status of client.watchStatus(name, { signal })) {
    last = status
    if (matches(status)) return status
  }
  throw new Error(`not reached; the last status was ${JSON.stringify(last)}`)
}

/** What a test changes in the manifest of helloManifest(). */
export interface HelloOptions {
  readonly name?: string
  readonly version?: string
  readonly image?: string
  readonly provider?: string
  readonly instances?: number
  readonly address?: string
  readonly spread?: string
}

/** A component behind an http-server, as text. */
export function helloYaml({
  name = 'hello',
  version = 'v0.0.1',
  image = 'file:///hello.wasm',
  provider = 'ghcr.io/wasmcloud/http-server:0.27.0',
  instances = 2,
  address = '127.0.0.1:8080',
  spread = '',
}: HelloOptions = {}): string {
  return `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: ${name}
  annotations:
    version: ${version}
spec:
  components:
    - name: http-component
      type: component
      properties:
        image: ${image}
      traits:
        - type: spreadscaler
          properties:
            instances: ${instances}${spread}
    - name: httpserver
      type: capability
      properties:
        image: ${provider}
      traits:
        - type: link
          properties:
            target: http-component
            namespace: wasi
            package: http
            interfaces: [incoming-handler]
            source_config:
              - name: default-http
                properties:
                  address: ${address}
`
}

/** The same, parsed. */
export function helloManifest(options: HelloOptions = {}): Manifest {
  return parseManifestText(helloYaml(options))
}

export function parseManifestText(text: string): Manifest {
  return decodeManifest(parseSourceTree(text))
}
