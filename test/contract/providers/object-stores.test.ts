import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import { blobstore } from '#washi/wit/wire/blobstore.js'
import { ask, startTestPool, type TestPool } from '../../support/guest-pool-kit.js'
import { createTestLinks } from '../../support/linked/linked-calls.js'
import { blobSubjects, type BlobBacking } from '../../support/blob-subjects.js'
import { providerForms, startProviderKit, type ProviderKit } from '../../support/provider-kit.js'

const forms = blobSubjects.flatMap((subject) => providerForms.map((form) => ({ ...subject, form })))

describe.each(forms)('$title as a blob store, $form', ({ definition, start, form }) => {
  let backing: BlobBacking
  let provider: ProviderKit
  let here: HttpTarget
  let elsewhere: TestPool

  beforeAll(async () => {
    backing = await start()
    provider = await startProviderKit({
      ...{ definition, form, wit: 'wasi:blobstore', interfaces: ['blobstore'] },
    })
    for (const source of ['blob', 'guest', 'caller']) {
      expect(await provider.link({ source, config: backing.config })).toBeUndefined()
    }
    here = await provider.startComponent('blob')
    const links = createTestLinks({ 'wasi:blobstore/blobstore': { default: provider.remote } })
    elsewhere = await startTestPool('blob', { linked: links })
  })
  afterAll(async () => {
    await elsewhere.pool.stop(0)
    await provider[Symbol.asyncDispose]()
    await backing[Symbol.asyncDispose]()
  })

  describe.each(['here', 'elsewhere'] as const)('for a component %s', (where) => {
    const target = (): HttpTarget => (where === 'here' ? here : elsewhere.pool)
    const send = (method: string, path = '', body?: string | Uint8Array) =>
      ask(target(), `/c/${where}${path}`, { method, ...(body === undefined ? {} : { body }) })

    it('creates containers, streams objects in and out, and lists them', async () => {
      expect((await send('PUT')).status).toBe(201)
      expect((await send('PUT')).status).toBe(201)
      expect((await send('GET')).text).toBe('')
      const body = randomBytes(20_000_000)
      expect((await send('PUT', '/big', body)).status).toBe(201)
      expect((await send('GET', '/big')).body.equals(body)).toBe(true)
      const range = await send('GET', '/big?start=16777210&end=16777230')
      expect(range.body.equals(body.subarray(16_777_210, 16_777_230))).toBe(true)
      const names = ['sub/small', 'a b+c', 'ünïcode', 'd', 'e', 'f', '%41']
      for (const name of names)
        expect((await send('PUT', `/${encodeURIComponent(name)}`, name)).status).toBe(201)
      const listed = (await send('GET')).text.trimEnd().split('\n')
      expect(listed.sort()).toEqual([...names, 'big'].sort())
      for (const name of names) expect((await send('GET', `/${encodeURIComponent(name)}`)).text).toBe(name)
      expect((await send('PUT', '/big', 'less')).status).toBe(201)
      expect((await send('GET', '/big')).text).toBe('less')
      expect((await send('PUT', '/empty', '')).status).toBe(201)
      expect((await send('GET', '/empty')).text).toBe('')
    })

    it('copies, moves and deletes', async () => {
      await send('PUT', '/from', 'content')
      expect((await send('POST', `/from?copy-to=${where}/a%20copy`)).status).toBe(204)
      expect((await send('POST', `/from?move-to=${where}/moved`)).status).toBe(204)
      expect([(await send('GET', '/a%20copy')).text, (await send('GET', '/moved')).text]).toEqual([
        'content',
        'content',
      ])
      expect((await send('GET', '/from')).text).toBe('no such object\n')
      expect((await send('DELETE', '/moved')).status).toBe(204)
      expect((await send('DELETE', '/moved')).status).toBe(204)
      expect((await send('GET', '/moved')).status).toBe(404)
    })
  })

  const call = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
    provider.callers.local({ of: blobstore, function: name, args })

  it('tells what it knows of containers and objects', async () => {
    expect(await call('create-container', 'known')).toEqual({ tag: 'ok', val: undefined })
    expect(await call('container-exists', 'known')).toEqual({ tag: 'ok', val: true })
    expect(await call('container-exists', 'other')).toEqual({ tag: 'ok', val: false })
    const { val } = (await call('get-container-info', 'known')) as { val: { createdAt: bigint } }
    expect(Number(val.createdAt)).toBeGreaterThan(1_700_000_000)
    const id = { container: 'known', object: 'o' }
    expect(await call('has-object', id)).toEqual({ tag: 'ok', val: false })
    expect(await call('get-object-info', id)).toMatchObject({
      tag: 'err',
      val: expect.stringContaining('no object "o"') as string,
    })
    expect((await ask(here, '/c/known/o', { method: 'PUT', body: 'abc' })).status).toBe(201)
    expect(await call('get-object-info', id)).toMatchObject({ tag: 'ok', val: { size: 3n } })
    expect(await call('clear-container', 'known')).toEqual({ tag: 'ok', val: undefined })
    expect(await call('has-object', id)).toEqual({ tag: 'ok', val: false })
    expect((await ask(here, '/c/known/o', { method: 'PUT', body: 'abc' })).status).toBe(201)
    expect(await call('delete-container', 'known')).toEqual({ tag: 'ok', val: undefined })
    expect(await call('container-exists', 'known')).toEqual({ tag: 'ok', val: false })
  })

  it('says that a container is not there', async () => {
    for (const [name, ...args] of [
      ['list-container-objects', 'nowhere', undefined, undefined],
      ['get-container-info', 'nowhere'],
      ['delete-container', 'nowhere'],
      ['clear-container', 'nowhere'],
    ] as const) {
      expect([name, await call(name, ...args)]).toMatchObject([name, { tag: 'err' }])
    }
    expect((await ask(here, '/c/nowhere/x', { method: 'PUT', body: 'x' })).status).toBeGreaterThanOrEqual(400)
  })

  it('refuses names that are none', async () => {
    for (const container of ['', '..', 'a/b', 'a b', 'x'.repeat(300)]) {
      expect(await call('create-container', container)).toMatchObject({ tag: 'err' })
    }
    const inside = { container: 'here', object: 'a b+c' }
    for (const object of ['', '..', '../x', 'a/../b']) {
      expect(await call('copy-object', inside, { container: 'here', object })).toMatchObject({ tag: 'err' })
    }
  })

  it('refuses links that cannot work, with the reason', async () => {
    for (const [source, { config, reason }] of backing.wrong.entries()) {
      expect(await provider.link({ source: `wrong-${source}`, config })).toContain(reason)
    }
  })
})
