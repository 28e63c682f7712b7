import type { GuestHost } from '../guest-host.js'
import { trapGuest } from '../trap.js'
import type { InputStream } from './input-stream.js'
import { Pollable } from './pollable.js'

/** Most bytes of one blocking write, as the interface says. */
const maxBlockingWrite = 4096

/** `wasi:io/streams.output-stream`, over a sink that each kind of stream defines. */
export abstract class OutputStream {
  protected readonly host: GuestHost
  /** Whether writes need what check-write allows. */
  protected readonly isBounded: boolean = true
  /** Bytes that the last check-write allowed and that have not been written. */
  #permit = 0

  constructor(host: GuestHost) {
    this.host = host
  }

  /** How many bytes put() takes now. Throws a stream error where the sink is closed or has failed. */
  protected abstract room(): number

  /** Takes over at most room() bytes. */
  protected abstract put(bytes: Uint8Array): void

  /** Lets what was put go out. */
  protected abstract pushOut(): void

  checkWrite(): bigint {
    this.host.pump()
    this.#permit = this.room()
    return BigInt(this.#permit)
  }

  write(bytes: Uint8Array): void {
    this.#spend(bytes.length)
    this.room()
    if (bytes.length > 0) this.put(bytes)
  }

  writeZeroes(length: bigint): void {
    if (length > this.#permit) trapGuest('write-zeroes exceeds what check-write allowed')
    this.write(new Uint8Array(Number(length)))
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    if (bytes.length > maxBlockingWrite)
      trapGuest(`blocking-write-and-flush takes at most ${maxBlockingWrite} bytes`)
    this.host.pump()
    this.#writeAll(bytes)
    this.pushOut()
  }

  blockingWriteZeroesAndFlush(length: bigint): void {
    if (length > maxBlockingWrite) {
      trapGuest(`blocking-write-zeroes-and-flush takes at most ${maxBlockingWrite} bytes`)
    }
    this.blockingWriteAndFlush(new Uint8Array(Number(length)))
  }

  flush(): void {
    this.room()
    this.pushOut()
  }

  /** Waits until what was written has left room for more. */
  blockingFlush(): void {
    this.flush()
    this.#waitForRoom()
  }

  splice(source: InputStream, length: bigint): bigint {
    this.host.pump()
    return this.#move(this.room(), length, (max) => source.read(max))
  }

  blockingSplice(source: InputStream, length: bigint): bigint {
    return this.#move(this.#waitForRoom(), length, (max) => source.blockingRead(max))
  }

  subscribe(): Pollable {
    return new Pollable(this.host, () => this.#isReady())
  }

  #spend(bytes: number): void {
    if (bytes > this.#permit)
      trapGuest(`write of ${bytes} bytes exceeds the ${this.#permit} that check-write allowed`)
    this.#permit -= bytes
  }

  #writeAll(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) {
      const room = this.#waitForRoom()
      this.put(rest.length <= room ? rest : rest.slice(0, room))
      rest = rest.length <= room ? rest.subarray(rest.length) : rest.slice(room)
    }
  }

  #waitForRoom(): number {
    for (;;) {
      const room = this.room()
      if (room > 0) return room
      this.host.wait(Infinity)
    }
  }

  #move(room: number, length: bigint, read: (max: bigint) => Uint8Array): bigint {
    const max = length < room ? length : BigInt(room)
    if (max === 0n) return 0n
    // A copy (not slice(), which a Buffer answers with a view): what a source hands out may be part of something larger,
    // and put() takes over.
    const bytes = new Uint8Array(read(max))
    if (bytes.length > 0) this.put(bytes)
    this.#permit = 0
    return BigInt(bytes.length)
  }

  #isReady(): boolean {
    try {
      return this.room() > 0
    } catch {
      // Closed or failed: the next operation says so, hence ready.
      return true
    }
  }
}
