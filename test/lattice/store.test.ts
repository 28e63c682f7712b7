import { connectLattice } from '#washi/lattice/connection.js'
import type { LatticeConnection } from '#washi/lattice/connection.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { claimsListEntry, parseClaims } from '#washi/lattice/store/claims.js'
import { openLatticeStore } from '#washi/lattice/store/lattice-store.js'
import type { LatticeStore } from '#washi/lattice/store/lattice-store.js'
import { deleteLink, putLink } from '#washi/lattice/store/links.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readStep } from '../support/recorded-lattice.js'
import { natsImplementations } from '../support/nats-implementations.js'
import type { NatsUnderTest } from '../support/nats-implementations.js'

const link = {
  ...{ source_id: 's', target: 't', name: 'default', wit_namespace: 'a', wit_package: 'b' },
  ...{ interfaces: ['i'], source_config: [], target_config: [] },
}

describe.each(natsImplementations)('the store of a lattice on $name', ({ start }) => {
  let server: NatsUnderTest
  let connection: LatticeConnection
  let store: LatticeStore
  beforeAll(async () => {
    server = await start()
    connection = await connectLattice({ url: server.url, lattice: parseLatticeName('default'), name: 'test' })
    store = await openLatticeStore(connection)
  })
  afterAll(async () => {
    await connection.close()
    await server[Symbol.asyncDispose]()
  })
  const spec = async (id: string): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode((await store.data.get(`COMPONENT_${id}`))?.value))

  it('has buckets with the settings of the real host', async () => {
    const created = readStep('00-start-up.jsonl').flatMap(({ json }) => {
      const { type, config } = (json ?? {}) as { type?: string; config?: { name: string } }
      return type?.endsWith('stream_create_response') && config ? [config] : []
    })
    expect(created).toHaveLength(2)
    for (const wanted of created) {
      const answer = await connection.request(`$JS.API.STREAM.INFO.${wanted.name}`)
      const { config } = JSON.parse(new TextDecoder().decode(answer.payload)) as { config: object }
      // The embedded bus has no time-to-live of messages, and leaves the field out.
      expect({ allow_msg_ttl: false, ...config, metadata: '*' }).toEqual({ ...wanted, metadata: '*' })
    }
  })

  it('keeps fields that washi does not know, and the order of links', async () => {
    const foreign = { ...link, name: 'foreign', note: 'keep me' }
    await store.data.put('COMPONENT_s', JSON.stringify({ url: 'u', links: [foreign], extra: { deep: [1] } }))
    await putLink(store.data, link)
    await putLink(store.data, { ...link, name: 'foreign', source_config: ['c'] })
    expect(await spec('s')).toEqual({
      ...{ url: 'u', extra: { deep: [1] } },
      links: [{ ...foreign, source_config: ['c'] }, link],
    })
    expect(await deleteLink(store.data, { ...link, name: 'foreign' })).toMatchObject({
      result: { kind: 'deleted' },
    })
    expect(await spec('s')).toEqual({ url: 'u', extra: { deep: [1] }, links: [link] })
  })

  it('loses no link of many that are put at once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`)
    await Promise.all(names.map((name) => putLink(store.data, { ...link, source_id: 'busy', name })))
    const { links } = (await spec('busy')) as { links: { name: string }[] }
    expect(links.map(({ name }) => name).sort()).toEqual([...names].sort())
  })

  it('tells a missing link from a source that has none at all', async () => {
    expect((await deleteLink(store.data, { ...link, source_id: 'nobody' })).result).toEqual({
      kind: 'no-spec',
    })
    await putLink(store.data, { ...link, source_id: 'somebody' })
    const other = { ...link, source_id: 'somebody', name: 'other' }
    expect((await deleteLink(store.data, other)).result).toEqual({ kind: 'no-link' })
  })
})

describe('claims', () => {
  it('are listed as the real host lists them', () => {
    const messages = readStep('15-http-provider-link-first-then-component-then-provider.jsonl')
    const stored = messages.find(({ subject }) => subject.includes('.CLAIMS_'))
    const listed = messages.flatMap(({ json }) => {
      const { response } = (json ?? {}) as { response?: unknown }
      return Array.isArray(response) && response.length === 1 && 'iss' in (response[0] as object)
        ? [response[0] as unknown]
        : []
    })
    const key = stored?.subject.split('.').at(-1) ?? ''
    const claims = parseClaims(key, new TextEncoder().encode(JSON.stringify(stored?.json)))
    expect(claims && claimsListEntry(claims)).toEqual(listed[0])
  })

  it('are read with short names and with tags in one text', () => {
    const short = { iss: 'A', name: 'n', rev: '1', sub: 'M', version: '1', call_alias: '', tags: 'a,b' }
    const claims = parseClaims('CLAIMS_M', new TextEncoder().encode(JSON.stringify(short)))
    expect(claims).toMatchObject({ issuer: 'A', revision: '1', subject: 'M', tags: ['a', 'b'] })
    expect(parseClaims('CLAIMS_other', new TextEncoder().encode(JSON.stringify(short)))).toBeUndefined()
  })
})
