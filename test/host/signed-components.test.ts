import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Question } from '#washi/host/authorize.js'
import { engineRuntime } from '#washi/host/components/engine-runtime.js'
import { describe, expect, it } from 'vitest'
import { startEmbeddedBus } from '../support/embedded-bus.js'
import { readGuest } from '../support/guests.js'
import { startHostKit } from '../support/host-kit.js'
import { signComponent } from '../support/sign-component.js'
import { makeTempFolder } from '../support/temp-folder.js'

const guest = readGuest('http-hello')

describe('a signed component', () => {
  it('shows its claims in events, inventory, claims.get, the store and questions of policy', async () => {
    await using bus = await startEmbeddedBus()
    await using folder = await makeTempFolder()
    const questions: Question[] = []
    const authorize = (question: Question) => {
      questions.push(question)
      return { permitted: true }
    }
    await using kit = await startHostKit({ url: bus.url, runtime: engineRuntime, authorize })
    const { bytes, issuer, subject } = signComponent(guest)
    const file = join(folder.path, 'hello.wasm')
    await writeFile(file, bytes)
    await kit.client.scaleComponent(kit.host.id, {
      ...{ component_id: 'hello', component_ref: `file://${file}`, count: 1 },
    })
    const { data } = await kit.events.next('component_scaled')
    expect(data).toMatchObject({
      public_key: subject,
      claims: {
        ...{ call_alias: 'hi', issuer, tags: ['a', 'b'], name: 'hello', version: '0.4.0', revision: 3 },
        ...{ not_before_human: 'never', expires_human: 'never' },
      },
    })
    expect(kit.host.inventory().components).toMatchObject([{ id: 'hello', name: 'hello', revision: 3 }])
    const entry = {
      ...{ call_alias: 'hi', iss: issuer, issuer, name: 'hello', rev: '3', revision: '3' },
      ...{ sub: subject, subject, tags: 'a,b', version: '0.4.0' },
    }
    await expect.poll(() => kit.client.getClaims()).toEqual([entry])
    const store = await kit.connection.bucket('LATTICEDATA_default')
    const stored = await store.get(`CLAIMS_${subject}`)
    expect(JSON.parse(new TextDecoder().decode(stored?.value))).toEqual({
      ...{
        call_alias: 'hi',
        issuer,
        name: 'hello',
        revision: '3',
        subject,
        tags: ['a', 'b'],
        version: '0.4.0',
      },
    })
    expect(questions[0]?.request).toMatchObject({
      claims: { publicKey: subject, issuer, issuedAt: '1700000000', expiresAt: null, expired: false },
    })
  })

  it('does not start where its signature does not hold', async () => {
    await using bus = await startEmbeddedBus()
    await using folder = await makeTempFolder()
    await using kit = await startHostKit({ url: bus.url, runtime: engineRuntime })
    const file = join(folder.path, 'forged.wasm')
    await writeFile(file, signComponent(guest, { hash: '00' }).bytes)
    await kit.client.scaleComponent(kit.host.id, {
      ...{ component_id: 'hello', component_ref: `file://${file}`, count: 1 },
    })
    const { data } = await kit.events.next('component_scale_failed')
    expect(data.error).toContain('its hash is another one')
  })
})
