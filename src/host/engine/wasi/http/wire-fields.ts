import type { FutureType } from '../linked/future-reader.js'
import { parseFieldName, parseFieldValue } from './field-syntax.js'

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

/** Alternating names and values, with one char for each byte; without what is no field of HTTP. */
export function fromWireFields(fields: WireFields): string[] {
  const raw: string[] = []
  for (const [name, values] of fields) {
    const checked = parseFieldName(name)
    if (checked === undefined) continue
    for (const value of values) {
      const text = parseFieldValue(value)
      if (text !== undefined) raw.push(checked, text)
    }
  }
  return raw
}
