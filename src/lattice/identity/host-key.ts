import { randomUUID } from 'node:crypto'
import { createServer, fromSeed } from '@nats-io/nkeys'
import type { KeyPair } from '@nats-io/nkeys'
import { AppError } from '../../core/errors.js'
import { parseHostId } from '../ids.js'
import type { HostId } from '../ids.js'

/** Who a host is: its public id. The seed stays with whoever gave it. */
export interface HostKey {
  readonly hostId: HostId
  /** A token (JWT of wasmCloud) that says who the host is, signed by itself. */
  issueToken(host: HostClaims): string
}

/** What a host's token says beside its id. */
export interface HostClaims {
  readonly friendlyName: string
  readonly labels: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The identity of that seed (`SN…`), or a new one. Throws SEED_INVALID, without showing the seed. */
export function createHostKey(seed?: string): HostKey {
  const pair = seed === undefined ? createServer() : readServerSeed(seed.trim())
  const hostId = parseHostId(pair.getPublicKey())
  return { hostId, issueToken: (host) => issueToken(pair, hostId, host) }
}

/** A new host seed. */
export function createHostSeed(): string {
  return new TextDecoder().decode(createServer().getSeed())
}

function readServerSeed(seed: string): KeyPair {
  const hint = 'Leave the host seed out for a new identity, or give one that begins with SN'
  if (!seed.startsWith('SN')) {
    throw new AppError(
      'SEED_INVALID',
      `Not a host seed: it begins with "${seed.slice(0, 2)}", not with "SN"`,
      { hint },
    )
  }
  try {
    return fromSeed(new TextEncoder().encode(seed))
  } catch (cause) {
    throw new AppError('SEED_INVALID', 'Not a host seed: its checksum or length is wrong', { hint, cause })
  }
}

function issueToken(pair: KeyPair, hostId: HostId, { friendlyName, labels, now }: HostClaims): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    ...{ jti: randomUUID(), iat: Math.floor(now / 1000), iss: hostId, sub: hostId },
    wascap: { name: friendlyName, labels: { self_signed: 'true', ...labels } },
    wascap_revision: 3,
  }
  const text = `${part({ typ: 'jwt', alg: 'Ed25519' })}.${part(claims)}`
  return `${text}.${Buffer.from(pair.sign(Buffer.from(text))).toString('base64url')}`
}
