import type { BlobstoreLink } from './blobstore-link.js'
import { IncomingValue } from './incoming-value.js'
import type { ObjectId } from './object-id.js'
import type { OutgoingValue } from './outgoing-value.js'
import { StreamObjectNames } from './stream-object-names.js'

/** `wasi:blobstore/container.container`. */
export class Container {
  readonly #link: BlobstoreLink
  readonly #name: string

  constructor(link: BlobstoreLink, name: string) {
    this.#link = link
    this.#name = name
  }

  name(): string {
    return this.#name
  }

  info(): { readonly name: string; readonly createdAt: bigint } {
    const { createdAt } = this.#link.ask<{ readonly createdAt: bigint }>('get-container-info', [this.#name])
    return { name: this.#name, createdAt }
  }

  getData(object: string, start: bigint, end: bigint): IncomingValue {
    return IncomingValue.open(this.#link, { id: this.#idOf(object), start, end })
  }

  writeData(object: string, value: OutgoingValue): void {
    value.writeTo(this.#link, this.#idOf(object))
  }

  listObjects(): StreamObjectNames {
    return StreamObjectNames.open(this.#link, this.#name)
  }

  deleteObject(object: string): void {
    this.deleteObjects([object])
  }

  deleteObjects(objects: readonly string[]): void {
    this.#link.ask('delete-objects', [this.#name, objects])
  }

  hasObject(object: string): boolean {
    return this.#link.ask('has-object', [this.#idOf(object)])
  }

  objectInfo(object: string): {
    readonly name: string
    readonly container: string
    readonly createdAt: bigint
    readonly size: bigint
  } {
    const info = this.#link.ask<{ readonly createdAt: bigint; readonly size: bigint }>('get-object-info', [
      this.#idOf(object),
    ])
    return { name: object, container: this.#name, createdAt: info.createdAt, size: info.size }
  }

  clear(): void {
    this.#link.ask('clear-container', [this.#name])
  }

  #idOf(object: string): ObjectId {
    return { container: this.#name, object }
  }
}
