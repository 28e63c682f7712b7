// Sends thousands of mixed calls through guest pools and prints what the process holds before and after, as JSON.
// Run with --expose-gc by test/host/engine/leaks.test.ts; the argument is the number of calls to make.
import { readFileSync } from 'node:fs'
import { startGuestPool } from '#washi/host/engine/start-guest-pool.js'

const collectGarbage = globalThis.gc
const silent = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => silent }
/** Each path of trouble.wasm with how its call ends: an answer, or the kind of its failure. */
const troubles = {
  ...{ '/counter': 'answer', '/now': 'answer', '/random/2000': 'answer', '/env': 'answer', '/fs': 'answer' },
  ...{ '/log/info': 'answer', '/config/a': 'answer', '/busy/1': 'answer', '/sleep/1': 'answer' },
  ...{ '/alloc/1': 'answer', '/alloc': 'answer', '/slow/1': 'answer', '/stack/100': 'answer' },
  ...{
    '/trap': 'trap',
    '/half': 'trap',
    '/stack': 'trap',
    '/never': 'no-answer',
    '/never/drop': 'no-answer',
  },
}
const hellos = ['/', '/echo', '/headers', '/status/404', '/big/300000']
const links = ['/', '/add/1/2', '/many/20']

const pools = {
  trouble: await start('trouble'),
  hello: await start('http-hello'),
  // Short of time: what never ends is ended.
  hasty: await start('trouble', { deadlineMs: 60 }),
  pong: await start('pong'),
  echo: await start('echo-types'),
}
pools.ping = await start('ping', { linked: linkedTo((request, sink) => pools.pong.invoke(request, sink)) })
pools.caller = await start('types-caller', {
  linked: linkedTo((request, sink) => pools.echo.invoke(request, sink)),
})
/** Calls of the guest below that wait at their target and have not been cancelled. */
let held = 0
pools.stuck = await start('ping', {
  deadlineMs: 60,
  linked: linkedTo(() => {
    held += 1
    return { write: () => true, end() {}, resume() {}, cancel: () => void (held -= 1) }
  }),
})
pools.lost = await start('ping')

let calls = 0
const wrong = []
const wanted = Number(process.argv[2] ?? 5000)
await callUntil(wanted / 5)
const before = await measure()
await callUntil(wanted)
const after = await measure()
for (const pool of Object.values(pools)) await pool.stop()
await settle()
console.log(
  JSON.stringify({ calls, wrong, held, before, after, left: process.getActiveResourcesInfo() }, undefined, 1),
)

function start(name, { deadlineMs = 30_000, linked } = {}) {
  return startGuestPool({
    componentId: name,
    bytes: readFileSync(new URL(`../fixtures/components/${name}.wasm`, import.meta.url)),
    limits: { maxInstances: 2, maxQueued: 1000, maxMemoryBytes: 16 * 1024 * 1024, deadlineMs },
    instancePolicy: 'fresh',
    config: () => ({ a: 'b' }),
    linked,
    onLog: () => undefined,
    log: silent,
    maxThreads: 2,
  })
}

function linkedTo(invoke) {
  return {
    invoke: (request, sink) => invoke({ ...request, sourceId: 'guest' }, sink),
    linkNames: () => ({ names: ['default'] }),
  }
}

async function callUntil(count) {
  for (let round = 0; calls < count; round++) {
    await callAll()
    // Each of these costs a thread or its time.
    if (round % 16 === 0) await callWhatNeverEnds()
  }
}

async function callAll() {
  await Promise.all([
    ...Object.entries(troubles).map(async ([path, ending]) => {
      expectEnding(path, ending, await ask(pools.trouble, path))
      expectEnding(`after ${path}`, 'answer', await ask(pools.trouble, '/counter'))
    }),
    ...hellos.flatMap((path) => [ask(pools.hello, path), ask(pools.hello, path, { hasBody: true })]),
    ask(pools.hello, '/big/3000000', { isImpatient: true }),
    ...links.map(async (path) => expectEnding(path, 'answer', await ask(pools.ping, path))),
    ask(pools.caller, '/echo-u64').then((ending) => expectEnding('types', 'answer', ending)),
    ask(pools.lost, '/').then((ending) => expectEnding('no link', 'no-link', ending)),
    call(pools.pong, 'ping', []).then((ending) => expectEnding('call', 'answer', ending)),
    call(pools.pong, 'add', [1]).then((ending) => expectEnding('half a value', 'bad-value', ending)),
    call(pools.pong, 'pong', []).then((ending) => expectEnding('no function', 'unavailable', ending)),
  ])
}

async function callWhatNeverEnds() {
  expectEnding('/loop', 'deadline', await ask(pools.hasty, '/loop'))
  expectEnding('/sleep', 'deadline', await ask(pools.hasty, '/sleep/60000'))
  expectEnding('stuck', 'deadline', await ask(pools.stuck, '/'))
  expectEnding('after stuck', 'answer', await ask(pools.stuck, '/nowhere'))
  await ask(pools.stuck, '/', { isGone: true })
}

function expectEnding(what, wantedEnding, ending) {
  if (ending !== wantedEnding && wrong.length < 20) wrong.push(`${what}: ${ending}`)
}

/** Resolves with `answer`, or the kind of the failure. */
function ask(pool, path, { hasBody = false, isImpatient = false, isGone = false } = {}) {
  calls++
  return new Promise((resolve) => {
    const method = hasBody ? 'POST' : 'GET'
    const head = { method, scheme: 'http', authority: '', path, rawHeaders: ['a', 'b'] }
    const running = pool.handleHttp(head, hasBody, {
      onHead: () => undefined,
      onChunk() {
        if (!isImpatient) return true
        running.cancel()
        resolve('cancelled')
        return false
      },
      onEnd: () => resolve('answer'),
      onFailure: ({ kind }) => resolve(kind),
      onDrain: () => undefined,
    })
    if (isGone) {
      setImmediate(() => {
        running.cancel()
        resolve('cancelled')
      })
    }
    if (!hasBody) return
    running.write(Buffer.alloc(10_000))
    running.end()
  })
}

function call(pool, name, params) {
  calls++
  return new Promise((resolve) => {
    const request = {
      ...{ instance: 'test:pingpong/pingpong@0.1.0', function: name, params: Uint8Array.from(params) },
      ...{ sourceId: 'test', linkName: 'default', asyncParams: [], asyncResults: [] },
    }
    pool.invoke(request, {
      onResult: () => undefined,
      onData: () => true,
      onDataEnd: () => undefined,
      onEnd: () => resolve('answer'),
      onFailure: ({ kind }) => resolve(kind),
      onDrain: () => undefined,
    })
  })
}

async function measure() {
  await settle()
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage()
  return { heapUsed, arrayBuffers, rss, resources: process.getActiveResourcesInfo().sort() }
}

async function settle() {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collectGarbage()
  }
}
