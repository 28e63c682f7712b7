import { randomBytes } from 'node:crypto'

/** A ULID (48 bits of time, 80 random bits) in the notation of a UUID, as the real host writes event ids. */
export function createEventId(now: number, random: Uint8Array = randomBytes(10)): string {
  const hex = now.toString(16).padStart(12, '0').slice(-12) + Buffer.from(random).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
