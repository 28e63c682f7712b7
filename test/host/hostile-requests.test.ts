import { jsonOf } from '#washi/lattice/message.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import type { EmbeddedBus } from '../support/embedded-bus.js'
import { startHostKit } from '../support/host-kit.js'
import type { HostKit } from '../support/host-kit.js'

describe('a host that gets nonsense', () => {
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

  const subjects = (): string[] => {
    const { subjects: s } = kit.connection
    const id = kit.host.id
    return [
      ...[s.registryPut, s.componentAuction, s.providerAuction, s.componentScale(id), s.componentUpdate(id)],
      ...[s.providerStart(id), s.providerStop(id), s.labelPut(id), s.labelDelete(id), s.hostStop(id)],
      ...[s.linkPut, s.linkDelete, s.configPut('x')],
    ]
  }
  const malformed = [
    '{',
    'null',
    '[]',
    '123',
    '"x"',
    '{"a":',
    '\u0000\u00ff',
    '{"key":[],"source_id":[],"host_id":[],"component_id":[],"provider_id":[]}',
    '[[[[[[',
    'NaN',
  ]

  it('refuses malformed JSON on each subject and goes on', async () => {
    for (const subject of subjects()) {
      for (const payload of [...malformed, '['.repeat(100_000)]) {
        const answer = jsonOf(await kit.connection.request(subject, payload)) as {
          success: boolean
          message: string
        }
        expect(answer.success, `${subject} ${payload.slice(0, 20)}`).toBe(false)
        expect(answer.message).not.toContain('internal error')
      }
    }
    expect(await kit.client.pingHosts({ expected: 1 })).toHaveLength(1)
  })

  it('answers what it does not know with the words of the real host', async () => {
    for (const suffix of [
      `host.frobnicate.${kit.host.id}`,
      'link.frobnicate',
      'config.get',
      'config.put.a.b',
      'config.x.y',
    ]) {
      const answer = jsonOf(await kit.connection.request(`${kit.connection.subjects.ctlRoot}${suffix}`))
      expect(answer).toEqual({ success: false, message: 'unsupported subject' })
    }
  })

  it('survives requests of any shape, each answered without a bug', async () => {
    const { subjects: s } = kit.connection
    const targets = [
      s.linkPut,
      s.linkDelete,
      s.componentUpdate(kit.host.id),
      s.labelPut(kit.host.id),
      s.configPut('y'),
    ]
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('', ' ', 'a.b', '*', '>', '__proto__', 'é', 'SECRET_x'),
    )
    const request = fc.record({
      ...{
        source_id: text,
        target: text,
        name: text,
        wit_namespace: text,
        wit_package: text,
        component_id: text,
      },
      ...{
        key: text,
        value: text,
        interfaces: fc.array(text),
        source_config: fc.array(text, { maxLength: 2 }),
      },
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), request, async (subject, body) => {
        const answer = jsonOf(await kit.connection.request(subject, JSON.stringify(body))) as {
          message: string
        }
        expect(answer.message).not.toContain('internal error')
      }),
      { numRuns: 300 },
    )
    expect(await kit.client.getInventory(kit.host.id)).toMatchObject({ components: [], providers: [] })
  })

  it('survives damaged values in the store, and goes on with the others', async () => {
    const data = await kit.connection.bucket('LATTICEDATA_default')
    const config = await kit.connection.bucket('CONFIGDATA_default')
    for (const value of malformed) {
      await data.put('COMPONENT_broken', value)
      await data.put('CLAIMS_broken', value)
      await data.put('SOMETHING', value)
      await config.put('broken', value)
    }
    const link = { source_id: 'sound', target: 'b', wit_namespace: 'a', wit_package: 'b', interfaces: [] }
    await kit.client.putLink(link)
    expect((await kit.client.getLinks()).filter(({ source_id }) => source_id === 'sound')).toHaveLength(1)
    await expect(kit.client.putLink({ ...link, source_id: 'broken' })).rejects.toMatchObject({
      code: 'CONTROL_REFUSED',
    })
    await expect(kit.client.getConfig('broken')).rejects.toThrow('it is not a map of text to text')
  })
})
