/** An error resource of wasi:io. */
export class IoError {
  readonly #message: string

  constructor(message: string) {
    this.#message = message
  }

  toDebugString(): string {
    return this.#message
  }
}

/** A pollable that is always ready. */
export class Pollable {
  ready(): boolean {
    return true
  }

  block(): void {}
}

/** A stream of prepared chunks, which ends normally or with an error. */
export class InputStream {
  readonly #chunks: Uint8Array[]
  readonly #fails: boolean

  constructor(chunks: Iterable<Uint8Array>, fails = false) {
    this.#chunks = [...chunks]
    this.#fails = fails
  }

  read(length: bigint): Uint8Array {
    return this.blockingRead(length)
  }

  blockingRead(length: bigint): Uint8Array {
    const chunk = this.#chunks.shift()
    if (!chunk && this.#fails) throw variant('last-operation-failed', new IoError('boom'))
    if (!chunk) throw variant('closed')
    if (chunk.length <= length) return chunk
    this.#chunks.unshift(chunk.subarray(Number(length)))
    return chunk.subarray(0, Number(length))
  }

  subscribe(): Pollable {
    return new Pollable()
  }
}

/** A stream into `sink`, which is closed after `capacity` bytes. */
export class OutputStream {
  readonly #sink: (bytes: Uint8Array) => void
  #capacity: number

  constructor(sink: (bytes: Uint8Array) => void, capacity = Infinity) {
    this.#sink = sink
    this.#capacity = capacity
  }

  blockingWriteAndFlush(bytes: Uint8Array): void {
    if (bytes.length > 4096) throw new Error('more than 4096 bytes at once')
    this.#capacity -= bytes.length
    if (this.#capacity < 0) throw variant('closed')
    this.#sink(bytes.slice())
  }

  checkWrite(): bigint {
    return 4096n
  }

  write(bytes: Uint8Array): void {
    this.#sink(bytes.slice())
  }

  flush(): void {}

  blockingFlush(): void {}

  subscribe(): Pollable {
    return new Pollable()
  }
}

/** A variant value that host functions throw for the error side of a result. */
export function variant(tag: string, val?: unknown): { readonly tag: string; readonly val?: unknown } {
  return val === undefined ? { tag } : { tag, val }
}

export const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
export const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
