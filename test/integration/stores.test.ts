import { afterAll, beforeAll, expect, it, describe, vi } from 'vitest'
import { createWashiLattice, freePort, guestFile, type WashiLattice } from '../support/washi-lattice.js'

// Each test runs several processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** A counter with two stores: by default a NATS bucket, and memory as `cache`. */
function manifest(port: number): string {
  const link = (target: string, name: string, config: string): string => `
        - type: link
          properties:
            name: ${name}
            target:
              name: ${target}${config}
            namespace: wasi
            package: keyvalue
            interfaces: [store, atomics, batch]`
  return `apiVersion: core.oam.dev/v1beta1
kind: Application
metadata:
  name: counter
  annotations:
    version: v1
spec:
  components:
    - name: counter
      type: component
      properties:
        image: file://${guestFile('kv-counter')}
      traits:
        - type: spreadscaler
          properties:
            instances: 1${link(
              'kv',
              'default',
              `
              config:
                - name: bucket
                  properties:
                    bucket: counters
                    enable_bucket_auto_create: 'true'`,
            )}${link('memory', 'cache', '')}
    - name: kv
      type: capability
      properties:
        image: ghcr.io/wasmcloud/keyvalue-nats:0.4.1
    - name: memory
      type: capability
      properties:
        image: wasmcloud+builtin://keyvalue-memory
    - name: httpserver
      type: capability
      properties:
        image: ghcr.io/wasmcloud/http-server:0.28.0
      traits:
        - type: link
          properties:
            target: counter
            namespace: wasi
            package: http
            interfaces: [incoming-handler]
            source_config:
              - name: address
                properties:
                  address: 127.0.0.1:${port}
`
}

describe('an application with two stores', () => {
  let lattice: WashiLattice
  let port: number

  beforeAll(async () => {
    lattice = await createWashiLattice()
    port = await freePort()
    await lattice.up()
    await lattice.write('wadm.yaml', manifest(port))
  })
  afterAll(() => lattice[Symbol.asyncDispose]())

  const ask = async (path: string): Promise<string> =>
    await (await fetch(`http://127.0.0.1:${port}${path}`)).text()

  it('counts in each of them, once deploy has returned', async () => {
    const { exitCode, stderr } = await lattice.run('app', 'deploy', 'wadm.yaml')
    expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, ''])
    expect(await ask('/incr/n?by=2&bucket=default')).toBe('2\n')
    expect(await ask('/incr/n?by=5&link=cache')).toBe('5\n')
    expect(await ask('/incr/n?bucket=default')).toBe('3\n')
  })
})
