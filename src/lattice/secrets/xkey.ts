import { createCurve, fromCurveSeed } from '@nats-io/nkeys'
import { AppError } from '../../core/errors.js'

/** A key pair that seals messages for others and opens those that were sealed for it (x25519, in the form of NATS). */
export interface Xkey {
  /** `X…` */
  readonly publicKey: string
  /** `SX…`; private. */
  readonly seed: string
  /** For the holder of that public key. Throws SEED_INVALID where it is none. */
  seal(bytes: Uint8Array, recipient: string): Uint8Array
  /** What the holder of that public key has sealed. Throws SECRET_UNREADABLE where it was sealed otherwise. */
  open(bytes: Uint8Array, sender: string): Uint8Array
}

/** The key pair of that seed, or a new one. Throws SEED_INVALID, without showing the seed. */
export function createXkey(seed?: string): Xkey {
  const pair = seed === undefined ? createCurve() : fromSeed(seed)
  return {
    publicKey: pair.getPublicKey(),
    seed: new TextDecoder().decode(pair.getSeed()),
    seal: (bytes, recipient) => {
      try {
        return pair.seal(bytes, recipient)
      } catch (cause) {
        throw new AppError('SEED_INVALID', 'Cannot seal a secret: the public key of its receiver is wrong', {
          cause,
        })
      }
    },
    open: (bytes, sender) => openSealed(() => pair.open(bytes, sender)),
  }
}

function fromSeed(seed: string): ReturnType<typeof fromCurveSeed> {
  try {
    return fromCurveSeed(new TextEncoder().encode(seed.trim()))
  } catch (cause) {
    throw new AppError('SEED_INVALID', 'Not the seed of an xkey', {
      hint: 'Create one: washi keys gen curve',
      cause,
    })
  }
}

function openSealed(open: () => Uint8Array | null): Uint8Array {
  let opened: Uint8Array | null = null
  try {
    opened = open()
  } catch {
    // The same as a wrong key: the message says no more than that.
  }
  if (opened) return opened
  throw new AppError('SECRET_UNREADABLE', 'Cannot open a sealed message: it was sealed with other keys')
}
