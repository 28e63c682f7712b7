import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { ControlClient } from '#washi/lattice/control/client.js'
import { createHostKey } from '#washi/lattice/identity/host-key.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { jsonOf } from '#washi/lattice/message.js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRealNatsServer } from '../support/real-nats-server.js'
import type { RealNatsServer } from '../support/real-nats-server.js'

const { hostId } = createHostKey()
const link = { source_id: 'a', target: 'b', wit_namespace: 'x', wit_package: 'y', interfaces: ['i'] }

let server: RealNatsServer
let connection: LatticeConnection
let client: ControlClient
let done: AbortController
beforeAll(async () => {
  server = await startRealNatsServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})
beforeEach(async () => {
  connection = await connectLattice({ url: server.url, lattice: parseLatticeName('default'), name: 'test' })
  client = new ControlClient(connection, { timeoutMs: 10_000 })
  done = new AbortController()
})
afterEach(async () => {
  done.abort()
  await connection.close()
})

/** A peer that answers on a subject with the given text, and keeps what it was sent. */
function answerWith(subject: string, ...texts: readonly string[]): unknown[] {
  const seen: unknown[] = []
  const messages = connection.subscribe(subject, { signal: done.signal })
  void (async () => {
    for await (const message of messages) {
      seen.push(jsonOf(message))
      for (const text of texts) message.respond(text)
    }
  })()
  return seen
}

describe('a ControlClient', () => {
  it('tells that a host is not there, and how to find those that are', async () => {
    await expect(client.getInventory(hostId)).rejects.toMatchObject({
      code: 'HOST_NOT_FOUND',
      message: `No host "${hostId}" in the lattice "default" at ${server.url}`,
      hint: 'Run: washi get hosts',
    })
  })

  it('tells that the lattice has no host, and how to start one', async () => {
    await expect(client.putLink(link)).rejects.toMatchObject({ code: 'LATTICE_EMPTY', hint: 'washi up -d' })
    expect(await client.pingHosts()).toEqual([])
  })

  it('passes on the words of a refusal', async () => {
    answerWith(connection.subjects.linkPut, '{"success":false,"message":"no way"}')
    await expect(client.putLink(link)).rejects.toMatchObject({
      code: 'CONTROL_REFUSED',
      message: 'The host refused: no way',
    })
  })

  it.each([
    'not json',
    '{}',
    '{"success":"yes"}',
    '{"success":true,"message":"","response":{"components":1}}',
  ])('does not take %s for an inventory', async (text) => {
    answerWith(connection.subjects.hostGet(hostId), text)
    await expect(client.getInventory(hostId)).rejects.toMatchObject({ code: 'CONTROL_ANSWER_INVALID' })
  })

  it('sends all fields of a link, and count as the wire knows it', async () => {
    const links = answerWith(connection.subjects.linkPut, '{"success":true,"message":"ok"}')
    const scales = answerWith(connection.subjects.componentScale(hostId), '{"success":true,"message":""}')
    expect(await client.putLink(link)).toBe('ok')
    await client.scaleComponent(hostId, { component_id: 'c', component_ref: 'file:///c.wasm', count: 3 })
    expect(links).toEqual([{ ...link, name: 'default', source_config: [], target_config: [] }])
    expect(scales).toEqual([
      {
        ...{ component_ref: 'file:///c.wasm', component_id: 'c', count: 3, host_id: hostId },
        ...{ config: [], allow_update: false },
      },
    ])
  })

  it('refuses to send what no host understands', async () => {
    const request = { component_id: 'c', max_instances: 3 }
    await expect(client.scaleComponent(hostId, request)).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })

  it('tells a missing config from an empty one', async () => {
    answerWith(
      connection.subjects.configGet('missing'),
      '{"success":true,"message":"Configuration not found"}',
    )
    answerWith(connection.subjects.configGet('empty'), '{"success":true,"message":"","response":{}}')
    expect(await client.getConfig('missing')).toBeUndefined()
    expect(await client.getConfig('empty')).toEqual({})
  })

  it('goes on gathering past an answer that it cannot read', async () => {
    const ping = (id: string): string => JSON.stringify({ success: true, message: '', response: { id } })
    const other = createHostKey().hostId
    answerWith(connection.subjects.hostPing, '', 'nonsense', ping('short'), ping(hostId), ping(other))
    const hosts = await client.pingHosts({ expected: 5 })
    expect(hosts.map(({ id }) => id)).toEqual([hostId, other].sort())
  })

  it('waits for an answer no longer than its signal allows', async () => {
    answerWith(connection.subjects.linkGet)
    const reason = new Error('enough')
    const abort = new AbortController()
    const asked = client.getLinks({ signal: abort.signal })
    abort.abort(reason)
    await expect(asked).rejects.toBe(reason)
  })
})
