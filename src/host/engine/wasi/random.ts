import { randomFillSync } from 'node:crypto'
import { trapGuest } from './trap.js'

/** Most bytes of one call, as in wasmtime. */
const maxBytes = 64n * 1024n * 1024n

/** `wasi:random/random`. */
export function createRandom(): object {
  return { getRandomBytes: randomBytes, getRandomU64: randomU64 }
}

/** `wasi:random/insecure`: no weaker than the other, as the interface allows. */
export function createInsecureRandom(): object {
  return { getInsecureRandomBytes: randomBytes, getInsecureRandomU64: randomU64 }
}

/** `wasi:random/insecure-seed`. */
export function createInsecureSeed(): object {
  const seed = (): [bigint, bigint] => [randomU64(), randomU64()]
  return { insecureSeed: seed, getInsecureSeed: seed }
}

function randomBytes(length: bigint): Uint8Array {
  if (length > maxBytes) trapGuest(`${length} random bytes at once are more than ${maxBytes}`)
  return randomFillSync(new Uint8Array(Number(length)))
}

function randomU64(): bigint {
  const [value = 0n] = randomFillSync(new BigUint64Array(1))
  return value
}
