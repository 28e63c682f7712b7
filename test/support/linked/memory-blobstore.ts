import type { RpcTarget } from '#washi/host/rpc-exchange.js'
import { blobstore, olderBlobstore } from '#washi/wit/wire/blobstore.js'
import { resultOf, string } from '#washi/wit/wire/wire-interface.js'
import type { ServedCall } from './served-call.js'
import {
  createValueTarget,
  err,
  ok,
  receiveBytes,
  sendBytes,
  sendElements,
  sendValue,
  WithStreams,
  type ResultValue,
  type ValueFunction,
} from './value-target.js'

interface ObjectId {
  readonly container: string
  readonly object: string
}

/** What a blobstore in memory may be told to do. */
export interface MemoryBlobstoreOptions {
  /** The version of the protocol that it serves. */
  readonly version?: '0.2.0' | '0.1.0'
  /** Objects of this name break off after their first half, with this error where the protocol can carry one. */
  readonly broken?: string
  /** No object is written of which more than this many bytes come. */
  readonly maxBytes?: number
}

type Container = Map<string, Uint8Array>

const createdAt = 1_700_000_000n
const outcome = resultOf(undefined, string)
const chunkBytes = 10_000

/** A blobstore in memory, as a provider serves it. */
export function createMemoryBlobstore(options: MemoryBlobstoreOptions = {}): RpcTarget {
  const isOlder = options.version === '0.1.0'
  const containers = new Map<string, Container>()
  const functions: Record<string, ValueFunction> = {
    ...containerFunctions(containers),
    ...objectFunctions(containers),
    'list-container-objects': ([name], call) => {
      const container = containers.get(String(name))
      if (container === undefined) return err(`no container "${String(name)}"`)
      const values = [...container.keys()].sort()
      if (isOlder) {
        return new WithStreams(ok(undefined), () =>
          sendElements(call, { path: '0', element: string, values }),
        )
      }
      return new WithStreams(ok([undefined, undefined]), async () => {
        await sendElements(call, { path: '0.0', element: string, values })
        await sendValue(call, { path: '0.1', type: outcome, value: ok(undefined) })
      })
    },
    'get-container-data': ([id, start, end], call) => {
      const { container, object } = id as ObjectId
      const bytes = containers.get(container)?.get(object)
      if (bytes === undefined) return err(`no object "${object}"`)
      const isBroken = object === options.broken
      const part = bytes.subarray(Number(start), Number(end))
      const sent = isBroken ? part.subarray(0, part.length / 2) : part
      if (isOlder) return new WithStreams(ok(undefined), () => sendBytes(call, '0', chunksOf(sent)))
      return new WithStreams(ok([undefined, undefined]), async () => {
        await sendBytes(call, '0.0', chunksOf(sent))
        const value = isBroken ? err('the disk broke') : ok(undefined)
        await sendValue(call, { path: '0.1', type: outcome, value })
      })
    },
    'write-container-data': ([id], call) => {
      const write = (): Promise<ResultValue> => writeObject(containers, id as ObjectId, call, options)
      if (isOlder) return write()
      return new WithStreams(ok(undefined), async () =>
        sendValue(call, { path: '0', type: outcome, value: await write() }),
      )
    },
  }
  return createValueTarget([isOlder ? olderBlobstore : blobstore], functions)
}

function containerFunctions(containers: Map<string, Container>): Record<string, ValueFunction> {
  const existing = (name: unknown, action: (container: Container) => ResultValue): ResultValue => {
    const container = containers.get(String(name))
    return container === undefined ? err(`no container "${String(name)}"`) : action(container)
  }
  return {
    'create-container': ([name]) => {
      if (containers.has(String(name))) return err(`container "${String(name)}" exists`)
      containers.set(String(name), new Map())
      return ok(undefined)
    },
    'container-exists': ([name]) => ok(containers.has(String(name))),
    'delete-container': ([name]) => existing(name, () => ok(void containers.delete(String(name)))),
    'clear-container': ([name]) => existing(name, (container) => ok(container.clear())),
    'get-container-info': ([name]) => existing(name, () => ok({ createdAt })),
    'delete-objects': ([name, objects]) =>
      existing(name, (container) => ok((objects as string[]).forEach((object) => container.delete(object)))),
  }
}

function objectFunctions(containers: Map<string, Container>): Record<string, ValueFunction> {
  const find = ({ container, object }: ObjectId): Uint8Array | undefined =>
    containers.get(container)?.get(object)
  const copy = (from: ObjectId, to: ObjectId): ResultValue => {
    const bytes = find(from)
    const target = containers.get(to.container)
    if (bytes === undefined) return err(`no object "${from.object}"`)
    if (target === undefined) return err(`no container "${to.container}"`)
    target.set(to.object, bytes)
    return ok(undefined)
  }
  return {
    'has-object': ([id]) => ok(find(id as ObjectId) !== undefined),
    'get-object-info': ([id]) => {
      const bytes = find(id as ObjectId)
      return bytes === undefined ? err('no such object') : ok({ createdAt, size: BigInt(bytes.length) })
    },
    'copy-object': ([from, to]) => copy(from as ObjectId, to as ObjectId),
    'move-object': ([from, to]) => {
      const copied = copy(from as ObjectId, to as ObjectId)
      const { container, object } = from as ObjectId
      if (copied.tag === 'ok') containers.get(container)?.delete(object)
      return copied
    },
  }
}

async function writeObject(
  containers: Map<string, Container>,
  { container, object }: ObjectId,
  call: ServedCall,
  { maxBytes = Infinity }: MemoryBlobstoreOptions,
): Promise<ResultValue> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of receiveBytes(call, '1')) {
    size += piece.length
    if (size > maxBytes) return err(`object "${object}" is too large`)
    pieces.push(piece)
  }
  // A caller that is gone has not finished it.
  call.signal.throwIfAborted()
  const target = containers.get(container)
  if (target === undefined) return err(`no container "${container}"`)
  target.set(object, Buffer.concat(pieces))
  return ok(undefined)
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}
