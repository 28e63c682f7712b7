import { afterEach, describe, expect, it } from 'vitest'
import type { LatticeEvent } from '#washi/lattice/events/schemas.js'
import type { Provider, ProviderContext, ProviderDefinition } from '#washi/host/provider.js'
import { processMark } from '#washi/core/process-mark.js'
import { startExternalKit, type ExternalKit } from '../../support/external-kit.js'

const behaviour = `
import { writeSync } from 'node:fs'
const nothing = async () => undefined
const provider = (more) => ({
  name: 'p',
  create: (context) => ({
    start: nothing, linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing, stop: nothing,
    health: async () => ({ healthy: true }),
    ...more(context),
  }),
})
`

const eventNames = ['provider_started', 'provider_start_failed', 'provider_stopped', 'health_check_passed']
const told = (events: readonly LatticeEvent[], id: string): string[] =>
  events.flatMap((event) => {
    if (![...eventNames, 'health_check_failed'].includes(event.kind)) return []
    const { provider_id } = (event as { data: { provider_id: string } }).data
    return provider_id === id ? [event.kind] : []
  })

let kit: ExternalKit
afterEach(async () => {
  await kit[Symbol.asyncDispose]()
})

const entry = (id: string) => kit.kit.host.inventory().providers.find((each) => each.id === id)
const stopped = (id: string) => kit.kit.events.next('provider_stopped', ({ data }) => data.provider_id === id)

describe('an external provider', () => {
  it('that exits is started anew, with its links, and told healthy again', async () => {
    kit = await startExternalKit()
    const file = await kit.write(`${behaviour}
      await runProviderProcess(provider((context) => ({
        linkAsTarget: async (link) => context.log.info(process.pid + ' has ' + link.name),
        configure: async ({ config }) => config.die && process.exit(7),
      })))`)
    await kit.kit.client.putConfig('c', { a: '1' })
    expect(await kit.start('p', file, ['c'])).toBeUndefined()
    const link = { source_id: 'x', target: 'p', wit_namespace: 'a', wit_package: 'b', interfaces: ['c'] }
    await kit.kit.client.putLink({ ...link, name: 'l' })
    const [first] = await kit.pids()
    await kit.said(`${first} has l`)
    await kit.kit.events.next('health_check_passed')
    if (first !== undefined) process.kill(first, 'SIGKILL')
    const again = await kit.said('a provider runs again')
    expect(again.fields['provider']).toBe('p')
    const [second] = await kit.pids()
    expect(second).not.toBe(first)
    await kit.said(`${second} has l`)
    await expect
      .poll(() => told(kit.kit.events.all, 'p'))
      .toEqual(['provider_started', 'health_check_passed', 'health_check_failed', 'health_check_passed'])
    expect(entry('p')).toMatchObject({ links: [{ name: 'l', state: 'established' }] })
    expect(entry('p')?.trouble).toBeUndefined()
  }, 30_000)

  it('that cannot stay is given up, with its last words as the reason', async () => {
    kit = await startExternalKit({ providerTimings: { maxRestarts: 2, restartPauseMs: 1 } })
    const file = await kit.write(`${behaviour}
      await runProviderProcess(provider(() => ({
        health: async () => {
          setTimeout(() => { console.error('the disk is full'); process.exit(3) }, 20)
          return { healthy: true }
        },
      })))`)
    expect(await kit.start('p', file)).toBeUndefined()
    const { data } = await stopped('p')
    expect(data.reason).toMatch(/exited with code 3: the disk is full; it was started anew 2 times/)
    expect(entry('p')).toBeUndefined()
    expect(await kit.pids()).toEqual([])
    expect(await kit.start('p', file)).toBeUndefined()
  }, 30_000)

  it('that ends before it runs has not started', async () => {
    kit = await startExternalKit()
    const file = await kit.write(`console.log('no luck'); process.exit(4)`)
    expect(await kit.start('p', file)).toBe('The provider exited with code 4: no luck')
    expect(told(kit.kit.events.all, 'p')).toEqual(['provider_start_failed'])
    expect(entry('p')).toBeUndefined()
  })

  it('that never answers has not started, and is gone', async () => {
    kit = await startExternalKit({ providerTimings: { startMs: 300 } })
    const file = await kit.write(`setInterval(() => undefined, 1000)`)
    expect(await kit.start('p', file)).toBe('it did not start within 300 ms')
    await expect.poll(() => kit.pids()).toEqual([])
  })

  it('that is stopped while it starts is gone', async () => {
    kit = await startExternalKit()
    const file = await kit.write(`setInterval(() => undefined, 1000)`)
    await kit.kit.client.startProvider(kit.kit.host.id, { provider_id: 'p', provider_ref: file })
    await expect.poll(() => kit.pids()).toHaveLength(1)
    expect(await kit.kit.client.stopProvider(kit.kit.host.id, 'p')).toBe('successfully stopped provider')
    expect(entry('p')).toBeUndefined()
    await expect.poll(() => kit.pids()).toEqual([])
  })

  it('that hangs is unhealthy, and started anew', async () => {
    kit = await startExternalKit({
      healthCheckMs: 20,
      providerTimings: { healthMs: 200, unhealthyLimit: 2, shutdownMs: 100 },
    })
    const file = await kit.write(`${behaviour}
      let count = 0
      await runProviderProcess(provider(() => ({
        health: async () => { if (++count > 3) for (;;); return { healthy: true } },
      })))`)
    expect(await kit.start('p', file)).toBeUndefined()
    const [first] = await kit.pids()
    await kit.said('a provider has failed')
    await kit.said('a provider runs again')
    expect(await kit.pids()).not.toContain(first)
    expect(kit.log.find(({ message }) => message === 'a provider has failed')?.fields['reason']).toMatch(
      /it was unhealthy 2 times in a row: it does not tell: it did not answer within 200 ms/,
    )
    expect(told(kit.kit.events.all, 'p').slice(0, 3)).toEqual([
      ...['provider_started', 'health_check_passed', 'health_check_failed'],
    ])
  }, 30_000)

  it('that says that it is unhealthy shows why, and is started anew when it says so too often', async () => {
    kit = await startExternalKit({ healthCheckMs: 30, providerTimings: { unhealthyLimit: 5 } })
    const file = await kit.write(`${behaviour}
      let count = 0
      await runProviderProcess(provider(() => ({
        health: async () => ++count < 3 ? { healthy: true } : { healthy: false, message: 'no backend' },
      })))`)
    await kit.start('p', file)
    await expect.poll(() => entry('p')?.trouble).toBe('unhealthy: no backend')
    await kit.said('a provider runs again')
  }, 30_000)

  it('that ignores its shutdown is ended all the same', async () => {
    kit = await startExternalKit({ providerTimings: { shutdownMs: 200 } })
    const file = await kit.write(`${behaviour}
      process.on('SIGTERM', () => undefined)
      await runProviderProcess(provider(() => ({ stop: () => new Promise(() => setInterval(nothing, 1000)) })))`)
    await kit.start('p', file)
    const pids = await kit.pids()
    expect(await kit.kit.client.stopProvider(kit.kit.host.id, 'p')).toBe('successfully stopped provider')
    expect((await stopped('p')).data.reason).toBe('stop')
    await kit.said('a provider does not answer to its shutdown')
    expect(await Promise.all(pids.map(processMark))).toEqual(pids.map(() => undefined))
  })

  it('that closes its standard input before it read it has not started', async () => {
    kit = await startExternalKit({ providerTimings: { startMs: 2_000 } })
    const file = await kit.write(`
      import { closeSync } from 'node:fs'
      closeSync(0)
      console.error('no input')
      process.exitCode = 2`)
    expect(await kit.start('p', file)).toBe('The provider exited with code 2: no input')
    expect(await kit.pids()).toEqual([])
  })

  it('that prints without end is thinned out, does not grow the host, and works on', async () => {
    const megabytes = Number(process.env['WASHI_TEST_FLOOD_MB'] ?? 32)
    kit = await startExternalKit()
    const file = await kit.write(`${behaviour}
      const block = Buffer.alloc(1 << 20, 'x'.repeat(99) + '\\n')
      await runProviderProcess(provider((context) => ({
        linkAsTarget: async () => {
          for (let written = 0; written < ${megabytes}; written += 1) {
            let left = block
            while (left.length > 0) {
              try { left = left.subarray(writeSync(1, left)) } catch (error) { if (error.code !== 'EAGAIN') throw error }
            }
          }
          context.log.info('the flood is over')
        },
      })))`)
    await kit.start('p', file)
    const before = process.memoryUsage().rss
    const link = { source_id: 'x', target: 'p', wit_namespace: 'a', wit_package: 'b', interfaces: ['c'] }
    await kit.kit.client.putLink(link)
    await kit.kit.events.next('linkdef_established')
    expect(kit.log.length).toBeLessThan(5_000)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
    expect(await kit.kit.client.getInventory(kit.kit.host.id)).toMatchObject({ providers: [{ id: 'p' }] })
  }, 60_000)

  it('that prints one line without end has it cut', async () => {
    kit = await startExternalKit()
    const file = await kit.write(`${behaviour}
      process.stdout.write('y'.repeat(1_000_000) + '\\n')
      await runProviderProcess(provider(() => ({})))`)
    await kit.start('p', file)
    const { message } = await kit.said('yyyy')
    expect(message.length).toBeLessThan(8_200)
    expect(message.endsWith('…')).toBe(true)
  })

  it('takes what it started itself along', async () => {
    kit = await startExternalKit()
    const file = await kit.write(`${behaviour}
      import { spawn } from 'node:child_process'
      const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'inherit' })
      console.log('child ' + child.pid)
      await runProviderProcess(provider(() => ({})))`)
    await kit.start('p', file)
    const child = Number((await kit.said('child ')).message.slice('child '.length))
    await kit.kit.client.stopProvider(kit.kit.host.id, 'p')
    await expect.poll(() => processMark(child)).toBeUndefined()
  })

  it('leaves nothing behind, however often it is started and stopped', async () => {
    const cycles = Number(process.env['WASHI_TEST_PROVIDER_CYCLES'] ?? 10)
    kit = await startExternalKit()
    const file = await kit.write(`${behaviour}\nawait runProviderProcess(provider(() => ({})))`)
    const once = async (id: string): Promise<void> => {
      expect(await kit.start(id, file)).toBeUndefined()
      await kit.kit.client.stopProvider(kit.kit.host.id, id)
    }
    await once('warm')
    const before = handles()
    for (let cycle = 0; cycle < cycles; cycle += 1) await once(`p${cycle % 7}`)
    await expect.poll(handles).toEqual(before)
    expect(await kit.pids()).toEqual([])
    expect(kit.kit.host.inventory().providers).toEqual([])
  }, 1_200_000)
})

/** An embedded provider of which the test replaces what it wants. */
function definitionOf(more: (context: ProviderContext) => Partial<Provider>): ProviderDefinition {
  const nothing = async (): Promise<void> => undefined
  return {
    name: 'p',
    create: (context) => ({
      ...{ start: nothing, linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing, stop: nothing },
      health: async () => ({ healthy: true }),
      ...more(context),
    }),
  }
}

const reference = 'wasmcloud+builtin://p'

describe('an embedded provider', () => {
  const never = (): Promise<never> => new Promise(() => undefined)

  it.each<[string, Partial<Provider>, RegExp]>([
    ['hangs', { start: never }, /it did not start within 100 ms/],
    ['throws', { start: () => Promise.reject(new Error('no luck')) }, /^no luck$/],
    [
      'throws at once',
      {
        start: () => {
          throw new Error('no luck')
        },
      },
      /^no luck$/,
    ],
  ])('whose start %s has not started', async (_what, more, reason) => {
    kit = await startExternalKit({ providers: [definitionOf(() => more)], providerTimings: { startMs: 100 } })
    expect(await kit.start('p', reference)).toMatch(reason)
    expect(entry('p')).toBeUndefined()
  })

  it('that hangs over a link refuses it, and has others all the same', async () => {
    const links: string[] = []
    const definition = definitionOf(() => ({
      linkAsTarget: async ({ name }) => {
        if (name === 'bad') await never()
        links.push(name)
      },
    }))
    kit = await startExternalKit({ providers: [definition], providerTimings: { linkMs: 100 } })
    await kit.start('p', reference)
    const link = { source_id: 'x', target: 'p', wit_namespace: 'a', wit_package: 'b', interfaces: ['c'] }
    await kit.kit.client.putLink({ ...link, name: 'bad' })
    await kit.kit.client.putLink({ ...link, name: 'good' })
    const { data } = await kit.kit.events.next('linkdef_set_failed')
    expect(data).toMatchObject({ name: 'bad', error: 'it did not take the link within 100 ms' })
    await kit.kit.events.next('linkdef_established', (event) => event.data.name === 'good')
    expect(links).toEqual(['good'])
  })

  it('that ends by itself, or stays unhealthy, is created anew with its links', async () => {
    const made: string[] = []
    let fail: (reason: string) => void = () => undefined
    let healthy = true
    const definition = definitionOf(() => {
      const number = made.push('made')
      return {
        ended: new Promise((resolve) => (fail = resolve)),
        linkAsTarget: async ({ name }) => void made.push(`${number} has ${name}`),
        unlink: async ({ name }) => void made.push(`${number} lost ${name}`),
        stop: async () => void made.push(`${number} stops`),
        health: async () => ({ healthy, message: 'backend gone' }),
      }
    })
    kit = await startExternalKit({
      ...{ providers: [definition], healthCheckMs: 20, providerTimings: { unhealthyLimit: 3 } },
    })
    await kit.start('p', reference)
    const link = { source_id: 'x', target: 'p', wit_namespace: 'a', wit_package: 'b', interfaces: ['c'] }
    await kit.kit.client.putLink({ ...link, name: 'l' })
    await kit.kit.events.next('linkdef_established')
    fail('it had enough')
    await expect.poll(() => made).toEqual(['made', '1 has l', '1 stops', 'made', '4 has l'])
    await expect.poll(() => entry('p')?.links).toMatchObject([{ state: 'established' }])
    healthy = false
    await expect.poll(() => made.length).toBeGreaterThan(7)
    healthy = true
    expect(made.slice(5, 8)).toEqual(['4 stops', 'made', '7 has l'])
    await expect.poll(() => entry('p')?.trouble).toBeUndefined()
  })

  it('that fails at once, each time, is given up and removed', async () => {
    const definition = definitionOf(() => ({ ended: Promise.resolve('it had enough') }))
    kit = await startExternalKit({
      providers: [definition],
      providerTimings: { maxRestarts: 3, restartPauseMs: 1 },
    })
    await kit.start('p', reference)
    expect((await stopped('p')).data.reason).toBe('it had enough; it was started anew 3 times')
    expect(entry('p')).toBeUndefined()
  })

  it('without a method for other configuration is created anew with it, and kept where that would be wrong', async () => {
    const seen: string[] = []
    const definition = definitionOf(({ config }) => {
      if (config['color'] === 'none') throw new Error('no color')
      return { start: async () => void seen.push(config['color'] ?? '') }
    })
    kit = await startExternalKit({ providers: [definition] })
    await kit.kit.client.putConfig('c', { color: 'red' })
    await kit.start('p', reference, ['c'])
    await kit.kit.client.putConfig('c', { color: 'none' })
    await kit.said('a provider keeps its old configuration')
    await kit.kit.client.putConfig('c', { color: 'blue' })
    await expect.poll(() => seen).toEqual(['red', 'blue'])
    expect(told(kit.kit.events.all, 'p')).not.toContain('health_check_failed')
  })

  it('that floods its log is thinned out', async () => {
    const definition = definitionOf(({ log }) => ({
      linkAsTarget: async () => {
        for (let line = 0; line < 100_000; line += 1) log.info('a line')
      },
    }))
    kit = await startExternalKit({ providers: [definition] })
    await kit.start('p', reference)
    const link = { source_id: 'x', target: 'p', wit_namespace: 'a', wit_package: 'b', interfaces: ['c'] }
    await kit.kit.client.putLink(link)
    await kit.kit.events.next('linkdef_established')
    expect(kit.log.filter(({ message }) => message === 'a line').length).toBeLessThan(2_000)
  })

  it('whose stop hangs does not keep the host', async () => {
    kit = await startExternalKit({
      ...{ providers: [definitionOf(() => ({ stop: never }))], providerTimings: { stopMs: 100 } },
    })
    await kit.start('p', reference)
    await kit.kit.host.stop()
    await kit.said('cannot stop a provider cleanly')
  })
})

/** What keeps this process busy, by kind. */
function handles(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) {
    // Timers come and go by themselves.
    if (/Timeout|Immediate/.test(kind)) continue
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}
