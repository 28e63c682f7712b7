import { chmod, copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeProviderArchive } from '#washi/component/provider-archive/write-provider-archive.js'
import { machineTarget } from '#washi/host/identity/host-labels.js'
import { decodeHostData } from '#washi/lattice/provider-protocol/host-data.js'
import { processMark } from '#washi/core/process-mark.js'
import { startExternalKit, type ExternalKit } from '../../support/external-kit.js'
import { guestFile } from '../../support/washi-lattice.js'

const quiet = `
const nothing = async () => undefined
export const definition = (more = {}) => ({
  name: 'quiet',
  create: (context) => ({
    start: nothing, linkAsSource: nothing, linkAsTarget: nothing, unlink: nothing, stop: nothing,
    health: async () => ({ healthy: true }),
    ...(typeof more === 'function' ? more(context) : more),
  }),
})`

/** Writes what it was given on standard input, and its environment, into a file; ends when it is told to. */
const witness = (file: string): string => `#!${process.execPath}
import { writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { runProvider } from ${JSON.stringify(join(process.cwd(), 'dist/provider-sdk/index.js'))}
${quiet}
let text = ''
for await (const chunk of process.stdin) text += chunk
writeFileSync(${JSON.stringify(file)}, JSON.stringify({ text, env: process.env, argv: process.argv.slice(2) }))
await runProvider(definition(), { input: Readable.from([text]), write: (line) => console.error(line) })
`

async function writeExecutable(file: string, text: string): Promise<string> {
  await writeFile(file, text)
  await chmod(file, 0o755)
  return file
}

function archiveOf(programs: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const { privateKey } = generateKeyPairSync('ed25519')
  const issuer = { publicKey: 'AISSUER', sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }
  return writeProviderArchive({
    ...{ name: 'Quiet provider', vendor: 'tests', revision: 7, version: '1.2.3', programs },
    ...{ issuer, subject: 'VSUBJECT', issuedAt: 1_700_000_000 },
  })
}

describe('a provider from a file', () => {
  let kit: ExternalKit
  const here = machineTarget(process)

  beforeAll(async () => {
    kit = await startExternalKit()
  })
  afterAll(async () => {
    await kit[Symbol.asyncDispose]()
  })

  const inventoryOf = (id: string) => kit.kit.host.inventory().providers.find((each) => each.id === id)

  it('gets one line of host data, a bare environment and no arguments', async () => {
    const told = join(kit.folder, 'told.json')
    const file = await writeExecutable(join(kit.folder, 'witness.mjs'), witness(told))
    await kit.kit.client.putConfig('own', { color: 'blue' })
    await kit.kit.client.putConfig('link', { size: '7' })
    const link = {
      source_id: 'guest',
      target: 'witness',
      wit_namespace: 'a',
      wit_package: 'b',
      interfaces: ['c'],
    }
    await kit.kit.client.putLink({ ...link, target_config: ['link'] })
    expect(await kit.start('witness', `file://${file}`, ['own'])).toBeUndefined()
    const seen = JSON.parse(await readFile(told, 'utf8')) as { text: string; env: object; argv: string[] }
    expect(seen.argv).toEqual([])
    expect(Object.keys(seen.env).filter((name) => !/^(PATH|RUST_LOG|OTEL_.*)$/.test(name))).toEqual([])
    expect(seen.text).toMatch(/^[A-Za-z0-9+/]+=*\r\n$/)
    const data = decodeHostData(seen.text)
    expect(data).toMatchObject({
      host_id: kit.kit.host.id,
      lattice_rpc_prefix: 'default',
      lattice_rpc_url: kit.url,
      link_name: 'default',
      provider_key: 'witness',
      env_values: {},
      cluster_issuers: [],
      config: { color: 'blue' },
      secrets: {},
      structured_logging: false,
      otel_config: { enable_observability: false, protocol: 'Http' },
      link_definitions: [
        {
          ...{ ...link, name: 'default', source_config: {}, target_config: { size: '7' } },
          ...{ source_secrets: null, target_secrets: null },
        },
      ],
    })
    expect(data.host_xkey_public_key).toMatch(/^X[A-Z2-7]{55}$/)
    expect(data.provider_xkey_private_key).toMatch(/^SX[A-Z2-7]{56}$/)
    expect(data.instance_id).toMatch(/^[0-9a-f-]{36}$/)
    expect(inventoryOf('witness')).toMatchObject({ image_ref: file, name: 'witness.mjs', revision: 0 })
  })

  it('runs where an executable lies, twice at the same time', async () => {
    const file = await writeExecutable(join(kit.folder, 'plain'), witness(join(kit.folder, 'plain.json')))
    // Node takes a file without an extension for CommonJS where nothing says otherwise.
    await writeFile(join(kit.folder, 'package.json'), '{"type":"module"}')
    expect(await kit.start('plain-1', file)).toBeUndefined()
    expect(await kit.start('plain-2', `file://${file}`)).toBeUndefined()
    expect(await kit.kit.client.stopProvider(kit.kit.host.id, 'plain-1')).toBe(
      'successfully stopped provider',
    )
    expect(inventoryOf('plain-2')).toBeDefined()
  })

  it('is unpacked from an archive once, however many run it, and its claims are told', async () => {
    const program = Buffer.from(witness(join(kit.folder, 'archive.json')))
    await writeFile(join(kit.folder, 'package.json'), '{"type":"module"}')
    const file = join(kit.folder, 'quiet.par.gz')
    await writeFile(file, archiveOf({ [here]: program, 'other-machine': Buffer.from('x') }))
    const starts = ['archive-1', 'archive-2', 'archive-3'].map((id) => kit.start(id, `file://${file}`))
    expect(await Promise.all(starts)).toEqual([undefined, undefined, undefined])
    expect(await readdir(join(kit.folder, 'programs'))).toHaveLength(1)
    expect(inventoryOf('archive-1')).toMatchObject({ name: 'Quiet provider', revision: 7, image_ref: file })
    const { data } = await kit.kit.events.next(
      'provider_started',
      (event) => event.data.provider_id === 'archive-1',
    )
    expect(data).toMatchObject({
      image_ref: file,
      public_key: 'archive-1',
      claims: {
        issuer: 'AISSUER',
        name: 'Quiet provider',
        version: '1.2.3',
        tags: null,
        expires_human: 'never',
      },
    })
    await expect
      .poll(() => kit.kit.client.getClaims())
      .toContainEqual(expect.objectContaining({ sub: 'VSUBJECT', name: 'Quiet provider', rev: '7' }))
  })

  it.each([
    ['a missing file', async () => '/none.par.gz', /Cannot read provider "\/none.par.gz": no such file/],
    ['a component', async () => guestFile('pong'), /it is WebAssembly/],
    ['a folder', async () => kit.folder, /it is no regular file/],
    [
      'text',
      async () => {
        await writeFile(join(kit.folder, 'text'), 'hello')
        return join(kit.folder, 'text')
      },
      /neither a provider archive \(\.par\.gz\) nor an executable/,
    ],
    [
      'a program without permission',
      async () => {
        const file = join(kit.folder, 'no-x')
        await writeFile(file, '#!/bin/sh\n')
        return file
      },
      /Cannot run ".*no-x": permission denied: is it executable\? \(chmod \+x\)/,
    ],
    [
      'a program of another machine',
      async () => {
        const file = await writeExecutable(join(kit.folder, 'other.bin'), '')
        await writeFile(file, Buffer.from('cffaedfe0c000001', 'hex'))
        return file
      },
      /it is a program for macOS, and here is \S+/,
    ],
    [
      'an archive for other machines',
      async () => {
        await writeFile(join(kit.folder, 'o.par.gz'), archiveOf({ 'riscv64-plan9': Buffer.from('x') }))
        return join(kit.folder, 'o.par.gz')
      },
      /it has no program for \S+, but for riscv64-plan9/,
    ],
    [
      'a damaged archive',
      async () => {
        const whole = archiveOf({ [here]: Buffer.from('#!/bin/sh') })
        await writeFile(join(kit.folder, 'd.par.gz'), whole.subarray(0, whole.length - 20))
        return join(kit.folder, 'd.par.gz')
      },
      /Cannot use the provider archive ".*d\.par\.gz": /,
    ],
  ])('is refused where it is %s', async (_what, file, reason) => {
    expect(await kit.start('bad', `file://${await file()}`)).toMatch(reason)
    expect(inventoryOf('bad')).toBeUndefined()
  })

  it('is refused where the program is not the one that was signed', async () => {
    const { writeTar } = await import('#washi/component/provider-archive/write-tar.js')
    const { readTar } = await import('#washi/component/provider-archive/read-tar.js')
    const { gunzipSync } = await import('node:zlib')
    const [claims] = [...readTar(gunzipSync(archiveOf({ [here]: Buffer.from('#!/bin/sh') })))]
    if (!claims) throw new Error('no claims')
    const file = join(kit.folder, 'forged.par.gz')
    await writeFile(file, writeTar([claims, { name: `${here}.bin`, bytes: Buffer.from('#!/bin/rm') }]))
    expect(await kit.start('forged', file)).toMatch(/is not the one that was signed/)
  })

  it('is told of links and of their end, and takes over its configuration', async () => {
    const file = await kit.write(`${quiet}
      await runProviderProcess(definition((context) => ({
        linkAsTarget: async (link) => {
          if (link.name === 'bad') throw new AppError('LINK_REFUSED', 'no such color')
          context.log.info('has ' + link.name + ' ' + link.targetConfig.size)
        },
        unlink: async (link) => context.log.info('lost ' + link.name),
        configure: async ({ config }) => context.log.info('color ' + config.color),
        stop: async () => context.log.info('stops'),
      })))`)
    await kit.kit.client.putConfig('mine', { color: 'red' })
    expect(await kit.start('told', file, ['mine'])).toBeUndefined()
    const link = { source_id: 'x', target: 'told', wit_namespace: 'a', wit_package: 'b', interfaces: ['c'] }
    await kit.kit.client.putConfig('size', { size: '1' })
    await kit.kit.client.putLink({ ...link, name: 'one', target_config: ['size'] })
    await kit.said('has one 1')
    await kit.kit.client.putConfig('size', { size: '2' })
    await kit.said('has one 2')
    await kit.kit.client.putLink({ ...link, name: 'bad' })
    const { data } = await kit.kit.events.next('linkdef_set_failed', (event) => event.data.name === 'bad')
    expect(data.error).toBe('no such color')
    await kit.kit.client.deleteLink({ source_id: 'x', name: 'one', wit_namespace: 'a', wit_package: 'b' })
    await kit.said('lost one')
    await kit.kit.client.putConfig('mine', { color: 'green' })
    expect((await kit.said('color green')).fields['provider']).toBe('told')
    await kit.kit.client.stopProvider(kit.kit.host.id, 'told')
    await kit.said('stops')
  })

  it('leaves no process behind when the host stops', async () => {
    await using own = await startExternalKit()
    const file = await own.write(`${quiet}\nawait runProviderProcess(definition())`)
    await own.start('a', file)
    await copyFile(file, `${file}.copy.mjs`)
    await own.start('b', `${file}.copy.mjs`)
    const pids = await own.pids()
    expect(pids).toHaveLength(2)
    await own.kit.host.stop()
    expect(await Promise.all(pids.map(processMark))).toEqual(pids.map(() => undefined))
    expect(await own.pids()).toEqual([])
  })
})
