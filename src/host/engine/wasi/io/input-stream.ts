import type { GuestHost } from '../guest-host.js'
import { throwClosed } from './io-error.js'
import { Pollable } from './pollable.js'

const nothing = new Uint8Array(0)
const maxRead = 1 << 20

/** `wasi:io/streams.input-stream`, over a source that each kind of stream defines. */
export abstract class InputStream {
  protected readonly host: GuestHost

  constructor(host: GuestHost) {
    this.host = host
  }

  /**
   * Up to `max` bytes (at least one); undefined where none are there yet. Throws a stream error at the end.
   * What it returns may be a view that stays valid until the next call.
   */
  protected abstract take(max: number): Uint8Array | undefined

  /** Whether take() would return bytes or throw. */
  protected abstract isReady(): boolean

  read(length: bigint): Uint8Array {
    this.host.pump()
    return this.take(toSize(length)) ?? nothing
  }

  blockingRead(length: bigint): Uint8Array {
    const max = toSize(length)
    for (;;) {
      const bytes = this.take(max)
      if (bytes !== undefined) return bytes
      this.host.wait(Infinity)
    }
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length)
  }

  blockingSkip(length: bigint): bigint {
    return BigInt(this.blockingRead(length).length)
  }

  subscribe(): Pollable {
    return new Pollable(this.host, () => this.isReady())
  }
}

/** A stream that has ended: the standard input of guests. */
export class EmptyInputStream extends InputStream {
  protected override take(): never {
    return throwClosed()
  }

  protected override isReady(): boolean {
    return true
  }
}

function toSize(length: bigint): number {
  return length > maxRead ? maxRead : Number(length)
}
