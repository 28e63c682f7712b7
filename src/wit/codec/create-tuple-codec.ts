import type { ResourceName, ValueType } from '../model.js'
import { asyncPathsOf } from './async-paths.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { codecRuntime, Misfit } from './codec-runtime.js'
import { findMisfit } from './find-misfit.js'
import { generateDecoder } from './generate-decoder.js'
import { generateEncoder, type GeneratedSource } from './generate-encoder.js'
import { locateFault, pathOf } from './locate-fault.js'
import { WireError } from './wire-error.js'

/** Handles of resources as they travel: opaque bytes that mean something to whoever made them. */
export interface HandleBytes {
  toBytes(value: unknown, resource: ResourceName): Uint8Array
  fromBytes(bytes: Uint8Array, resource: ResourceName): unknown
}

/** How to create a codec. */
export interface TupleCodecOptions {
  /** Default: the bytes are the value. */
  readonly handles?: HandleBytes | undefined
  /** What messages call the values: `params` or `result`. Default `value`. */
  readonly what?: string | undefined
  /**
   * Whether decoded lists of bytes are views of the message: for values that are used up at once, since they keep its memory
   * and must not be transferred. Default false.
   */
  readonly makesViews?: boolean | undefined
}

/**
 * Encodes and decodes the parameters or the result of a function: its values one after the other, as wRPC has them.
 * JavaScript values are those of the linker. Streams and futures are encoded as pending and decoded to AsyncValue.
 */
export interface TupleCodec {
  /**
   * Throws ValueError, with the path of the value and the type that belongs there. Messages of up to 1 KB may share memory
   * that cannot be transferred to another thread.
   */
  encode(values: readonly unknown[]): Uint8Array
  /** Bytes after the last value are ignored, as the real peers do. Throws WireError with offset and path. */
  decode(bytes: Uint8Array): unknown[]
  /** Index paths of the streams and futures in it. */
  readonly asyncPaths: readonly string[]
}

const rawHandles: HandleBytes = {
  toBytes(value) {
    if (value instanceof Uint8Array) return value
    throw new Misfit()
  },
  fromBytes: (bytes) => bytes,
}

/** Generates the codec of a tuple of types. Throws RangeError for types nested too deeply. */
export function createTupleCodec(types: readonly ValueType[], options: TupleCodecOptions = {}): TupleCodec {
  const { handles = rawHandles, what = 'value', makesViews = false } = options
  const encodeAll = compile<(writer: ByteWriter, values: readonly unknown[], handles: HandleBytes) => void>(
    generateEncoder(types),
  )
  const decodeAll = compile<(reader: ByteReader, handles: HandleBytes) => unknown[]>(generateDecoder(types))
  const writer = new ByteWriter()
  return {
    asyncPaths: types.flatMap((type, index) => asyncPathsOf(type, String(index))),
    encode(values) {
      try {
        encodeAll(writer, values, handles)
        return writer.take()
      } catch (thrown) {
        writer.reset()
        throw explain(thrown, { types, values, what })
      }
    },
    decode(bytes) {
      try {
        return decodeAll(new ByteReader(bytes, makesViews), handles)
      } catch (thrown) {
        throw thrown instanceof WireError ? locateFault(thrown, { types, bytes, what }) : thrown
      }
    },
  }
}

function compile<F>({ source, constants }: GeneratedSource): F {
  const names = Object.keys(codecRuntime)
  // The source is ours: names of a binary reach it as checked field names only.
  const factory = new Function('constants', ...names, source) as (...given: unknown[]) => F
  return factory(constants, ...Object.values(codecRuntime))
}

function explain(
  thrown: unknown,
  given: { readonly types: readonly ValueType[]; readonly values: readonly unknown[]; readonly what: string },
): unknown {
  if (!(thrown instanceof Misfit || thrown instanceof TypeError)) return thrown
  for (const [index, type] of given.types.entries()) {
    const path = pathOf(given.what, index, given.types.length)
    const misfit = findMisfit({ type, value: given.values[index], path })
    if (misfit) return misfit
  }
  return thrown instanceof Misfit ? new WireError('a handle cannot be sent', 0) : thrown
}
