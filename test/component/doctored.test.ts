import { AppError } from '#washi/core/errors.js'
import { describeComponent } from '#washi/component/describe-component.js'
import { describe, expect, it } from 'vitest'
import { guestNames, readGuest } from '../support/guests.js'

/** Code that a name would carry into generated source, cut or filled up to the name's length. */
function payload(length: number): string {
  return 'a"];process.exit(1)//'.padEnd(length, '/').slice(0, length)
}

/** All places where the bytes hold `name` as a string with its length before it. */
function placesOf(name: string, bytes: Uint8Array): number[] {
  const needle = [name.length, ...new TextEncoder().encode(name)]
  const places: number[] = []
  for (let at = 0; at <= bytes.length - needle.length; at++) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) places.push(at + 1)
  }
  return places
}

/** Every name that the description shows: of interfaces, functions, parameters, fields, cases. */
function namesIn(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null) return names
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'name' && typeof inner === 'string') names.add(inner)
    else if (key === 'names' && Array.isArray(inner)) inner.forEach((each) => names.add(String(each)))
    else namesIn(inner, names)
  }
  return names
}

describe('describeComponent() on a doctored component', () => {
  it.each(guestNames)('never shows code that was put in place of a name of %s', (guest) => {
    const original = readGuest(guest)
    const names = [...namesIn(describeComponent(original).world)].filter((name) => name.length > 3)
    expect(names.length).toBeGreaterThan(1)
    let refused = 0
    for (const name of names) {
      const places = placesOf(name, original)
      const doctored = new Uint8Array(original)
      for (const place of places) doctored.set(new TextEncoder().encode(payload(name.length)), place)
      try {
        const shown = [...namesIn(describeComponent(doctored).world)]
        expect(shown.filter((each) => !/^[A-Za-z0-9:/@.[\]+-]+$/.test(each))).toEqual([])
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError)
        expect((thrown as AppError).code).toBe('COMPONENT_INVALID')
        refused++
      }
    }
    expect(refused).toBe(names.length)
  })
})
