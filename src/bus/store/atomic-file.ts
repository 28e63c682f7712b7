import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Replaces `file` in one step: a reader, or the next start after a kill, sees the old text or the new one. */
export function writeFileAtomically(file: string, text: string, { sync }: { readonly sync: boolean }): void {
  const temporary = `${file}.tmp`
  const descriptor = openSync(temporary, 'w')
  try {
    writeAll(descriptor, Buffer.from(text), 0)
    if (sync) fsyncSync(descriptor)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw thrown
  } finally {
    closeSync(descriptor)
  }
  renameSync(temporary, file)
  if (sync) syncFolder(dirname(file))
}

/** Writes the whole buffer at `position`; a single write may take less. */
export function writeAll(descriptor: number, buffer: Buffer, position: number): void {
  let done = 0
  while (done < buffer.length) {
    done += writeSync(descriptor, buffer, done, buffer.length - done, position + done)
  }
}

/** Makes renames and new files in a folder survive a power loss, where the platform can. */
export function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // Windows cannot open folders; there the rename itself is as durable as it gets.
  }
}
