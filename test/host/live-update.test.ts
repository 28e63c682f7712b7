import { fileURLToPath } from 'node:url'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callHttp } from '../support/call-http.js'
import { startEmbeddedBus, type EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit, type HostKit } from '../support/host-kit.js'

const component = (name: string): string =>
  `file://${fileURLToPath(new URL(`../fixtures/components/${name}.wasm`, import.meta.url))}`

const updates = 50
const clients = 20

describe('a component that is updated under load', () => {
  let bus: EmbeddedBus
  let kit: HostKit
  beforeAll(async () => {
    bus = await startEmbeddedBus()
    kit = await startHostKit({ url: bus.url, runtime: engineRuntime })
    await kit.client.startProvider(kit.host.id, {
      provider_id: 'p',
      provider_ref: 'wasmcloud+builtin://http-server',
    })
    await kit.events.next('provider_started')
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  async function update(reference: string): Promise<'done' | string> {
    const from = kit.events.all.length
    await kit.client.updateComponent(kit.host.id, { component_id: 'web', new_component_ref: reference })
    const scaled = kit.events.next('component_scaled', ({ data }) => data.image_ref === reference, from)
    const failed = kit.events.next('component_scale_failed', () => true, from)
    return await Promise.race([scaled.then(() => 'done'), failed.then(({ data }) => data.error)])
  }

  it('fails no request, and keeps its code where the new one cannot be prepared', async () => {
    const [hello, trouble] = [component('http-hello'), component('trouble')]
    const start = { component_id: 'web', component_ref: hello, count: 4 }
    await kit.client.scaleComponent(kit.host.id, start)
    await kit.events.next('component_scaled')
    const target = kit.provider.context?.httpTarget('web')
    const load = new ClosedLoop(target)
    try {
      for (let round = 0; round < updates; round += 1) {
        expect(await update(round % 2 === 0 ? trouble : hello)).toBe('done')
        await load.nextRound()
      }
      expect(await update('file:///nowhere.wasm')).toContain('no such file')
      await load.nextRound()
    } finally {
      await load.end()
    }
    // Both have an answer to /env or /, and neither is a failure.
    expect([...load.answers.keys()].sort()).toEqual(['Hello from washi!\n', 'arg main.wasm\n'])
    expect(await callHttp(target, '/')).toBe('Hello from washi!\n')
    // Fifty starts of threads, beside twenty clients that never rest.
  }, 180_000)
})

/** Clients that send the next request when the last was answered, and count what they were told. */
class ClosedLoop {
  readonly #target: HttpTarget | undefined
  readonly answers = new Map<string, number>()
  readonly #loops: Promise<void>[]
  #isOver = false
  #count = 0
  #waiting: { readonly count: number; readonly resolve: () => void }[] = []

  constructor(target: HttpTarget | undefined) {
    this.#target = target
    this.#loops = Array.from({ length: clients }, () => this.#loop())
  }

  /** Resolves when each client has been answered twice more, on average. */
  nextRound(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count: this.#count + 2 * clients, resolve }))
  }

  async end(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#loops)
  }

  async #loop(): Promise<void> {
    while (!this.#isOver) {
      const answer = await callHttp(this.#target, '/env')
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1)
      this.#count += 1
      const due = this.#waiting.filter(({ count }) => count <= this.#count)
      this.#waiting = this.#waiting.filter(({ count }) => count > this.#count)
      for (const { resolve } of due) resolve()
    }
  }
}
