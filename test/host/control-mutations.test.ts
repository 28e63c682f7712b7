import { AppError } from '#washi/core/errors.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { linkSchema, stringMapSchema } from '#washi/lattice/control/schemas.js'
import { jsonOf } from '#washi/lattice/message.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'
import { mutateJson } from '../support/mutate-json.js'
import { createNormalizer } from '../support/normalize-recorded.js'
import { seededRandom } from '../support/random.js'
import { readExchanges, recordedSteps } from '../support/recorded-lattice.js'

const count = Number(process.env['WASHI_TEST_CONTROL_MUTATIONS'] ?? 3000)
const atOnce = 64

const recorded = recordedSteps()
  .flatMap(readExchanges)
  .map(({ request }) => request)

const answerSchema = z.strictObject({
  success: z.boolean(),
  message: z.string(),
  response: z.unknown().optional(),
})

/** The way in which a real host reads what is stored: every field is there, and of its type. */
const strictSpec = z.object({ url: z.string(), links: z.array(linkSchema).optional() })
const strictConfig = stringMapSchema

describe(`a host that gets ${count} changed requests`, () => {
  let bus: EmbeddedBus
  let kit: HostKit
  beforeAll(async () => {
    bus = await startEmbeddedBus()
    kit = await startHostKit({ url: bus.url })
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
    await bus[Symbol.asyncDispose]()
  })

  it(
    'answers each in the form of an answer, meets no bug, and goes on',
    async () => {
      const seen = { accepted: 0, refused: 0, silent: 0 }
      const send = async (seed: number): Promise<void> => {
        const outcome = await sendMutant(kit, seed)
        seen[outcome] += 1
      }
      for (let seed = 0; seed < count; seed += atOnce) {
        const seeds = Array.from({ length: Math.min(atOnce, count - seed) }, (_item, index) => seed + index)
        await Promise.all(seeds.map(send))
      }
      expect(seen.refused).toBeGreaterThan(count / 4)
      expect(seen.accepted).toBeGreaterThan(count / 20)
      expect(await kit.client.getInventory(kit.host.id)).toMatchObject({ host_id: kit.host.id })
    },
    count * 20 + 60_000,
  )

  it('has stored nothing that a real host could not read', async () => {
    expect((await readStored(kit.connection)).unreadable).toEqual([])
  })

  it(
    'survives changed values in its store, refuses to build on them, and stores nothing unreadable itself',
    async () => {
      const { data, config } = await buckets(kit.connection)
      const link = {
        ...{ source_id: 'x', target: 'y', name: 'default', wit_namespace: 'a', wit_package: 'b' },
        ...{ interfaces: ['c'], source_config: [], target_config: [] },
      }
      const spec = { url: 'file:///x.wasm', links: [link] }
      const claims = { issuer: 'A', name: 'n', revision: '0', subject: 'M', tags: [], version: '1' }
      for (let seed = 0; seed < count / 10; seed += 1) {
        const random = seededRandom(seed)
        const value = mutateJson(spec, random)
        const revision = await data.put('COMPONENT_x', value)
        await data.put('CLAIMS_M', mutateJson(claims, random))
        await config.put('x', mutateJson({ a: 'b' }, random))
        const put = await answerOf(kit, kit.connection.subjects.linkPut, JSON.stringify(link))
        const stored = await data.get('COMPONENT_x')
        expect(put.message).not.toContain('internal error')
        if (put.success) expect(isReadable('COMPONENT_x', stored?.value), `${seed}`).toBe(true)
        else expect(stored?.revision, `${seed}`).toBe(revision)
        await answerOf(kit, kit.connection.subjects.configGet('x'), '')
      }
      expect(await kit.client.getInventory(kit.host.id)).toMatchObject({ host_id: kit.host.id })
    },
    count * 20 + 60_000,
  )
})

type Outcome = 'accepted' | 'refused' | 'silent'

async function sendMutant(kit: HostKit, seed: number): Promise<Outcome> {
  const random = seededRandom(seed)
  const original = recorded[Math.floor(random() * recorded.length)]
  if (!original || original.subject.includes('.host.stop.')) return 'silent'
  const { subject } = createNormalizer(kit.host.id).request(original)
  const payload = mutateJson(original.json ?? {}, random)
  // Nobody answers an auction that it does not want to win.
  if (subject.endsWith('.auction')) {
    kit.connection.publish(subject, payload)
    return 'silent'
  }
  const answer = await answerOf(kit, mutateSubject(subject, random), payload)
  expect(answer.message, `seed ${seed}`).not.toContain('internal error')
  return answer.success ? 'accepted' : 'refused'
}

function mutateSubject(subject: string, random: () => number): string {
  if (random() < 0.9) return subject
  const tokens = subject.split('.')
  const at = 4 + Math.floor(random() * (tokens.length - 4))
  const odd = ['put', 'del', 'get', 'x', 'component', '$', 'é', 'a.b.c'][Math.floor(random() * 8)] ?? 'x'
  const changed = tokens.with(at, odd).join('.')
  return changed.includes('.host.stop.') ? subject : changed
}

async function answerOf(
  kit: HostKit,
  subject: string,
  payload: Uint8Array | string,
): Promise<z.infer<typeof answerSchema>> {
  try {
    const answer = await kit.connection.request(subject, payload, { timeoutMs: 20_000 })
    return answerSchema.parse(jsonOf(answer))
  } catch (failure) {
    // A subject that no host has.
    if (failure instanceof AppError && failure.code === 'LATTICE_NO_RESPONDERS') {
      return { success: false, message: failure.message }
    }
    throw failure
  }
}

async function buckets(connection: LatticeConnection) {
  return {
    data: await connection.bucket(`LATTICEDATA_${connection.lattice}`),
    config: await connection.bucket(`CONFIGDATA_${connection.lattice}`),
  }
}

async function readStored(
  connection: LatticeConnection,
): Promise<{ readonly unreadable: readonly string[] }> {
  const { data, config } = await buckets(connection)
  const unreadable: string[] = []
  for (const { key, value } of await data.entries()) if (!isReadable(key, value)) unreadable.push(key)
  for (const { key, value } of await config.entries()) {
    if (!strictConfig.safeParse(strictJson(value)).success) unreadable.push(key)
  }
  return { unreadable }
}

function isReadable(key: string, value: Uint8Array | undefined): boolean {
  if (!value || !key.startsWith('COMPONENT_')) return value !== undefined
  return strictSpec.safeParse(strictJson(value)).success
}

/** Undefined where it is not UTF-8, not JSON, or holds half a character. */
function strictJson(value: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
    const json = JSON.parse(text) as unknown
    return JSON.stringify(json).match(/\\ud[89a-f]/) ? undefined : json
  } catch {
    return undefined
  }
}
