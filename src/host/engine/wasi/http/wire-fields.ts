import type { FutureType } from '../linked/future-reader.js'

/** Fields as they cross links: one entry for each name. */
export type WireFields = readonly (readonly [name: string, values: readonly Uint8Array[]])[]

/** Trailers as they cross links. */
export type TrailersType = FutureType<WireFields | undefined>

/** Groups alternating names and values by name, in the order in which the names appear: hosts refuse repeated names. */
export function toWireFields(raw: readonly string[]): WireFields {
  const values = new Map<string, Uint8Array[]>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = Buffer.from(raw[index + 1] ?? '', 'latin1')
    const known = values.get(name)
    if (known === undefined) values.set(name, [value])
    else known.push(value)
  }
  return [...values]
}

/** Alternating names and values, with one char for each byte. */
export function fromWireFields(fields: WireFields): string[] {
  return fields.flatMap(([name, values]) =>
    values.flatMap((value) => [
      name,
      Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'),
    ]),
  )
}
