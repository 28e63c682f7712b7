import { createHash, randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { writeTar } from './write-tar.js'

/** What is put into an archive. */
export interface WriteProviderArchiveOptions {
  readonly name: string
  readonly vendor: string
  readonly revision?: number | undefined
  readonly version?: string | undefined
  /** By target: `x86_64-linux`. */
  readonly programs: Readonly<Record<string, Uint8Array>>
  /** The account that signs. */
  readonly issuer: { readonly publicKey: string; readonly sign: (bytes: Uint8Array) => Uint8Array }
  /** The provider's own public key (`V…`). */
  readonly subject: string
  /** Seconds since 1970. */
  readonly issuedAt: number
}

/** A provider archive, signed and compressed. */
export function writeProviderArchive(options: WriteProviderArchiveOptions): Uint8Array {
  const targets = Object.keys(options.programs).sort()
  const programs = targets.map((target) => ({ target, bytes: options.programs[target] ?? new Uint8Array() }))
  const token = signToken(
    options,
    Object.fromEntries(programs.map(({ target, bytes }) => [target, hashOf(bytes)])),
  )
  return gzipSync(
    writeTar([
      { name: 'claims.jwt', bytes: new TextEncoder().encode(token) },
      ...programs.map(({ target, bytes }) => ({ name: `${target}.bin`, bytes })),
    ]),
  )
}

function signToken(
  options: WriteProviderArchiveOptions,
  target_hashes: Readonly<Record<string, string>>,
): string {
  const { issuer, subject } = options
  const { name, vendor, revision = 0, version = '0.1.0', issuedAt } = options
  const claims = {
    ...{ jti: randomUUID(), iat: issuedAt, iss: issuer.publicKey, sub: subject },
    wascap: { name, vendor, rev: revision, ver: version, target_hashes },
    wascap_revision: 3,
  }
  const text = `${partOf({ typ: 'jwt', alg: 'Ed25519' })}.${partOf(claims)}`
  return `${text}.${Buffer.from(issuer.sign(new TextEncoder().encode(text))).toString('base64url')}`
}

function partOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').toUpperCase()
}
