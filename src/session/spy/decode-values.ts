import { asyncPathsOf } from '../../wit/codec/async-paths.js'
import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import { WireError } from '../../wit/codec/wire-error.js'
import { camelLabel } from '../../wit/labels.js'
import type { Field, ValueType } from '../../wit/model.js'
import type { SpiedValue, SpiedValues } from './spied-message.js'

/** The values of wRPC bytes, without any where they do not fit the types. */
export function decodeValues(
  fields: readonly Field[] | undefined,
  bytes: Uint8Array | undefined,
  size: number,
): SpiedValues {
  if (!fields || !bytes) return { values: undefined, size }
  try {
    const values = createTupleCodec(fields.map(({ type }) => type)).decode(bytes)
    return { size, values: fields.map((field, index) => withoutStreams(field, values[index])) }
  } catch (failure) {
    if (failure instanceof WireError || failure instanceof RangeError) return { values: undefined, size }
    throw failure
  }
}

/** Streams and futures as a word in their place: what they bring is only counted. */
function withoutStreams({ name, type }: Field, value: unknown): SpiedValue {
  if (asyncPathsOf(type, '').length === 0) return { name, type, value }
  const [plain, printed] = streamless(type, value)
  return { name, type: plain, value: printed }
}

/** A type and a value of it, with a word for each stream; lists hold none. */
function streamless(type: ValueType, value: unknown): readonly [ValueType, unknown] {
  switch (type.kind) {
    case 'stream':
    case 'future':
      return [{ kind: 'enum', names: [type.kind] }, type.kind]
    case 'record': {
      const members = value as Readonly<Record<string, unknown>> // decoded as such
      const parts = type.fields.map(({ name, type: of }) => {
        const key = camelLabel(name)
        return { name, key, part: streamless(of, members[key]) }
      })
      const fields = parts.map(({ name, part: [of] }) => ({ name, type: of }))
      return [{ ...type, fields }, Object.fromEntries(parts.map(({ key, part: [, of] }) => [key, of]))]
    }
    case 'tuple': {
      const parts = type.elements.map((of, index) => streamless(of, (value as readonly unknown[])[index]))
      return [{ kind: 'tuple', elements: parts.map(([of]) => of) }, parts.map(([, of]) => of)]
    }
    case 'result': {
      const { tag, val } = value as { readonly tag: 'ok' | 'err'; readonly val: unknown } // decoded as such
      const payload = type[tag]
      if (!payload) return [type, value]
      const [of, plain] = streamless(payload, val)
      return [
        { ...type, [tag]: of },
        { tag, val: plain },
      ]
    }
    default:
      return [type, value]
  }
}
