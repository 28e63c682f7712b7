import type { GuestHost } from '../guest-host.js'
import type { BlobstoreLink } from './blobstore-link.js'
import type { NameReader } from './name-reader.js'
import { startTransfer, type Transfer } from './transfer.js'

/** `wasi:blobstore/container.stream-object-names`. */
export class StreamObjectNames {
  readonly #host: GuestHost
  readonly #transfer: Transfer
  readonly #names: NameReader

  private constructor(host: GuestHost, transfer: Transfer) {
    this.#host = host
    this.#transfer = transfer
    this.#names = transfer.names()
  }

  /** Asks for the names, and blocks until it is clear whether they come. Throws a text. */
  static open(link: BlobstoreLink, container: string): StreamObjectNames {
    const transfer = startTransfer(link, 'list-container-objects', [container, undefined, undefined])
    return new StreamObjectNames(link.host, transfer)
  }

  /** Up to so many names, and whether they have ended. */
  readStreamObjectNames(count: bigint): [names: string[], isAtEnd: boolean] {
    const names: string[] = []
    while (BigInt(names.length) < count) {
      const name = this.#next()
      if (name === undefined) return [names, true]
      names.push(name)
    }
    return [names, false]
  }

  /** Passes over so many names; how many there were, and whether they have ended. */
  skipStreamObjectNames(count: bigint): [skipped: bigint, isAtEnd: boolean] {
    for (let skipped = 0n; skipped < count; skipped++) {
      if (this.#next() === undefined) return [skipped, true]
    }
    return [count, false]
  }

  [Symbol.dispose](): void {
    this.#transfer.cancel()
  }

  /** Blocks until there is a name; undefined at the end. Throws the text of the store where they broke off. */
  #next(): string | undefined {
    for (;;) {
      const name = this.#names.next()
      if (name !== undefined) return name
      if (this.#names.state === 'failed') throw this.#transfer.brokenOff
      if (this.#names.state === 'ended') {
        const { completion } = this.#transfer
        if (completion === 'complete') return undefined
        if (completion !== 'pending') throw completion.error
      }
      this.#host.wait(Infinity)
    }
  }
}
