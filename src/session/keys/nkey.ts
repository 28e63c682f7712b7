import { createPublicKey, generateKeyPairSync } from 'node:crypto'

/** Kinds of keys by wash's names, with the prefix that the first letter of a public key shows. */
const prefixes = {
  account: 0 << 3, // A
  user: 20 << 3, // U
  module: 12 << 3, // M
  component: 12 << 3,
  service: 21 << 3, // V
  provider: 21 << 3,
  server: 13 << 3, // N
  host: 13 << 3,
  operator: 14 << 3, // O
  cluster: 2 << 3, // C
  curve: 23 << 3, // X
  x25519: 23 << 3,
} as const

/** A kind of key; `module` and `component`, `service` and `provider`, `server` and `host`, `curve` and `x25519` are the same. */
export type KeyKind = keyof typeof prefixes

/** All names of kinds, in wash's order. */
export const keyKinds = Object.keys(prefixes) as readonly KeyKind[]

const seedPrefix = 18 << 3

/** A key pair in the text form of NATS: base32 with a prefix and a checksum. */
export interface Nkey {
  readonly publicKey: string
  /** Private: whoever has it, is it. */
  readonly seed: string
}

/** Creates a key pair. Source of the form: nats-io/nkeys, which has no module and service keys; those are wasmCloud's. */
export function createNkey(kind: KeyKind): Nkey {
  const prefix = prefixes[kind]
  const { privateKey } = isCurve(kind) ? generateKeyPairSync('x25519') : generateKeyPairSync('ed25519')
  const secret = rawPart(privateKey.export({ format: 'jwk' }).d)
  const open = rawPart(createPublicKey(privateKey).export({ format: 'jwk' }).x)
  const seedHead = [seedPrefix | (prefix >> 5), (prefix & 31) << 3]
  return { publicKey: encode([prefix], open), seed: encode(seedHead, secret) }
}

function isCurve(kind: KeyKind): boolean {
  return prefixes[kind] === prefixes.curve
}

function rawPart(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url')
}

function encode(head: readonly number[], key: Uint8Array): string {
  const body = Buffer.concat([Uint8Array.from(head), key])
  const checksum = Buffer.alloc(2)
  checksum.writeUInt16LE(crc16(body))
  return base32(Buffer.concat([body, checksum]))
}

/** CRC-16/XMODEM. */
function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
    crc &= 0xffff
  }
  return crc
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base32 of RFC 4648 without padding. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      text += alphabet[(value >>> (bits - 5)) & 31] ?? ''
      bits -= 5
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + (alphabet[(value << (5 - bits)) & 31] ?? '') : text
}
