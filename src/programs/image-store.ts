import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { resolveReference } from '../component/references/resolve-reference.js'

/** A component: a path, a `file:` URL, a reference of a registry, or its bytes. */
export type ImageSource = string | URL | Uint8Array

/** Makes references of images; those that are given as bytes become files of a temporary folder. */
export class ImageStore {
  #folder: Promise<string> | undefined

  /** A reference that hosts of this machine can load. */
  async toReference(image: ImageSource): Promise<string> {
    if (image instanceof Uint8Array) return await this.#write(image)
    return await resolveReference(image instanceof URL ? image.href : image, '.')
  }

  /** Removes what it has written. Idempotent. */
  async remove(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** The same bytes are the same image, whoever starts them. */
  async #write(bytes: Uint8Array): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'washi-images-'))
    const digest = createHash('sha256').update(bytes).digest('hex')
    const file = join(await this.#folder, `${digest}.wasm`)
    await writeFile(file, bytes)
    return pathToFileURL(file).href
  }
}
