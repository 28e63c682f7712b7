import { rename, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ProviderCall } from '../../host/provider.js'
import { olderBlobstore } from '../../wit/wire/blobstore.js'
import { err, ok, type Outcome } from '../support/outcome.js'
import { BlobError, hasCode, toBlobError } from './blob-error.js'
import {
  clearContainer,
  containerCreatedAt,
  containerExists,
  createContainer,
  deleteContainer,
  deleteObject,
  listObjects,
  toSeconds,
} from './containers.js'
import { missing, type Folder, type ObjectId } from './folder.js'
import { writeObject } from './write-object.js'

/** Answers a call of wrpc:blobstore, of either version, from a folder; never throws. */
export async function answerBlobstore(folder: Folder, call: ProviderCall): Promise<Outcome> {
  try {
    const action = actions[call.function]
    if (!action) throw new BlobError(`there is no function ${call.function}`)
    return ok(await action(folder, call.args, call.instance === olderBlobstore.name))
  } catch (thrown) {
    return err(toBlobError(thrown).message)
  }
}

/** What a function does with its arguments, which are as decoded; the older version has no futures. */
type Action = (folder: Folder, args: readonly unknown[], isOlder: boolean) => Promise<unknown>

const actions: Readonly<Record<string, Action>> = {
  'clear-container': (folder, [name]) => clearContainer(folder, name as string),
  'container-exists': (folder, [name]) => containerExists(folder, name as string),
  'create-container': (folder, [name]) => createContainer(folder, name as string),
  'delete-container': (folder, [name]) => deleteContainer(folder, name as string),
  'get-container-info': async (folder, [name]) => ({
    createdAt: await containerCreatedAt(folder, name as string),
  }),
  'list-container-objects': async (folder, [name, limit, offset], isOlder) => {
    const names = await listObjects(folder, name as string)
    const start = Number((offset as bigint | undefined) ?? 0n)
    const count = limit === undefined ? names.length : Number(limit as bigint)
    return withStatus(iterate(names.slice(start, start + count)), isOlder)
  },
  'get-container-data': (folder, [id, start, end], isOlder) =>
    readObject(folder, { id: id as ObjectId, start: start as bigint, end: end as bigint }, isOlder),
  'write-container-data': async (folder, [id, data], isOlder) => {
    // At once for what cannot be written anyway.
    await folder.objectPath(id as ObjectId)
    const written = writeObject(folder, id as ObjectId, data as AsyncIterable<Uint8Array>)
    return isOlder ? await written : toStatus(written)
  },
  'copy-object': async (folder, [from, to]) => {
    const source = await folder.openObject(from as ObjectId)
    try {
      await writeObject(folder, to as ObjectId, source.createReadStream({ autoClose: false }))
    } finally {
      await source.close()
    }
  },
  'move-object': (folder, [from, to]) => moveObject(folder, from as ObjectId, to as ObjectId),
  'delete-object': (folder, [id]) => deleteObject(folder, id as ObjectId),
  'delete-objects': async (folder, [container, objects]) => {
    for (const object of objects as readonly string[]) {
      await deleteObject(folder, { container: container as string, object })
    }
  },
  'get-object-info': async (folder, [id]) => {
    const handle = await folder.openObject(id as ObjectId)
    const { birthtimeMs, size } = await handle.stat().finally(() => handle.close())
    return { createdAt: toSeconds(birthtimeMs), size: BigInt(size) }
  },
  'has-object': (folder, [id]) => hasObject(folder, id as ObjectId),
}

async function hasObject(folder: Folder, id: ObjectId): Promise<boolean> {
  const gone = missing(id).message
  try {
    const handle = await folder.openObject(id)
    await handle.close()
    return true
  } catch (failure) {
    if (failure instanceof BlobError && failure.message === gone) return false
    throw failure
  }
}

async function moveObject(folder: Folder, from: ObjectId, to: ObjectId): Promise<void> {
  const handle = await folder.openObject(from)
  await handle.close()
  const target = await folder.objectPath(to)
  await mkdir(dirname(target), { recursive: true })
  await rename(await folder.objectPath(from), target).catch((failure: unknown) => {
    throw hasCode(failure, 'ENOENT') ? missing(from) : failure
  })
}

interface Range {
  readonly id: ObjectId
  readonly start: bigint
  /** Not among the bytes; what lies behind the object is left out. */
  readonly end: bigint
}

async function readObject(folder: Folder, range: Range, isOlder: boolean): Promise<unknown> {
  if (range.start > range.end) throw new BlobError(`the range from ${range.start} to ${range.end} is none`)
  // Opened to be read only once somebody reads: a caller may go before.
  const handle = await folder.openObject(range.id)
  await handle.close()
  return withStatus(readRange(folder, range), isOlder)
}

async function* readRange(folder: Folder, { id, start, end }: Range): AsyncGenerator<Uint8Array> {
  const handle = await folder.openObject(id)
  try {
    const size = BigInt((await handle.stat()).size)
    const last = (end < size ? end : size) - 1n
    if (start > last) return
    const bytes = handle.createReadStream({ start: Number(start), end: Number(last), autoClose: false })
    yield* bytes as AsyncIterable<Uint8Array>
  } finally {
    await handle.close()
  }
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
      settle(err(toBlobError(failure).message))
    } finally {
      settle(err('it was not read to its end'))
    }
  }
  return [watched(), status]
}

function toStatus(done: Promise<void>): Promise<Outcome<undefined, string>> {
  return done.then(
    () => ok(undefined),
    (failure: unknown) => err(toBlobError(failure).message),
  )
}

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
