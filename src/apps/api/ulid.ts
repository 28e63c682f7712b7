import { randomBytes } from 'node:crypto'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new ULID: 26 characters that sort by time. wadm gives one to each manifest without a version. */
export function createUlid(now: number, random: Uint8Array = randomBytes(10)): string {
  let bits = (BigInt(now) << 80n) | BigInt(`0x${Buffer.from(random).toString('hex')}`)
  let text = ''
  for (let index = 0; index < 26; index += 1) {
    text = (alphabet[Number(bits & 31n)] ?? '0') + text
    bits >>= 5n
  }
  return text
}
