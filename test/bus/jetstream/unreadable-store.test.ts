import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startJetStream } from '#washi/bus/jetstream/start-jetstream.js'
import { silentLogger } from '#washi/core/log.js'
import { describe, expect, it } from 'vitest'
import { makeTempFolder } from '../../support/temp-folder.js'
import { startTestBroker } from '../../support/test-broker.js'

describe('startJetStream() on a folder that it cannot use', () => {
  it('rejects with BUS_STORE_UNREADABLE, which names the folder', async () => {
    await using folder = await makeTempFolder()
    await using server = await startTestBroker({ jetStream: true })
    await writeFile(join(folder.path, 'streams'), 'a file where a folder belongs')
    const started = startJetStream(server.broker, { storeDir: folder.path, log: silentLogger })
    await expect(started).rejects.toMatchObject({
      code: 'BUS_STORE_UNREADABLE',
      message: expect.stringContaining(folder.path) as string,
    })
  })

  it('rejects with BUS_STORE_UNREADABLE, which names the file of the stream', async () => {
    await using folder = await makeTempFolder()
    await using server = await startTestBroker({ jetStream: true })
    const stream = join(folder.path, 'streams', 'S-1')
    await mkdir(join(stream, 'messages.log'), { recursive: true })
    await writeFile(join(stream, 'stream.json'), JSON.stringify({ created: '', config: { name: 'S' } }))
    const started = startJetStream(server.broker, { storeDir: folder.path, log: silentLogger })
    await expect(started).rejects.toMatchObject({
      code: 'BUS_STORE_UNREADABLE',
      message: expect.stringContaining('messages.log') as string,
    })
  })
})
