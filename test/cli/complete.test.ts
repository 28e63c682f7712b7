import { execa } from 'execa'
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createWashiLattice, guestFile, root, type WashiLattice } from '../support/washi-lattice.js'

// Each question of a shell is a process, and each test several of them.
vi.setConfig({ testTimeout: 120_000 })

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
    expect(await candidates('spy', 'p')).toEqual(['ping', 'pong'])
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

  /** Runs a script in a shell that finds our executable as washi, and gives what it printed. */
  const printedBy = async (shell: Shell, ...args: readonly string[]): Promise<readonly string[]> => {
    const bin = join(lattice.home, 'bin')
    await mkdir(bin, { recursive: true })
    await writeFile(join(bin, 'washi'), `#!/bin/sh\nexec "${process.execPath}" "${root}/bin/run.js" "$@"\n`)
    await chmod(join(bin, 'washi'), 0o755)
    const env = {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      HOME: lattice.home,
      TERM: 'xterm',
      WASHI_HOME: lattice.home,
      WASMCLOUD_CTL_PORT: String(lattice.natsPort),
    }
    const { stdout } = await execa(shell, [...args], { env, stdin: 'ignore' })
    return stdout.split('\n')
  }

  it('works in bash, also within words that have colons', async () => {
    const line = 'washi call pong test:pingpong/pingpong@0.1.0.p'
    const script = `source <(washi autocomplete bash)
COMP_LINE='${line}'; COMP_POINT=${line.length}; _washi; printf '%s\\n' "\${COMPREPLY[@]}"`
    expect(await printedBy('bash', '-c', script)).toEqual(['pingpong/pingpong@0.1.0.ping'])
  })

  it.skipIf(!has('zsh'))('works in zsh, when the tabulator is pressed (needs zsh)', async () => {
    const script = await lattice.write('press-tab.zsh', pressTab)
    const completed = (line: string): Promise<readonly string[]> => printedBy('zsh', '-f', script, line)
    expect(await completed('washi call po')).toEqual(['washi call pong '])
    expect(await completed('washi call pong test:pingpong/pingpong@0.1.0.p')).toEqual([
      'washi call pong test:pingpong/pingpong@0.1.0.ping ',
    ])
    expect(await completed('washi app depl')).toEqual(['washi app deploy '])
    // Several begin so: what they have in common.
    expect(await completed('washi call ')).toEqual(['washi call p'])
    expect(await completed('washi start component fil')).toEqual(['washi start component fil'])
  })

  it.skipIf(!has('zsh'))('works in zsh as a file where zsh looks for functions (needs zsh)', async () => {
    await lattice.json('autocomplete', 'zsh', '--dir', join(lattice.home, 'functions'))
    const script = await lattice.write(
      'press-tab-in-file.zsh',
      pressTab.replace('source <(washi autocomplete zsh)', ''),
    )
    expect(await printedBy('zsh', '-f', script, 'washi call po')).toEqual(['washi call pong '])
  })

  it.skipIf(!has('fish'))('works in fish (needs fish)', async () => {
    const offered = async (line: string): Promise<readonly string[]> =>
      (await printedBy('fish', '-c', `washi autocomplete fish | source; complete -C '${line}'`)).toSorted()
    expect(await offered('washi call p')).toEqual(['ping', 'pong'])
    expect(await offered('washi app de')).toEqual(['del', 'delete', 'deploy'])
    expect(await offered('washi call pong test:pingpong/pingpong@0.1.0.p')).toEqual([
      'test:pingpong/pingpong@0.1.0.ping',
    ])
  })
})

type Shell = 'bash' | 'zsh' | 'fish'

function has(shell: Shell): boolean {
  return spawnSync(shell, ['--version']).status === 0
}

/** Types a line into an interactive zsh once it edits lines, presses tab, and prints what the line is then. */
const pressTab = String.raw`
zmodload zsh/zpty
line=$1 result=$(mktemp)
zpty shell zsh -f -i
zpty -w shell "fpath=(\$HOME/functions \$fpath); autoload -U compinit; compinit -u -d $result.dump"
zpty -w shell 'source <(washi autocomplete zsh)'
zpty -w shell "tell() { print -r -- \"\$BUFFER\" > $result; exit }; zle -N tell; bindkey '^X' tell"
zpty -w shell "zle-line-init() { : > $result.ready }; zle -N zle-line-init"
until [[ -e $result.ready ]]; do zpty -r -t shell seen || sleep 0.05; done
zpty -n -w shell "$line"$'\t'$'\x18'
until [[ -s $result ]]; do zpty -r -t shell seen || sleep 0.05; done
cat $result
zpty -d shell
rm -f $result $result.dump $result.ready
`
