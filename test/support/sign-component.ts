import { createHash } from 'node:crypto'
import { createAccount } from '@nats-io/nkeys'
import { createNkey } from '#washi/session/keys/nkey.js'

/** What to sign, and how wrongly. */
export interface Signing {
  readonly section?: 'wasmcloud_jwt' | 'jwt'
  readonly claims?: Readonly<Record<string, unknown>>
  /** In place of the issuer that signs. */
  readonly issuer?: string
  readonly hash?: string
}

/** A component with a token embedded, as wasmCloud's tools sign one. */
export interface SignedComponent {
  readonly bytes: Uint8Array
  readonly issuer: string
  readonly subject: string
}

/** Signs with a new account key. */
export function signComponent(wasm: Uint8Array, signing: Signing = {}): SignedComponent {
  const account = createAccount()
  const issuer = signing.issuer ?? account.getPublicKey()
  const subject = createNkey('module').publicKey
  const hash = signing.hash ?? createHash('sha256').update(wasm).digest('hex').toUpperCase()
  const claims = {
    ...{ jti: 'SjXNXBQ1A9XN5eS3', iat: 1_700_000_000, iss: issuer, sub: subject },
    wascap: { name: 'hello', hash, tags: ['a', 'b'], rev: 3, ver: '0.4.0', call_alias: 'hi', prov: false },
    wascap_revision: 3,
    ...signing.claims,
  }
  const encode = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url')
  const unsigned = `${encode({ typ: 'jwt', alg: 'Ed25519' })}.${encode(claims)}`
  const signature = Buffer.from(account.sign(Buffer.from(unsigned))).toString('base64url')
  const section = customSection(signing.section ?? 'wasmcloud_jwt', `${unsigned}.${signature}`)
  return { bytes: Buffer.concat([wasm, section]), issuer, subject }
}

function customSection(name: string, content: string): Uint8Array {
  const named = Buffer.concat([leb128(name.length), Buffer.from(name), Buffer.from(content)])
  return Buffer.concat([Buffer.from([0]), leb128(named.length), named])
}

function leb128(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Buffer.from(bytes)
}
