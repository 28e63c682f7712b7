import { execa } from 'execa'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWashiLattice, guestFile, root, type WashiLattice } from '../support/washi-lattice.js'

describe('completion', () => {
  let lattice: WashiLattice
  beforeAll(async () => {
    lattice = await createWashiLattice()
    await lattice.up()
    await lattice.json('start', 'component', guestFile('pong'), 'pong')
    await lattice.json('start', 'component', guestFile('ping'), 'ping')
    await lattice.json('ctx', 'new', 'far')
  })
  afterAll(() => lattice[Symbol.asyncDispose]())
  const candidates = async (...words: readonly string[]): Promise<readonly string[]> =>
    (await lattice.run('complete-line', '--', ...words)).stdout.split('\n')

  it('offers commands, flags and their values', async () => {
    expect(await candidates('app', 'de')).toEqual(['del', 'delete', 'deploy'])
    expect(await candidates('up', '--engine', '')).toEqual(['jco', 'washi'])
    expect(await candidates('link', 'put', '--inter')).toEqual(['--interface'])
    expect(await candidates('stop', 'h')).toEqual(['host'])
  })

  it('offers what the lattice has', async () => {
    expect(await candidates('call', 'p')).toEqual(['ping', 'pong'])
    expect(await candidates('call', 'pong', 'test:')).toEqual([
      'test:pingpong/pingpong@0.1.0.add',
      'test:pingpong/pingpong@0.1.0.ping',
    ])
    expect(await candidates('ctx', 'default', '')).toEqual(['far', 'host_config'])
    expect((await candidates('label', 'N'))[0]).toMatch(/^N[A-Z2-7]{55}$/)
  })

  it('offers nothing where there is no lattice, without a word', async () => {
    const ended = await execa(
      process.execPath,
      [join(root, 'bin/run.js'), 'complete-line', '--', 'call', ''],
      {
        env: { WASHI_HOME: join(lattice.home, 'nowhere'), WASMCLOUD_CTL_PORT: '1' },
      },
    )
    expect(ended).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  })

  it('works in bash, also within words that have colons', async () => {
    const bin = join(lattice.home, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'washi'), `#!/bin/sh\nexec "${process.execPath}" "${root}/bin/run.js" "$@"\n`)
    await chmod(join(bin, 'washi'), 0o755)
    const line = 'washi call pong test:pingpong/pingpong@0.1.0.p'
    const script = `source <(washi autocomplete bash)
COMP_LINE='${line}'; COMP_POINT=${line.length}; _washi; printf '%s\\n' "\${COMPREPLY[@]}"`
    const env = {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      WASHI_HOME: lattice.home,
      WASMCLOUD_CTL_PORT: String(lattice.natsPort),
    }
    const { stdout } = await execa('bash', ['-c', script], { env })
    expect(stdout).toBe('pingpong/pingpong@0.1.0.ping')
  })
})
