import { describe, expect, it } from 'vitest'
import { ask, startTestPool } from '../../../support/guest-pool-kit.js'

describe('wasmcloud:secrets', () => {
  it('reveals the secrets of the component, and finds no others', async () => {
    const secrets = {
      text: { tag: 'string', val: 'hush, grüße' },
      raw: { tag: 'bytes', val: Uint8Array.of(0, 255, 7) },
    } as const
    await using test = await startTestPool('secrets-config', { secrets })
    const kind = (rawHeaders: readonly string[]): string | undefined =>
      rawHeaders[rawHeaders.indexOf('x-secret-kind') + 1]

    const text = await ask(test.pool, '/secret/text')
    expect([text.text, kind(text.rawHeaders)]).toEqual(['hush, grüße', 'string'])
    const raw = await ask(test.pool, '/secret/raw')
    expect([[...raw.body], kind(raw.rawHeaders)]).toEqual([[0, 255, 7], 'bytes'])
    expect((await ask(test.pool, '/secret/toString')).status).toBe(404)
    expect((await ask(test.pool, '/config/text')).status).toBe(404)
    expect(JSON.stringify([test.records, test.lines])).not.toContain('hush')
  })
})
