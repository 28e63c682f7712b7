import { describe, expect, it } from 'vitest'
import { BusThread } from '#washi/bus/bus-thread.js'
import type { ThreadData } from '#washi/bus/thread-messages.js'
import { createLogger, type LogRecord } from '#washi/core/log.js'

const data: ThreadData = {
  host: '::1',
  port: 0,
  storeDir: '',
  jsDomain: undefined,
  authentication: { kind: 'none' },
}

describe('BusThread', () => {
  it('resolves closed with the reason of a crash, frees the store, and writes it to the log', async () => {
    const crashing = startThread(`
      parentPort.postMessage({ kind: 'listening', port: 1234 })
      setImmediate(() => { throw new RangeError('out of ideas') })`)
    await crashing.thread.started
    expect(crashing.thread.url).toBe('nats://[::1]:1234')
    const end = await crashing.thread.closed
    expect(end).toMatchObject({ kind: 'crashed', cause: { message: 'out of ideas' } })
    expect(crashing.released()).toBe(1)
    expect(crashing.records).toMatchObject([{ level: 'error', message: 'The bus crashed' }])
    await crashing.thread.stop()
  })

  it('rejects started where the thread dies before it listens', async () => {
    const dying = startThread('process.exit(3)')
    await expect(dying.thread.started).rejects.toThrow('The bus thread ended with code 3')
    expect(await dying.thread.closed).toMatchObject({ kind: 'crashed' })
    expect(dying.released()).toBe(1)
  })

  it('rejects stop() with what could not be written, every time', async () => {
    const failing = startThread(`
      parentPort.postMessage({ kind: 'listening', port: 1234 })
      parentPort.once('message', () => {
        parentPort.postMessage({ kind: 'stopped', failure: { message: 'disk full' } })
      })`)
    await failing.thread.started
    await expect(failing.thread.stop()).rejects.toThrow('disk full')
    await expect(failing.thread.stop()).rejects.toThrow('disk full')
    expect(await failing.thread.closed).toEqual({ kind: 'stopped' })
  })
})

interface StartedThread {
  readonly thread: BusThread
  readonly records: readonly LogRecord[]
  readonly released: () => number
}

/** Runs the script in the place of the bus. */
function startThread(script: string): StartedThread {
  const records: LogRecord[] = []
  let released = 0
  const thread = new BusThread({
    entry: new URL(
      `data:text/javascript,import { parentPort } from 'node:worker_threads'; ${encodeURIComponent(script)}`,
    ),
    data,
    log: createLogger({ level: 'debug', now: () => 0, write: (record) => records.push(record) }),
    lock: {
      release: () => {
        released++
        return Promise.resolve()
      },
    },
  })
  return { thread, records, released: () => released }
}
