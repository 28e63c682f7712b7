// Sends thousands of mixed calls through guest pools and prints what the process holds before and after, as JSON.
// Run with --expose-gc by test/host/engine/leaks.test.ts.
import { readFileSync } from 'node:fs'
import { startGuestPool } from '#washi/host/engine/start-guest-pool.js'

const collectGarbage = globalThis.gc
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => silent }
const troubles = [
  '/counter',
  '/trap',
  '/never',
  '/half',
  '/alloc/1',
  '/log/info',
  '/stack',
  '/sleep/1',
  '/random/2000',
]
const hellos = ['/', '/echo', '/headers', '/status/404', '/big/300000']

const trouble = await start('trouble')
const hello = await start('http-hello')
await rounds(30)
const before = await measure()
await rounds(120)
const after = await measure()
await trouble.stop()
await hello.stop()
await settle()
console.log(JSON.stringify({ before, after, left: process.getActiveResourcesInfo() }))

function start(name) {
  return startGuestPool({
    componentId: name,
    bytes: readFileSync(new URL(`../fixtures/components/${name}.wasm`, import.meta.url)),
    limits: { maxInstances: 2, maxQueued: 1000, maxMemoryBytes: 16 * 1024 * 1024, deadlineMs: 30_000 },
    instancePolicy: 'fresh',
    config: () => ({}),
    onLog: () => undefined,
    log: silent,
    maxThreads: 2,
  })
}

async function rounds(count) {
  for (let round = 0; round < count; round++) {
    await Promise.all([
      ...troubles.flatMap((path) => [call(trouble, path), call(trouble, path)]),
      ...hellos.flatMap((path) => [call(hello, path), call(hello, path, true)]),
      call(hello, '/big/3000000', false, true),
    ])
  }
}

function call(pool, path, hasBody = false, isImpatient = false) {
  return new Promise((resolve) => {
    const head = {
      method: hasBody ? 'POST' : 'GET',
      scheme: 'http',
      authority: '',
      path,
      rawHeaders: ['a', 'b'],
    }
    const running = pool.handleHttp(head, hasBody, {
      onHead: () => undefined,
      onChunk() {
        if (!isImpatient) return true
        running.cancel()
        resolve()
        return false
      },
      onEnd: resolve,
      onFailure: resolve,
      onDrain: () => undefined,
    })
    if (!hasBody) return
    running.write(Buffer.alloc(10_000))
    running.end()
  })
}

async function measure() {
  await settle()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return { heapUsed, arrayBuffers, resources: process.getActiveResourcesInfo().sort() }
}

async function settle() {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collectGarbage()
  }
}
