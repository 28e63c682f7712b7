import { createCurve, fromCurveSeed } from '@nats-io/nkeys'

/** A curve key (`X…`): what is sealed for its public half, only its owner opens. */
export interface CurveKey {
  readonly publicKey: string
  /** `SX…`; a secret. */
  readonly seed: string
  /** Readable with this key's public half and the recipient's key only. */
  seal(bytes: Uint8Array, recipient: string): Uint8Array
  /** What `sender` has sealed for this key; undefined for anything else. */
  open(bytes: Uint8Array, sender: string): Uint8Array | undefined
}

/** The key of that seed, or a new one. Throws where the seed is none of a curve key. */
export function createCurveKey(seed?: string): CurveKey {
  const pair = seed === undefined ? createCurve() : fromCurveSeed(new TextEncoder().encode(seed))
  return {
    publicKey: pair.getPublicKey(),
    seed: new TextDecoder().decode(pair.getSeed()),
    seal: (bytes, recipient) => pair.seal(bytes, recipient),
    open(bytes, sender) {
      try {
        return pair.open(bytes, sender) ?? undefined
      } catch {
        return undefined // not sealed at all, or the sender's key is none
      }
    },
  }
}
