import type { AsyncValue } from '../../wit/codec/async-value.js'
import { camelLabel } from '../../wit/labels.js'
import type { ValueType } from '../../wit/model.js'
import { casesOf, partsOf } from '../../wit/type-traits.js'

/** The type of a stream or a future. */
export type AsyncType = Extract<ValueType, { readonly kind: 'stream' | 'future' }>

/** A stream or future within a value. */
export interface AsyncPlace {
  readonly type: AsyncType
  /** Index path from the whole, as on the wire. */
  readonly path: string
  readonly value: unknown
}

/** The streams and futures in a value of that type which is at `path`. */
export function findAsync(type: ValueType, value: unknown, path: string): AsyncPlace[] {
  const found: AsyncPlace[] = []
  replaceAsync(type, value, path, (place) => {
    found.push(place)
    return place.value
  })
  return found
}

/** The value with each stream and future replaced; nothing is copied where there is none. */
export function replaceAsync(
  type: ValueType,
  value: unknown,
  path: string,
  replace: (place: AsyncPlace) => unknown,
): unknown {
  if (type.kind === 'stream' || type.kind === 'future') return replace({ type, path, value })
  if (!hasAsync(type) || value === undefined) return value
  const parts = partsOf(type)
  if (type.kind === 'record') {
    const record = value as Readonly<Record<string, unknown>> // a value of its type
    const entries = type.fields.map(({ name, type: part }, index): [string, unknown] => {
      const key = camelLabel(name)
      return [key, replaceAsync(part, record[key], `${path}.${index}`, replace)]
    })
    return Object.fromEntries(entries)
  }
  if (parts) {
    const items = value as readonly unknown[]
    return parts.map((part, index) => replaceAsync(part, items[index], `${path}.${index}`, replace))
  }
  if (type.kind === 'option') return replaceAsync(type.element, value, path, replace)
  const { tag, val } = value as { readonly tag: string; readonly val: unknown }
  const payload = casesOf(type)?.find(({ name }) => name === tag)?.type
  return payload ? { tag, val: replaceAsync(payload, val, path, replace) } : value
}

/** Whether the value is a stream or future as a codec decodes it. */
export function asDecoded(value: unknown): AsyncValue {
  return value as AsyncValue // what the codec puts in the place of each stream and future
}

function hasAsync(type: ValueType): boolean {
  if (type.kind === 'stream' || type.kind === 'future') return true
  const parts = partsOf(type) ?? casesOf(type)?.map((entry) => entry.type) ?? []
  return parts.some((part) => part !== undefined && hasAsync(part))
}
