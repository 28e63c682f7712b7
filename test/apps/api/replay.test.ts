import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonOf } from '#washi/lattice/message.js'
import { startAppKit } from '../../support/app-kit.js'
import type { AppKit } from '../../support/app-kit.js'
import { startRealNatsServer } from '../../support/real-nats-server.js'
import type { RealNatsServer } from '../../support/real-nats-server.js'

/** A request to a real wadm and its answer. */
interface Exchange {
  readonly session: string
  readonly step: string
  readonly subject: string
  readonly json?: unknown
  readonly text?: string
  readonly response: Readonly<Record<string, unknown>>
}

/** In an order that gives the same history as the recording: the step and which of its requests. */
const order: readonly (readonly [step: number, index: number])[] = [
  [1, 0],
  [7, 0],
  [7, 1],
  [8, 0],
  [9, 0],
  [13, 0],
  [11, 0],
  [12, 0],
  [17, 0],
  [17, 1],
  [12, 1],
  [18, 0],
  [19, 0],
  [20, 0],
  [21, 0],
  [23, 0],
  [24, 0],
  [25, 0],
  [27, 0],
  [27, 1],
  [29, 0],
  [29, 1],
  [31, 0],
  [31, 1],
  [33, 0],
  [33, 1],
  [35, 0],
  [36, 0],
  [37, 0],
  [37, 1],
  [40, 0],
  [44, 1],
  [45, 0],
  [46, 0],
  [46, 1],
  [47, 0],
  [48, 0],
  ...Array.from({ length: 15 }, (_, index) => [50, index] as const),
]

describe('the application API, asked what a real wadm was asked', () => {
  let server: RealNatsServer
  let apps: AppKit
  let generated = ''
  beforeAll(async () => {
    server = await startRealNatsServer()
    apps = await startAppKit({ url: server.url, latticeName: 'default' })
  })
  afterAll(async () => {
    await apps[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })

  it.each(order.map(([step, index]) => describeStep(step, index)))(
    '%s is answered alike',
    async (_name, exchange) => {
      const json = exchange.json === undefined ? undefined : adapt(JSON.stringify(exchange.json))
      const payload = exchange.text ?? json?.replaceAll(ulid, generated)
      const answer = jsonOf(await apps.connection.request(exchange.subject, payload))
      generated = ulid.exec(JSON.stringify(answer))?.[0] ?? generated
      ulid.lastIndex = 0
      expect(normalize(answer)).toEqual(normalize(JSON.parse(adapt(JSON.stringify(exchange.response)))))
    },
  )
})

/** A version that the manager made up. */
const ulid = /\b01[0-9A-HJKMNP-TV-Z]{24}\b/g

const exchanges = readFileSync(new URL('../../fixtures/apps/api.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange)
  .filter(({ session }) => session === 'wadm')

function describeStep(step: number, index: number): [string, Exchange] {
  const exchange = exchanges.filter((each) => Number(each.step.slice(0, 2)) === step)[index]
  if (!exchange) throw new Error(`no exchange ${step}/${index}`)
  return [`${exchange.step} ${exchange.subject}`, exchange]
}

/** The recorded manifests name a provider's file; ours has to be one that washi runs, or it refuses to deploy. */
function adapt(json: string): string {
  return json.replaceAll(/file:\/\/\/app\/(http-server|none).par.gz/g, 'ghcr.io/wasmcloud/http-server:0.27.0')
}

/**
 * Without what differs on purpose (fields that are washi's, statuses, which depend on what runs) or from run to run
 * (generated versions, the stack trace in wadm's refusals).
 */
function normalize(answer: unknown): unknown {
  const text = JSON.stringify(answer, (key, value: unknown) => {
    if (['revision', 'status', 'detailed_status', 'status_message'].includes(key)) return undefined
    if (typeof value === 'string' && value.startsWith('Unable to parse manifest: '))
      return 'Unable to parse manifest'
    if (typeof value !== 'object' || value === null || !('result' in value) || value.result !== 'error')
      return value
    return { ...value, versions: undefined, models: undefined }
  })
  return JSON.parse(text.replaceAll(ulid, 'ULID'))
}
