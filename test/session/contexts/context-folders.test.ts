import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  chooseContext,
  createContext,
  deleteContext,
  listContexts,
  readContext,
} from '#washi/session/contexts/context-folders.js'
import { editContext } from '#washi/session/contexts/edit-context.js'
import { ownContextFolders } from '#washi/session/user-folders.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let root: string
let folders: readonly [string, string]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'washi-contexts-'))
  folders = [join(root, 'own'), join(root, 'wash')]
  await mkdir(folders[1])
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('contexts', () => {
  it('are created with values of their own, readable by their owner only', async () => {
    const file = await createContext(folders, 'far', { ctl_port: 5 })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readContext(folders, 'far')).toMatchObject({
      name: 'far',
      ctl_host: '127.0.0.1',
      ctl_port: 5,
    })
    await expect(createContext(folders, 'far')).rejects.toMatchObject({ code: 'CONTEXT_EXISTS' })
  })

  it('of wash are read, with the default that it has chosen, and ours come first', async () => {
    await writeFile(join(folders[1], 'prod.json'), '{"ctl_host":"prod","lattice_prefix":"old"}')
    await writeFile(join(folders[1], 'default'), 'prod\n')
    expect(await listContexts(folders)).toEqual({ contexts: ['host_config', 'prod'], default: 'prod' })
    expect(await readContext(folders, 'prod')).toMatchObject({ ctl_host: 'prod', lattice_prefix: 'old' })
    await createContext(folders, 'prod', { ctl_host: 'ours' })
    expect(await readContext(folders, 'prod')).toMatchObject({ ctl_host: 'ours' })
  })

  it('that is deleted leaves the initial one as default', async () => {
    await createContext(folders, 'far')
    await chooseContext(folders, 'far')
    await deleteContext(folders, 'far')
    expect(await listContexts(folders)).toEqual({ contexts: ['host_config'], default: 'host_config' })
    await expect(deleteContext(folders, 'far')).rejects.toMatchObject({ code: 'CONTEXT_NOT_FOUND' })
  })

  it('with a wrong field are refused with the field and the file', async () => {
    const file = join(folders[1], 'bad.json')
    await writeFile(file, '{"ctl_port":"many"}')
    await expect(readContext(folders, 'bad')).rejects.toMatchObject({
      code: 'CONTEXT_INVALID',
      message: expect.stringContaining('ctl_port') as string,
      place: { file },
    })
  })

  it('are checked after an editor has ended', async () => {
    await createContext(folders, 'far')
    await expect(editContext(folders, { name: 'far', editor: 'false' })).rejects.toMatchObject({
      code: 'EDITOR_FAILED',
    })
    expect(await editContext(folders, { name: undefined, editor: 'true' })).toBe(
      join(folders[0], 'host_config.json'),
    )
  })
})

describe('ownContextFolders()', () => {
  const sources = { platform: 'linux', home: '/home/me' } as const

  it('are those of washi, then those of wash', () => {
    expect(ownContextFolders({ ...sources, env: {} })).toEqual([
      '/home/me/.config/washi/contexts',
      '/home/me/.config/wash/contexts',
    ])
  })

  it('are one folder where a flag, a variable or a home of its own says so', () => {
    expect(ownContextFolders({ ...sources, env: {} }, '/c')).toEqual(['/c'])
    expect(ownContextFolders({ ...sources, env: { WASH_CONTEXT_DIR: '~/x' } })).toEqual(['/home/me/x'])
    expect(ownContextFolders({ ...sources, env: { WASHI_HOME: '/w' } })).toEqual(['/w/config/contexts'])
  })
})
