import type { ByteSink } from '../guest-host.js'

/** Most bytes that the length of a chunk takes. */
const maxLengthBytes = 5

/** Puts the bytes of a `stream<u8>` into chunks, each a LEB128 length and so many bytes. */
export class ChunkWriter {
  readonly #sink: ByteSink

  constructor(sink: ByteSink) {
    this.#sink = sink
  }

  get isClosed(): boolean {
    return this.#sink.isClosed
  }

  /** How many bytes write() takes now. */
  room(): number {
    return Math.max(0, this.#sink.room() - maxLengthBytes)
  }

  /** Copies the bytes. */
  write(bytes: Uint8Array): void {
    // An empty chunk would end the stream.
    if (bytes.length === 0) return
    const lengthBytes = lengthOfLength(bytes.length)
    const chunk = new Uint8Array(lengthBytes + bytes.length)
    let rest = bytes.length
    for (let index = 0; index < lengthBytes; index++, rest = Math.floor(rest / 128)) {
      chunk[index] = (rest & 0x7f) | (index < lengthBytes - 1 ? 0x80 : 0)
    }
    chunk.set(bytes, lengthBytes)
    this.#sink.write(chunk)
  }

  flush(): void {
    this.#sink.flush()
  }

  /** Ends the stream. */
  end(): void {
    this.#sink.write(Uint8Array.of(0))
    this.#sink.end()
  }
}

function lengthOfLength(length: number): number {
  let bytes = 1
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 128)) bytes++
  return bytes
}
