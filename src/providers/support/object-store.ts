import type { ProviderCall } from '../../host/provider.js'
import { olderBlobstore } from '../../wit/wire/blobstore.js'
import { messageOf } from '../../core/errors.js'
import { err, ok, type Outcome } from './outcome.js'

/** An object's place. */
export interface ObjectId {
  readonly container: string
  readonly object: string
}

/** What is known of an object. */
export interface ObjectInfo {
  /** Seconds since 1970. */
  readonly createdAt: bigint
  readonly size: bigint
}

/** Objects in containers, as blob stores that are servers have them. What a method throws is the error, by its message. */
export interface ObjectStore {
  /** One that exists stays as it is. */
  createContainer(name: string): Promise<void>
  containerExists(name: string): Promise<boolean>
  /** Seconds since 1970. */
  containerCreatedAt(name: string): Promise<bigint>
  clearContainer(name: string): Promise<void>
  /** With all that it holds. */
  deleteContainer(name: string): Promise<void>
  /** Throws before the first name where there is no such container. */
  listObjects(name: string): AsyncIterable<string>
  stat(id: ObjectId): Promise<ObjectInfo | undefined>
  /** The bytes from `start` to before `end`, of an object that is there. */
  read(id: ObjectId, start: bigint, end: bigint): AsyncIterable<Uint8Array>
  /** The object appears when all of it was written, or not at all. */
  write(id: ObjectId, data: AsyncIterable<Uint8Array>): Promise<void>
  copy(from: ObjectId, to: ObjectId): Promise<void>
  /** One that is not there is no error. */
  delete(id: ObjectId): Promise<void>
}

/** Answers a call of wrpc:blobstore, of either version, from a store; never throws. */
export async function answerObjectStore(store: ObjectStore, call: ProviderCall): Promise<Outcome> {
  try {
    const action = actions[call.function]
    if (!action) throw new Error(`there is no function ${call.function}`)
    return ok(await action(store, call.args, call.instance === olderBlobstore.name))
  } catch (thrown) {
    return err(messageOf(thrown))
  }
}

/** What a function does with its arguments, which are as decoded; the older version has no futures. */
type Action = (store: ObjectStore, args: readonly unknown[], isOlder: boolean) => Promise<unknown>

const actions: Readonly<Record<string, Action>> = {
  'clear-container': (store, [name]) => store.clearContainer(name as string),
  'container-exists': (store, [name]) => store.containerExists(name as string),
  'create-container': (store, [name]) => store.createContainer(name as string),
  'delete-container': (store, [name]) => store.deleteContainer(name as string),
  'get-container-info': async (store, [name]) => ({
    createdAt: await store.containerCreatedAt(name as string),
  }),
  'list-container-objects': async (store, [name, limit, offset], isOlder) => {
    const names = store.listObjects(name as string)[Symbol.asyncIterator]()
    // So that a container that is not there is an error of the call.
    const first = await names.next()
    const range = { limit: limit as bigint | undefined, offset: (offset as bigint | undefined) ?? 0n }
    return withStatus(slice({ first, rest: names }, range), isOlder)
  },
  'get-container-data': async (store, [id, start, end], isOlder) => {
    const { size } = await existing(store, id as ObjectId)
    const [from, to] = [start as bigint, end as bigint]
    if (from > to) throw new Error(`the range from ${from} to ${to} is none`)
    const last = to < size ? to : size
    return withStatus(from >= last ? nothing() : store.read(id as ObjectId, from, last), isOlder)
  },
  'write-container-data': async (store, [id, data], isOlder) => {
    const { container } = id as ObjectId
    // At once for what cannot be written anyway.
    if (!(await store.containerExists(container))) throw new Error(`there is no container "${container}"`)
    const written = store.write(id as ObjectId, data as AsyncIterable<Uint8Array>)
    return isOlder ? await written : toStatus(written)
  },
  'copy-object': async (store, [from, to]) => {
    await existing(store, from as ObjectId)
    await store.copy(from as ObjectId, to as ObjectId)
  },
  'move-object': async (store, [from, to]) => {
    const [source, target] = [from as ObjectId, to as ObjectId]
    await existing(store, source)
    if (source.container === target.container && source.object === target.object) return
    await store.copy(source, target)
    await store.delete(source)
  },
  'delete-object': (store, [id]) => store.delete(id as ObjectId),
  'delete-objects': async (store, [container, objects]) => {
    for (const object of objects as readonly string[])
      await store.delete({ container: container as string, object })
  },
  'get-object-info': (store, [id]) => existing(store, id as ObjectId),
  'has-object': async (store, [id]) => (await store.stat(id as ObjectId)) !== undefined,
}

async function existing(store: ObjectStore, id: ObjectId): Promise<ObjectInfo> {
  const info = await store.stat(id)
  if (info) return info
  throw new Error(`there is no object "${id.object}" in the container "${id.container}"`)
}

async function* slice(
  names: { readonly first: IteratorResult<string>; readonly rest: AsyncIterator<string> },
  { limit, offset }: { readonly limit: bigint | undefined; readonly offset: bigint },
): AsyncGenerator<string> {
  try {
    let index = 0n
    for (let next = names.first; !next.done; next = await names.rest.next()) {
      if (limit !== undefined && index >= offset + limit) return
      if (index >= offset) yield next.value
      index += 1n
    }
  } finally {
    await names.rest.return?.()
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // An empty range has no bytes.
}

/** A stream, and the future that says whether it came to its end. */
function withStatus<T>(source: AsyncIterable<T>, isOlder: boolean): unknown {
  if (isOlder) return source
  let settle: (status: Outcome<undefined, string>) => void = () => undefined
  const status = new Promise<Outcome<undefined, string>>((resolve) => (settle = resolve))
  async function* watched(): AsyncGenerator<T> {
    try {
      yield* source
      settle(ok(undefined))
    } catch (failure) {
      // The stream just ends: the status says that it was not all.
      settle(err(messageOf(failure)))
    } finally {
      settle(err('it was not read to its end'))
    }
  }
  return [watched(), status]
}

function toStatus(done: Promise<void>): Promise<Outcome<undefined, string>> {
  return done.then(
    () => ok(undefined),
    (failure: unknown) => err(messageOf(failure)),
  )
}
