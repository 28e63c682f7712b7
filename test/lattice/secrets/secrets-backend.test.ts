import { createAccount, createServer } from '@nats-io/nkeys'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#washi/core/clock.js'
import { silentLogger } from '#washi/core/log.js'
import { connectLattice, type LatticeConnection } from '#washi/lattice/connection.js'
import { createHostKey } from '#washi/lattice/identity/host-key.js'
import { parseLatticeName } from '#washi/lattice/ids.js'
import { textOf } from '#washi/lattice/message.js'
import { startSecretsBackend } from '#washi/lattice/secrets/secrets-backend.js'
import { SecretsClient } from '#washi/lattice/secrets/secrets-client.js'
import { createXkey } from '#washi/lattice/secrets/xkey.js'
import { natsImplementations, type NatsUnderTest } from '../../support/nats-implementations.js'
import { seededRandom } from '../../support/random.js'

const canary = 'canary-5d2f1a'
const root = 'wasmcloud.secrets.v1alpha1.nats-kv'
const hostJwt = createHostKey().issueToken({ friendlyName: 'host', labels: {}, now: Date.now() })
const text = (value: string) => ({ kind: 'string', value }) as const

/** A token as wasmCloud's tools make it; without `pair`, of a new account. */
function token(subject: string, claims: object = {}, pair = createAccount()): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ typ: 'jwt', alg: 'Ed25519' })}.${part({ iss: pair.getPublicKey(), sub: subject, ...claims })}`
  return `${body}.${Buffer.from(pair.sign(Buffer.from(body))).toString('base64url')}`
}

describe.each(natsImplementations)('the secrets backend on $name', ({ start }) => {
  let server: NatsUnderTest
  let connection: LatticeConnection
  let client: SecretsClient
  const seen: Uint8Array[] = []
  const keys = { transitSeed: createXkey().seed, encryptionSeed: createXkey().seed }
  const startBackend = () => startSecretsBackend({ connection, keys, log: silentLogger, clock: systemClock })

  const ask = (key: string, more: { field?: string; version?: string; jwt?: string; host?: string } = {}) =>
    client.get({
      ...{ backend: 'nats-kv', key, field: more.field ?? null, version: more.version ?? null },
      context: {
        ...{ entity_jwt: more.jwt ?? '', host_jwt: more.host ?? hostJwt },
        application: { name: null, policy: '' },
      },
    })

  beforeAll(async () => {
    server = await start()
    connection = await connectLattice({
      ...{ url: server.url, lattice: parseLatticeName('default'), name: 'test' },
    })
    connection.listen('>', ({ payload }) => void seen.push(payload.slice()))
    client = new SecretsClient(connection)
    await startBackend()
  })
  afterAll(async () => {
    await connection.close()
    await server[Symbol.asyncDispose]()
  })

  it('gives back text and bytes, each as what it is', async () => {
    await client.put('nats-kv', 'db/password', text(canary))
    expect(await ask('db/password')).toEqual(text(canary))
    const bytes = { kind: 'bytes', value: Uint8Array.from([0xff, 0, 1, 0xfe]) } as const
    await client.put('nats-kv', 'raw', bytes)
    expect(await ask('raw')).toEqual(bytes)
  })

  it('gives the latest version, an earlier one, and a field of an object', async () => {
    const first = await client.put('nats-kv', 'versions', text('one'))
    await client.put('nats-kv', 'versions', text('{"user":"me","port":5432}'))
    expect(await ask('versions', { version: String(first) })).toEqual(text('one'))
    expect(await ask('versions', { field: 'user' })).toEqual(text('me'))
    expect(await ask('versions', { field: 'port' })).toEqual(text('5432'))
    await expect(ask('versions', { field: 'none' })).rejects.toMatchObject({ code: 'SECRET_REFUSED' })
  })

  it('says what it does not have, what it cannot read, and what may not be had', async () => {
    await expect(ask('absent')).rejects.toThrow('SecretNotFound')
    await expect(ask('a b')).rejects.toThrow('SecretNotFound')
    await expect(ask('raw', { version: 'first' })).rejects.toThrow('InvalidRequest')
    await expect(ask('raw', { host: 'x' })).rejects.toThrow('InvalidHostJWT')
    await expect(ask('raw', { jwt: `${token('MX').slice(0, -4)}AAAA` })).rejects.toThrow('InvalidEntityJWT')
    await expect(ask('raw', { jwt: token('MX', { exp: 1 }) })).rejects.toThrow('it has expired')
    await expect(ask('raw', { jwt: token('MX', { nbf: 9e9 }) })).rejects.toThrow('it is not valid yet')
    await client.delete('nats-kv', 'versions')
    await expect(ask('versions')).rejects.toThrow('SecretNotFound')
  })

  it('keeps who is mapped to what is mapped', async () => {
    const subject = createServer().getPublicKey()
    await client.put('nats-kv', 'mine', text('mine'))
    expect(await ask('mine', { jwt: token(subject) })).toEqual(text('mine'))
    expect(textOf(await connection.request(`${root}.add_mapping.${subject}`, '["mine","more"]'))).toBe('ok')
    expect(await ask('mine', { jwt: token(subject) })).toEqual(text('mine'))
    await expect(ask('raw', { jwt: token(subject) })).rejects.toThrow('Unauthorized')
    await connection.request(`${root}.remove_mapping.${subject}`, '["mine"]')
    await expect(ask('mine', { jwt: token(subject) })).rejects.toThrow('Unauthorized')
  })

  it('answers whatever it is sent, and goes on', async () => {
    const random = seededRandom(7)
    const key = createXkey()
    for (const verb of ['get', 'put_secret', 'delete_secret', 'add_mapping.x', 'nonsense', 'get.more']) {
      for (let round = 0; round < 5; round += 1) {
        const payload = Uint8Array.from({ length: round * 40 }, () => Math.floor(random() * 256))
        const sender = [undefined, 'X', key.publicKey][round % 3]
        const headers = sender === undefined ? undefined : { 'WasmCloud-Host-Xkey': [sender] }
        const answer = await connection.request(`${root}.${verb}`, payload, { headers })
        expect(answer.headers['Server-Response-Xkey']).toBeUndefined()
      }
    }
    const sealed = createXkey().seal(Buffer.from('{}'), createXkey().publicKey)
    const answer = await connection.request(`${root}.get`, sealed, {
      headers: { 'WasmCloud-Host-Xkey': [key.publicKey] },
    })
    expect(JSON.parse(textOf(answer))).toEqual({ secret: null, error: 'DecryptionError' })
    expect(await ask('db/password')).toEqual(text(canary))
  })

  it('shows a value to nobody else on the bus', () => {
    expect(seen.length).toBeGreaterThan(20)
    expect(seen.filter((payload) => Buffer.from(payload).includes(canary))).toEqual([])
  })

  it('has what was stored after a new start with its keys, and tells of others', async () => {
    await (await startBackend()).close()
    expect(await ask('db/password')).toEqual(text(canary))
  })
})

describe('a client of a backend that is not there', () => {
  it('says so', async () => {
    await using server = await natsImplementations[0]?.start()
    const url = server?.url ?? ''
    await using connection = await connectLattice({ url, lattice: parseLatticeName('default'), name: 'test' })
    await expect(new SecretsClient(connection).put('vault', 'k', text('v'))).rejects.toMatchObject({
      code: 'SECRETS_BACKEND_UNAVAILABLE',
      message: expect.stringContaining('"vault"'),
    })
  })
})
