import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createShell } from '../support/run-washi.js'

const patience = 120_000

describe('up --detached', () => {
  it(
    'returns once the host answers, refuses a second one, and recovers from kill -9',
    async () => {
      await using shell = await createShell()
      const up = await shell.run(['up', '-d', '--nats-port', '0', '--label', 'zone=a', '-o', 'json'])
      expect(up, up.stderr).toMatchObject({ exitCode: 0 })
      const first = JSON.parse(up.stdout) as { pid: number; host_id: string; kill_cmd: string }
      expect(first.kill_cmd).toBe('washi down')

      const inventory = await shell.run(['get', 'inventory', first.host_id, '-o', 'json'])
      expect(JSON.parse(inventory.stdout)).toMatchObject({ inventories: [{ labels: { zone: 'a' } }] })

      const second = await shell.run(['up', '-d', '--nats-port', '0'])
      expect(second.exitCode).toBe(1)
      expect(second.stderr).toContain(`as process ${first.pid}`)

      process.kill(first.pid, 'SIGKILL')
      const again = await shell.run(['up', '-d', '--nats-port', '0', '-o', 'json'])
      expect(again, again.stderr).toMatchObject({ exitCode: 0 })
      const { pid, host_id: hostId } = JSON.parse(again.stdout) as { pid: number; host_id: string }
      expect(pid).not.toBe(first.pid)

      const down = await shell.run(['down'])
      expect(down.stdout).toContain(`Stopped the lattice "default" (process ${pid})`)
      expect(down.stdout).toContain(hostId)
      expect(await shell.run(['down'])).toMatchObject({
        exitCode: 0,
        stdout: 'Nothing to stop: no lattice runs in <folder>/home/data',
      })
    },
    patience,
  )

  it(
    'shows why the process in the background could not start',
    async () => {
      await using shell = await createShell()
      const server = createServer((socket) => socket.end('SSH-2.0-nobody\r\n')).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      const up = await shell.run(['up', '-d', '--nats-port', String(port)])
      server.close()
      expect(up.exitCode).toBe(1)
      expect(up.stderr).toContain(String(port))
      expect(up.stderr).toContain('in use')
      expect(up.stdout).toBe('')
      expect((await shell.run(['down'])).stdout).toContain('Nothing to stop')
    },
    patience,
  )

  it('refuses bad flags before anything starts', async () => {
    await using shell = await createShell()
    const ended = await shell.run(['up', '-d', '--label', 'hostcore.os=plan9'])
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
    await expect(readFile(join(shell.home, 'data/up.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('up in the foreground', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends cleanly at %s, even when nobody reads its log any more',
    async (signal) => {
      await using shell = await createShell()
      const executable = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
      const child = spawn(process.execPath, [executable, 'up', '--nats-port', '0'], {
        env: { ...process.env, WASHI_HOME: shell.home },
      })
      const ended = once(child, 'exit')
      let stderr = ''
      for await (const chunk of child.stderr.setEncoding('utf8')) {
        stderr += String(chunk)
        if (stderr.includes('Press Ctrl-C')) break
      }
      child.kill(signal)
      expect(await ended).toEqual([0, null])
      await expect(readFile(join(shell.home, 'data/up.json'))).rejects.toMatchObject({ code: 'ENOENT' })
    },
    patience,
  )
})
