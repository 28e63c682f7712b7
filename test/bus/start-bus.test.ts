import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { startBus, type StartBusOptions } from '#washi/bus/start-bus.js'
import { createLogger, silentLogger, type LogRecord } from '#washi/core/log.js'
import { startBusProcess } from '../support/bus-process.js'
import { connectRaw } from '../support/raw-nats-client.js'
import { makeTempFolder } from '../support/temp-folder.js'

describe('startBus()', () => {
  it('resolves when clients can connect, on a free port of the loopback interface', async () => {
    await using folder = await makeTempFolder()
    await using bus = await startBus(optionsFor(folder.path))
    expect(bus.port).toBeGreaterThan(0)
    expect(bus.url).toBe(`nats://127.0.0.1:${bus.port}`)
    await using client = await connectRaw(bus.port, {})
    client.send('SUB a 1\r\nPUB a 2\r\nhi\r\n')
    expect(await client.sync()).toBe('MSG a 1 2\r\nhi\r\n')
  })

  it('names host and port where the port is taken, and leaves the store free', async () => {
    await using folder = await makeTempFolder()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await expect(startBus({ ...optionsFor(folder.path), port })).rejects.toMatchObject({
      code: 'BUS_PORT_IN_USE',
      message: `Cannot start the bus on 127.0.0.1:${port}: the port is in use`,
    })
    other.close()
    await using bus = await startBus(optionsFor(folder.path))
    expect(bus.port).toBeGreaterThan(0)
  })

  it('says what is wrong with an address that it cannot have', async () => {
    await using folder = await makeTempFolder()
    await expect(startBus({ ...optionsFor(folder.path), host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'BUS_LISTEN_FAILED',
      message: expect.stringContaining('192.0.2.1:0') as string,
    })
  })

  it('refuses a second bus on the same store and names the process of the first', async () => {
    await using folder = await makeTempFolder()
    await using first = await startBus(optionsFor(folder.path))
    await expect(startBus(optionsFor(folder.path))).rejects.toMatchObject({
      code: 'BUS_STORE_LOCKED',
      message: `Cannot start a bus on "${folder.path}": process ${process.pid} uses it`,
    })
    await first.stop()
    await using second = await startBus(optionsFor(folder.path))
    expect(second.port).toBeGreaterThan(0)
  })

  it('takes over the store of a process that was killed', async () => {
    await using folder = await makeTempFolder()
    await using killed = await startBusProcess(folder.path)
    await expect(startBus(optionsFor(folder.path))).rejects.toThrow(`process ${killed.pid} uses it`)
    await killed.kill()
    await using bus = await startBus(optionsFor(folder.path))
    expect(bus.port).toBeGreaterThan(0)
  })

  it('ends its connections and its thread on stop(), which may be called often', async () => {
    await using folder = await makeTempFolder()
    const bus = await startBus(optionsFor(folder.path))
    await using client = await connectRaw(bus.port, {})
    await Promise.all([bus.stop(), bus.stop()])
    await bus.stop()
    expect(await bus.closed).toEqual({ kind: 'stopped' })
    expect(await client.ended).toBe('')
    expect((await readdir(folder.path)).filter((name) => name.startsWith('bus.lock'))).toEqual([])
  })

  it('stops on its signal, and does not start on an aborted one', async () => {
    await using folder = await makeTempFolder()
    const controller = new AbortController()
    const bus = await startBus({ ...optionsFor(folder.path), signal: controller.signal })
    controller.abort()
    expect(await bus.closed).toEqual({ kind: 'stopped' })
    await expect(startBus({ ...optionsFor(folder.path), signal: controller.signal })).rejects.toThrow(
      /abort/i,
    )
    const late = new AbortController()
    const starting = startBus({ ...optionsFor(folder.path), signal: late.signal })
    late.abort()
    await expect(starting).rejects.toThrow(/abort/i)
    await using again = await startBus(optionsFor(folder.path))
    expect(again.port).toBeGreaterThan(0)
  })

  it('asks clients for the token that it was given', async () => {
    await using folder = await makeTempFolder()
    await using bus = await startBus({
      ...optionsFor(folder.path),
      authentication: { kind: 'token', token: 'sesame' },
    })
    await using stranger = await connectRaw(bus.port)
    stranger.send('CONNECT {}\r\n')
    expect(await stranger.ended).toContain('Authorization Violation')
    await using friend = await connectRaw(bus.port, { auth_token: 'sesame' })
    expect(await friend.sync()).toBe('')
  })

  it('passes the log of its thread on', async () => {
    await using folder = await makeTempFolder()
    const records: LogRecord[] = []
    const log = createLogger({ level: 'debug', now: () => 0, write: (record) => records.push(record) })
    const bus = await startBus({ ...optionsFor(folder.path), log })
    await using client = await connectRaw(bus.port, { name: 'tester' })
    await client.sync()
    await bus.stop()
    expect(records).toContainEqual(
      expect.objectContaining({ message: 'Client connected', fields: { client: 1, name: 'tester' } }),
    )
  })
})

function optionsFor(storeDir: string): StartBusOptions {
  return { port: 0, storeDir, log: silentLogger }
}
