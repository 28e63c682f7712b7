import { blobstore, olderBlobstore } from '../../../../wit/wire/blobstore.js'
import type { GuestHost } from '../guest-host.js'
import type { LinkSelection } from '../link-selection.js'
import { LinkedInterface, type StartedCall } from '../linked/linked-interface.js'
import { FutureType } from '../linked/future-reader.js'
import { resultOf, type ResultValue } from '../linked/results.js'
import { LinkedCallFailed } from '../trap.js'

/** What a link must list for blobstores; containers go over it too. */
const key = 'wasi:blobstore/blobstore'

/** The versions of `wrpc:blobstore`, the preferred one first. They differ in the results of functions with streams. */
export type WireVersion = '0.2.0' | '0.1.0'

/** A started call, and the version that says what its results are. */
export interface StartedBlobstoreCall extends StartedCall {
  readonly version: WireVersion
}

/**
 * Calls of blobstores over links. A provider that does not serve version 0.2.0 is called at 0.1.0: that comes out at
 * the first call, which is always one without streams, since containers have to be opened.
 */
export class BlobstoreLink {
  readonly host: GuestHost
  /** How version 0.2 tells how a transfer went. */
  readonly outcome = new FutureType<ResultValue<undefined, string>>({
    kind: 'result',
    err: { kind: 'string' },
  })
  readonly #links: LinkSelection
  readonly #versions: Readonly<Record<WireVersion, LinkedInterface>>
  /** By name of the link. */
  readonly #known = new Map<string, WireVersion>()

  constructor(host: GuestHost, links: LinkSelection) {
    this.host = host
    this.#links = links
    this.#versions = {
      '0.2.0': new LinkedInterface({ host, links, key, wire: blobstore }),
      '0.1.0': new LinkedInterface({ host, links, key, wire: olderBlobstore }),
    }
  }

  /** Calls a function without streams and returns the ok side of its result. Throws the text of its error side. */
  ask<T>(name: string, args: readonly unknown[]): T {
    return resultOf<T>(asText, () => this.#call(name, args))
  }

  /** Starts a call of a function with streams. */
  start(name: string, args: readonly unknown[]): StartedBlobstoreCall {
    const version = this.#version
    return { version, ...this.#versions[version].start(name, args) }
  }

  get #version(): WireVersion {
    return this.#known.get(this.#links.nameOf(key)) ?? '0.2.0'
  }

  #call(name: string, args: readonly unknown[]): unknown {
    const version = this.#version
    try {
      return this.#versions[version].call(name, args)
    } catch (thrown) {
      // Nothing was there to take the call, so that it may be made again.
      if (!(thrown instanceof LinkedCallFailed) || thrown.failure.kind !== 'unavailable') throw thrown
      return this.#callOther(version === '0.2.0' ? '0.1.0' : '0.2.0', { name, args, first: thrown })
    }
  }

  #callOther(
    version: WireVersion,
    { name, args, first }: { name: string; args: readonly unknown[]; first: LinkedCallFailed },
  ): unknown {
    let result: unknown
    try {
      result = this.#versions[version].call(name, args)
    } catch (thrown) {
      throw thrown instanceof LinkedCallFailed ? first : thrown
    }
    this.#known.set(this.#links.nameOf(key), version)
    return result
  }
}

/** Errors of blobstores are texts. */
export function asText(message: string): string {
  return message
}
