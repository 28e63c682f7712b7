import { fstatSync, readSync, writeSync } from 'node:fs'
import type { GuestHost } from '../guest-host.js'
import { InputStream } from '../io/input-stream.js'
import { IoError, throwClosed } from '../io/io-error.js'
import { OutputStream } from '../io/output-stream.js'
import { toFileErrorCode, type FileErrorCode } from './error-code.js'

const chunkBytes = 64 * 1024

/** What streams of a file need of its descriptor. */
export interface OpenFile {
  /** Throws where it was closed. */
  readonly descriptor: number
}

/** The error of a stream of a file; `filesystem-error-code` tells its code. */
export class FileIoError extends IoError {
  readonly fileErrorCode: FileErrorCode

  constructor(code: FileErrorCode) {
    super(`file error: ${code}`)
    this.fileErrorCode = code
  }
}

/** Reads a file from an offset to its end. */
export class FileInputStream extends InputStream {
  readonly #file: OpenFile
  #offset: number

  constructor(host: GuestHost, file: OpenFile, offset: number) {
    super(host)
    this.#file = file
    this.#offset = offset
  }

  protected override take(max: number): Uint8Array {
    const size = Math.min(max, chunkBytes)
    if (size === 0) return new Uint8Array(0)
    const bytes = new Uint8Array(size)
    const count = tryStream(() => readSync(this.#file.descriptor, bytes, 0, size, this.#offset))
    if (count === 0) throwClosed()
    this.#offset += count
    return bytes.subarray(0, count)
  }

  protected override isReady(): boolean {
    return true
  }
}

/** Writes a file from an offset on, or always at its end. */
export class FileOutputStream extends OutputStream {
  readonly #file: OpenFile
  #offset: number | 'end'

  constructor(host: GuestHost, file: OpenFile, offset: number | 'end') {
    super(host)
    this.#file = file
    this.#offset = offset
  }

  protected override room(): number {
    return chunkBytes
  }

  protected override put(bytes: Uint8Array): void {
    tryStream(() => {
      for (let done = 0; done < bytes.length; ) {
        const { descriptor } = this.#file
        const at = this.#offset === 'end' ? fstatSync(descriptor).size : this.#offset
        const count = writeSync(descriptor, bytes, done, bytes.length - done, at)
        done += count
        if (this.#offset !== 'end') this.#offset += count
      }
    })
  }

  protected override pushOut(): void {
    // What was written is with the system already.
  }
}

function tryStream<T>(action: () => T): T {
  try {
    return action()
  } catch (thrown) {
    const code = typeof thrown === 'string' ? (thrown as FileErrorCode) : toFileErrorCode(thrown) // of fail()
    throw { tag: 'last-operation-failed', val: new FileIoError(code) }
  }
}
