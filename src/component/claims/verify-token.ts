import { createPublicKey, verify } from 'node:crypto'

/** Whether the token (JWT) was signed with the key of that public name (`A…`). False for what is neither. */
export function isSignedBy(token: string, publicKey: string): boolean {
  const [header, claims, signature] = token.split('.')
  const x = rawPublicKey(publicKey)
  if (header === undefined || claims === undefined || signature === undefined || !x) return false
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') },
    format: 'jwk',
  })
  return verify(undefined, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The 32 bytes between prefix and checksum of a key in the text form of NATS. */
function rawPublicKey(text: string): Buffer | undefined {
  if (!/^[A-Z2-7]{56}$/.test(text)) return undefined
  let bits = ''
  for (const character of text) bits += alphabet.indexOf(character).toString(2).padStart(5, '0')
  const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []
  return Buffer.from(bytes.slice(1, 33))
}
