import { encodeStreamChunk, streamEnd } from '../../wit/codec/byte-stream.js'
import { createTupleCodec } from '../../wit/codec/create-tuple-codec.js'
import type { AsyncPlace } from './async-values.js'

/** Where bytes of asynchronous results go. */
export interface ResultOutlet {
  /** Resolves once the receiver wants more. Throws when it is gone. */
  send(path: string, bytes: Uint8Array): Promise<void>
  sendEnd(path: string): void
}

/** Elements of a stream that are sent at once. */
const elementsPerChunk = 50

/** Sends a stream to its end, or the value of a future, on its path. Throws what its source throws. */
export async function sendAsync({ type, path, value }: AsyncPlace, outlet: ResultOutlet): Promise<void> {
  if (type.kind === 'future') await sendFuture(type.element, { path, value }, outlet)
  else if (type.element?.kind === 'u8') await sendBytes({ path, value }, outlet)
  else if (type.element) await sendElements(type.element, { path, value }, outlet)
  outlet.sendEnd(path)
}

type Source = Pick<AsyncPlace, 'path' | 'value'>
type ElementType = NonNullable<AsyncPlace['type']['element']>

async function sendFuture(
  element: ElementType | undefined,
  { path, value }: Source,
  outlet: ResultOutlet,
): Promise<void> {
  const settled = await (value as Promise<unknown>)
  await outlet.send(path, element ? createTupleCodec([element]).encode([settled]) : new Uint8Array())
}

async function sendBytes({ path, value }: Source, outlet: ResultOutlet): Promise<void> {
  for await (const chunk of value as AsyncIterable<Uint8Array>) {
    if (chunk.length > 0) await outlet.send(path, encodeStreamChunk(chunk))
  }
  await outlet.send(path, streamEnd.slice())
}

async function sendElements(
  element: ElementType,
  { path, value }: Source,
  outlet: ResultOutlet,
): Promise<void> {
  const codec = createTupleCodec([{ kind: 'list', element }])
  let chunk: unknown[] = []
  for await (const item of value as AsyncIterable<unknown>) {
    chunk.push(item)
    if (chunk.length < elementsPerChunk) continue
    await outlet.send(path, codec.encode([chunk]))
    chunk = []
  }
  if (chunk.length > 0) await outlet.send(path, codec.encode([chunk]))
  await outlet.send(path, streamEnd.slice())
}
