import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createShell } from '../support/run-washi.js'

const patience = 120_000

interface Up {
  readonly host_id: string
  readonly host_ids: readonly string[]
  readonly nats_url: string
  readonly wasmcloud_log: string
}

describe('up --multi-local', () => {
  it(
    'starts hosts beside those that run, on their bus and with the settings of the real host',
    async () => {
      await using shell = await createShell()
      const up = async (args: readonly string[], env = {}): Promise<Up> => {
        const ended = await shell.run(['up', '-d', '-o', 'json', ...args], { env })
        expect(ended, ended.stderr).toMatchObject({ exitCode: 0 })
        return JSON.parse(ended.stdout) as Up
      }
      const prefix = { WASMCLOUD_CTL_TOPIC_PREFIX: 'acme.ctl' }
      const first = await up(['--nats-port', '0', '--hosts', '2'], prefix)
      expect(first.host_ids).toHaveLength(2)
      expect(first.host_ids[0]).toBe(first.host_id)

      const second = await up(['--multi-local', '--enable-structured-logging', '--label', 'zone=b'], {
        ...prefix,
        ...{ WASMCLOUD_LABEL_zone: 'a', WASMCLOUD_LABEL_rack: '7', WASMCLOUD_ALLOW_FILE_LOAD: 'false' },
      })
      expect(second.nats_url).toBe(first.nats_url)
      const hosts = await shell.run(['get', 'hosts', '-o', 'json'], { env: prefix })
      const listed = JSON.parse(hosts.stdout) as { readonly hosts: readonly { readonly id: string }[] }
      const ids = [...first.host_ids, second.host_id]
      expect(listed.hosts.map(({ id }) => id).sort()).toEqual(ids.sort())

      const inventory = await shell.run(['get', 'inventory', second.host_id, '-o', 'json'], { env: prefix })
      expect(JSON.parse(inventory.stdout)).toMatchObject({
        inventories: [{ labels: { zone: 'b', rack: '7' } }],
      })
      const start = ['start', 'component', 'file:///a.wasm', 'a', '--host-id', second.host_id]
      const refused = await shell.run(start, { env: prefix })
      expect(refused.exitCode).toBe(1)
      expect(refused.stderr).toContain('this host takes nothing from files')

      const log = await readFile(join(shell.home, 'data', 'logs', 'up-2.log'), 'utf8')
      const line = log.split('\n').find((each) => each.includes('host started')) ?? ''
      expect(JSON.parse(line)).toMatchObject({ level: 'INFO', fields: { host: second.host_id } })

      const down = await shell.run(['down', '--all', '-o', 'json'])
      expect(JSON.parse(down.stdout)).toMatchObject({
        hosts_stopped: [second.host_id, ...first.host_ids],
        nats_stopped: true,
      })
    },
    patience,
  )
})
