import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import { httpServer } from '#washi/providers/http-server/index.js'
import { startHostKit, type HostKit } from '../support/host-kit.js'
import { buildRustProgram, buildsRustSdks } from '../support/rust-program.js'
import { createWashiLattice, freePort, guestFile, type WashiLattice } from '../support/washi-lattice.js'

// The first build compiles the SDK and all that it needs.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 1_500_000 })

const links = ['wasi', 'keyvalue', '--interface', 'store', '--interface', 'atomics']

describe.skipIf(!buildsRustSdks)(
  `a provider written with wasmCloud's SDK for Rust${buildsRustSdks ? '' : ' (WASHI_TEST_RUST_SDKS=1)'}`,
  () => {
    let lattice: WashiLattice
    let other: HostKit
    let here: number
    let there: number

    const run = async (...args: readonly string[]): Promise<string> => {
      const { exitCode, stdout, stderr } = await lattice.run(...args)
      if (exitCode !== 0) throw new Error(`washi ${args.join(' ')}: ${stdout}\n${stderr}`)
      return stdout
    }
    const ask = async (path: string, port = here): Promise<string> =>
      (await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).trim()
    const logged = async (text: string): Promise<void> => {
      await expect.poll(() => lattice.log(), { timeout: 20_000 }).toContain(text)
    }

    beforeAll(async () => {
      const program = await buildRustProgram('rust-provider')
      lattice = await createWashiLattice()
      ;[here, there] = [await freePort(), await freePort()]
      await lattice.up()
      await run('config', 'put', 'own', 'color=blue')
      await run('config', 'put', 'link', 'size=7')
      await run('start', 'provider', `file://${program}`, 'kv', '--config', 'own')
      await run('start', 'component', guestFile('kv-counter'), 'counter')
      await run('link', 'put', 'counter', 'kv', ...links, '--target-config', 'link')
      await run('start', 'component', guestFile('pong'), 'pong')
      await serve('counter', 'web', here)
    })
    afterAll(async () => {
      await other[Symbol.asyncDispose]()
      await lattice[Symbol.asyncDispose]()
    })

    async function serve(component: string, server: string, port: number): Promise<void> {
      await run('config', 'put', `${server}-address`, `address=127.0.0.1:${port}`)
      if (server === 'web') await run('start', 'provider', 'ghcr.io/wasmcloud/http-server:0.28.0', server)
      await run(
        ...['link', 'put', server, component, 'wasi', 'http', '--interface', 'incoming-handler'],
        ...['--source-config', `${server}-address`],
      )
    }

    it('serves a component of its host', async () => {
      expect(await ask('/incr/n')).toBe('1')
      expect(await ask('/incr/n?by=41')).toBe('42')
      expect(await ask('/get/n')).toBe('42')
      expect(await ask('/keys')).toBe('n')
    })

    it('has what its links and its own configuration say', async () => {
      expect(await ask('/get/config:size')).toBe('7')
      expect(await ask('/get/own:color')).toBe('blue')
    })

    it('calls a component', async () => {
      expect(await ask('/get/ping:pong')).toBe('pong')
    })

    it('serves a component of another host', async () => {
      other = await startHostKit({ url: lattice.natsUrl, runtime: engineRuntime, providers: [httpServer] })
      const host = other.host.id
      await other.client.startProvider(host, {
        provider_id: 'web-2',
        provider_ref: 'wasmcloud+builtin://http-server',
      })
      await other.events.next('provider_started', ({ data }) => data.provider_id === 'web-2')
      const component = { component_id: 'far', component_ref: `file://${guestFile('kv-counter')}`, count: 2 }
      await other.client.scaleComponent(host, component)
      await other.events.next('component_scaled', ({ data }) => data.component_id === 'far')
      await run('link', 'put', 'far', 'kv', ...links)
      await serve('far', 'web-2', there)
      expect(await ask('/incr/n', there)).toBe('1')
      expect(await ask('/incr/n', there)).toBe('2')
      expect(await ask('/get/n')).toBe('42')
    })

    it('has a secret of its link, and nobody else', async () => {
      await lattice.write('value', 'canary-5d1e')
      await run('secrets', 'value', 'put', 'db/pass', '--from-file', `${lattice.home}/value`)
      await run('secrets', 'put', 'pass', 'nats-kv', 'db/pass')
      await run(
        'link',
        'put',
        'counter',
        'kv',
        ...links,
        '--link-name',
        'safe',
        '--target-config',
        'SECRET_pass',
      )
      await expect.poll(() => ask('/get/secret:pass?link=safe')).toBe('canary-5d1e')
      expect(await lattice.log()).not.toContain('canary')
      expect(await run('get', 'inventory', '-o', 'json')).not.toContain('canary')
    })

    it('takes over another configuration while it runs', async () => {
      await run('config', 'put', 'own', 'color=green')
      await expect.poll(() => ask('/get/own:color')).toBe('green')
      await run('config', 'put', 'link', 'size=8')
      await expect.poll(() => ask('/get/config:size')).toBe('8')
    })

    it('has nothing more of a link that is deleted', async () => {
      await run('link', 'del', 'counter', 'wasi', 'keyvalue', '--link-name', 'safe')
      await expect.poll(() => ask('/get/secret:pass?link=safe')).not.toContain('canary')
    })

    it('is started anew when it was killed, with its links', async () => {
      const before = await lattice.providerPids()
      expect(before).toHaveLength(1)
      for (const pid of before) process.kill(pid, 'SIGKILL')
      await expect.poll(() => ask('/get/config:size'), { timeout: 20_000 }).toBe('8')
      expect(await lattice.providerPids()).not.toEqual(before)
    })

    it('shuts down', async () => {
      await run('stop', 'provider', 'kv')
      await logged('the provider ends')
      expect(await lattice.providerPids()).toEqual([])
    })
  },
)
