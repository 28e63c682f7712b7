import { readFileSync } from 'node:fs'

/** The guest components of test/fixtures/components. */
export const guestNames = [
  'blob',
  'cli-run',
  'echo-types',
  'http-hello',
  'kv-counter',
  'messaging-echo',
  'outgoing',
  'ping',
  'pong',
  'secrets-config',
  'trouble',
  'types-caller',
] as const

export type GuestName = (typeof guestNames)[number]

/** The bytes of a guest component; a copy, so that tests may change them. */
export function readGuest(name: GuestName): Uint8Array {
  return new Uint8Array(readFileSync(guestFile(name)))
}

/** The file of a guest component. */
export function guestFile(name: GuestName): URL {
  return new URL(`../fixtures/components/${name}.wasm`, import.meta.url)
}
