import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HttpTarget } from '#washi/host/http-exchange.js'
import { blobstoreFs } from '#washi/providers/blobstore-fs/index.js'
import { blobstore } from '#washi/wit/wire/blobstore.js'
import { ask, startTestPool, type TestPool } from '../../support/guest-pool-kit.js'
import { createTestLinks } from '../../support/linked/linked-calls.js'
import { providerForms, startProviderKit, type ProviderKit } from '../../support/provider-kit.js'

describe.each(providerForms)('blobstore-fs, %s', (form) => {
  let folder: string
  let root: string
  let provider: ProviderKit
  let here: HttpTarget
  let elsewhere: TestPool

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'washi-blobs-'))
    root = join(folder, 'root')
    provider = await startProviderKit({
      ...{ definition: blobstoreFs, form, wit: 'wasi:blobstore', interfaces: ['blobstore'] },
    })
    for (const source of ['blob', 'guest', 'caller']) {
      expect(await provider.link({ source, config: { root } })).toBeUndefined()
    }
    here = await provider.startComponent('blob')
    const links = createTestLinks({ 'wasi:blobstore/blobstore': { default: provider.remote } })
    elsewhere = await startTestPool('blob', { linked: links })
  })
  afterAll(async () => {
    await elsewhere.pool.stop(0)
    await provider[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  describe.each(['here', 'elsewhere'] as const)('for a component %s', (where) => {
    const target = (): HttpTarget => (where === 'here' ? here : elsewhere.pool)
    const put = (path: string, body: string | Uint8Array) =>
      ask(target(), `/c/${where}${path}`, { method: 'PUT', body })
    const get = (path: string) => ask(target(), `/c/${where}${path}`)

    it('creates containers, streams objects in and out, and lists them', async () => {
      expect((await ask(target(), `/c/${where}`, { method: 'PUT' })).status).toBe(201)
      const body = Buffer.alloc(5_000_000, 'a blob ')
      expect((await put('/big', body)).status).toBe(201)
      expect((await get('/big')).body.equals(body)).toBe(true)
      expect((await get('/big?start=7&end=13')).text).toBe('a blob')
      expect((await put('/sub%2Fsmall', 'x')).status).toBe(201)
      expect((await get('')).text).toBe('big\nsub/small\n')
      expect((await put('/big', 'less')).status).toBe(201)
      expect((await get('/big')).text).toBe('less')
      expect((await put('/empty', '')).status).toBe(201)
      expect((await get('/empty')).text).toBe('')
    })

    it('copies, moves and deletes', async () => {
      await put('/from', 'content')
      const post = (path: string) => ask(target(), `/c/${where}${path}`, { method: 'POST' })
      expect((await post(`/from?copy-to=${where}/copied`)).status).toBe(204)
      expect((await post(`/from?move-to=${where}/moved`)).status).toBe(204)
      expect([(await get('/copied')).text, (await get('/moved')).text]).toEqual(['content', 'content'])
      expect((await get('/from')).text).toBe('no such object\n')
      const remove = (path: string) => ask(target(), `/c/${where}${path}`, { method: 'DELETE' })
      expect((await remove('/moved')).status).toBe(204)
      expect((await remove('/moved')).status).toBe(204)
      expect((await remove('/sub%2Fsmall')).status).toBe(204)
      expect(await readdir(join(root, where))).not.toContain('sub')
    })
  })

  it('leaves nothing of uploads behind', async () => {
    expect(await readdir(join(root, '.washi-uploads'))).toEqual([])
  })

  describe('lets no name lead out of its folder', () => {
    const call = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
      provider.callers.local({ of: blobstore, function: name, args })

    beforeAll(async () => {
      await writeFile(join(folder, 'secret'), 'secret')
      await mkdir(join(root, 'box', 'plain'), { recursive: true })
      await writeFile(join(root, 'box', 'inside'), 'inside')
      await symlink(folder, join(root, 'linked'))
      await symlink(folder, join(root, 'box', 'up'))
      await symlink(join(folder, 'secret'), join(root, 'box', 'leaf'))
      await symlink(join(folder, 'nowhere'), join(root, 'box', 'dangling'))
    })

    const containers = [
      ...['', '.', '..', '/', '/etc', '../root', 'a/b', 'a\\b', '..\\x', 'linked', 'a\0', '.washi-uploads'],
      ...['.WASHI-uploads', 'box/..', './box'],
    ]
    it.each(containers)('not that of the container %j', async (name) => {
      for (const one of ['get-container-info', 'delete-container', 'clear-container']) {
        expect(await call(one, name)).toMatchObject({ tag: 'err' })
      }
      expect(await call('create-container', name)).toMatchObject({ tag: 'err' })
      expect(
        await call('copy-object', { container: 'box', object: 'inside' }, { container: name, object: 'x' }),
      ).toMatchObject({ tag: 'err' })
    })

    const objects = [
      ...['', '.', '..', '../x', '../../secret', '/etc/passwd', 'a/../../x', 'a//b', 'a/', '\\..\\x', 'x\0y'],
      ...['leaf', 'up/secret', 'up/new', 'dangling', 'dangling/x', 'plain/../../../secret', 'plain/./x'],
    ]
    it.each(objects)('not that of the object %j', async (object) => {
      const id = { container: 'box', object }
      const inside = { container: 'box', object: 'inside' }
      expect(await call('get-object-info', id)).toMatchObject({ tag: 'err' })
      expect(await call('copy-object', id, { container: 'box', object: 'stolen' })).toMatchObject({
        tag: 'err',
      })
      const copied = await call('copy-object', inside, id)
      // A symbolic link at the place itself is replaced, not followed.
      if (object !== 'leaf' && object !== 'dangling') expect(copied).toMatchObject({ tag: 'err' })
    })

    it('and what is outside is as it was', async () => {
      expect((await readdir(folder)).sort()).toEqual(['root', 'secret'])
      expect(await readdir(join(root, 'box'))).not.toContain('stolen')
    })
  })

  it('refuses links whose configuration is wrong', async () => {
    expect(await provider.link({ source: 'a', config: { rot: '/x' } })).toContain('did you mean "ROOT"?')
    expect(await provider.link({ source: 'b', config: { root: 'relative' } })).toContain(
      'not an absolute path',
    )
    expect(await provider.link({ source: 'c', config: { root: join(folder, 'secret', 'x') } })).toContain(
      'cannot use the folder',
    )
  })
})
