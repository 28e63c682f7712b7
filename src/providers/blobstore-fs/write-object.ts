import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { uploadsName, type Folder, type ObjectId } from './folder.js'

/** Stores what comes as an object, in place of one that was there. It appears when all of it is written, or not at all. */
export async function writeObject(
  folder: Folder,
  id: ObjectId,
  data: AsyncIterable<Uint8Array>,
): Promise<void> {
  await folder.objectPath(id)
  const uploads = join(folder.root, uploadsName)
  await mkdir(uploads, { recursive: true })
  const upload = join(uploads, randomUUID())
  try {
    const handle = await open(upload, 'wx')
    try {
      for await (const chunk of data) await handle.writeFile(chunk)
    } finally {
      await handle.close()
    }
    // Once more: it was a while ago.
    const path = await folder.objectPath(id)
    await mkdir(dirname(path), { recursive: true })
    await rename(upload, path)
  } catch (failure) {
    await rm(upload, { force: true })
    throw failure
  }
}
