import { createServer, fromSeed } from '@nats-io/nkeys'
import type { KeyPair } from '@nats-io/nkeys'
import { AppError } from '../../core/errors.js'
import { parseHostId } from '../ids.js'
import type { HostId } from '../ids.js'

/** Who a host is: its public id. The seed stays with whoever gave it. */
export interface HostKey {
  readonly hostId: HostId
}

/** The identity of that seed (`SN…`), or a new one. Throws SEED_INVALID, without showing the seed. */
export function createHostKey(seed?: string): HostKey {
  const pair = seed === undefined ? createServer() : readServerSeed(seed.trim())
  const hostId = parseHostId(pair.getPublicKey())
  pair.clear()
  return { hostId }
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
