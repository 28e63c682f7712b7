import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createWashiLattice,
  freePort,
  guestFile,
  untilAnswers,
  type WashiLattice,
} from '../support/washi-lattice.js'

// Each test runs several processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describe('components that are linked to each other', () => {
  let lattice: WashiLattice

  beforeAll(async () => {
    lattice = await createWashiLattice()
    await lattice.up()
  })

  afterAll(() => lattice[Symbol.asyncDispose]())

  it('answer once their application is deployed', async () => {
    const port = await freePort()
    await lattice.write('calls.yaml', pingPongManifest(port))
    const deployed = await lattice.run('app', 'deploy', 'calls.yaml')
    expect(deployed).toMatchObject({ exitCode: 0 })
    expect(await (await fetch(`http://127.0.0.1:${port}/add/40/2`)).text()).toBe('42\n')
    expect(await lattice.run('app', 'undeploy', 'calls')).toMatchObject({ exitCode: 0 })
  })

  it('are started and linked by hand, and the log has the command for a link that is gone', async () => {
    const port = await freePort()
    await lattice.json('config', 'put', 'address', `address=127.0.0.1:${port}`)
    await lattice.json('start', 'provider', 'ghcr.io/wasmcloud/http-server:0.28.0', 'http')
    await lattice.json('start', 'component', guestFile('ping'), 'ping')
    await lattice.json('start', 'component', guestFile('pong'), 'pong')
    await lattice.json(
      ...['link', 'put', 'http', 'ping', 'wasi', 'http', '--interface', 'incoming-handler'],
      ...['--source-config', 'address'],
    )
    const unlinked = await fetch(`http://127.0.0.1:${port}/`)
    expect(unlinked.status).toBeGreaterThanOrEqual(500)
    const log = await readFile(join(lattice.home, 'data', 'logs', 'up.log'), 'utf8')
    expect(log).toContain('washi link put ping <target> test pingpong --interface pingpong')
    await lattice.json('link', 'put', 'ping', 'pong', 'test', 'pingpong', '--interface', 'pingpong')
    await untilAnswers(port, 'ping pong')
  })
})

function pingPongManifest(port: number): string {
  return `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: calls
  annotations:
    version: v1
spec:
  components:
    - name: ping
      type: component
      properties:
        image: file://${guestFile('ping')}
      traits:
        - type: spreadscaler
          properties:
            instances: 2
        - type: link
          properties:
            target:
              name: pong
            namespace: test
            package: pingpong
            interfaces: [pingpong]
    - name: pong
      type: component
      properties:
        image: file://${guestFile('pong')}
      traits:
        - type: spreadscaler
          properties:
            instances: 2
    - name: httpserver
      type: capability
      properties:
        image: ghcr.io/wasmcloud/http-server:0.28.0
      traits:
        - type: link
          properties:
            target:
              name: ping
            namespace: wasi
            package: http
            interfaces: [incoming-handler]
            source:
              config:
                - name: listen
                  properties:
                    address: 127.0.0.1:${port}
`
}
